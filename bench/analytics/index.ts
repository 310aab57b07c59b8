import { loadavg } from 'node:os';
import { DAY_MS, startOfDay } from '../../server/kit/clock.ts';
import { differencesOn, rebuild } from '../../server/modules/analytics/index.ts';
import { cpuOfPostgres } from '../ledger/world.ts';
import { round } from '../quantile.ts';
import { counting } from './counting.ts';
import { benchExports } from './exports.ts';
import { freshness } from './freshness.ts';
import { benchLive } from './live.ts';
import { dashboards, platformVsRaw } from './pages.ts';
import { openWorld, type World } from './world.ts';

const FACTS = Number(process.env.BENCH_FACTS ?? 20_000_000);

/**
 * What creators and operators look at, over 20 million generations that ended in 30 days (`BENCH_FACTS` for fewer): how
 * fill.ts says; `facts` among the figures is how many there were. Their roll-ups are made by the product (`rebuild`,
 * timed) and two days of them are counted again by the proof that the product makes each night, before anything is
 * measured. `*_cpu_us` is processor time for each fact, which a busy machine changes less than the time that passes.
 */
export async function benchAnalytics(): Promise<Record<string, number | string>> {
  const load_before = loadavg()[0] ?? 0;
  const figures = await overFacts();
  const live = await benchLive();
  const exported = await benchExports();
  return {
    ...figures,
    ...live,
    ...exported,
    load_before: round(load_before),
    load_after: round(loadavg()[0] ?? 0),
  };
}

export async function overFacts(): Promise<Record<string, number>> {
  say(`${FACTS} facts are written`);
  const world = await openWorld(FACTS);
  try {
    const { database } = world.context;
    say(`written in ${round(world.filled.seconds)} s; roll-ups are made`);
    const cpu_before = cpuOfPostgres(world.postgres);
    const rebuilt = await rebuild(database, (done, all) => say(`  ${done} of ${all}`));
    const rebuild_cpu_us = (cpuOfPostgres(world.postgres) - cpu_before) / rebuilt.facts;
    say(`made in ${round(rebuilt.seconds)} s; two days are proved`);
    await world.ask('vacuum analyze');
    await prove(world);
    const pages = await dashboards(world);
    say(`pages ${JSON.stringify(pages)}`);
    const platform = await platformVsRaw(world);
    say(`platform ${JSON.stringify(platform)}`);
    const counted = await counting(world);
    say(`counting ${JSON.stringify(counted)}`);
    const fresh = await freshness(world);
    say(`freshness ${JSON.stringify(fresh)}`);
    return {
      freshness_ms_p99: round(fresh.p99_ms),
      freshness_ms_p50: round(fresh.p50_ms),
      freshness_ms_max: round(fresh.max_ms),
      freshness_per_s: Math.round(fresh.per_s),
      creator_dashboard_ms_p50: round(Math.max(pages.home, pages.usage, pages.earnings)),
      creator_home_ms_p50: round(pages.home),
      creator_usage_ms_p50: round(pages.usage),
      creator_earnings_ms_p50: round(pages.earnings),
      creator_busiest_ms: round(pages.busiest),
      platform_vs_raw: round(platform.ratio),
      platform_rolled_ms: round(platform.rolled_ms),
      platform_report_ms: round(platform.report_ms),
      platform_raw_ms: round(platform.raw_ms),
      aggregator_cpu_ratio: round(counted.ratio, 2),
      aggregator_cpu_us: round(counted.counted_us),
      plain_insert_cpu_us: round(counted.plain_us),
      rebuild_events_per_s: Math.round(rebuilt.facts / rebuilt.seconds),
      rebuild_cpu_us: round(rebuild_cpu_us),
      facts: FACTS,
      fill_s: round(world.filled.seconds),
    };
  } finally {
    await world.close();
  }
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** A day in the middle and the last one. */
async function prove({ context: { db }, filled }: World): Promise<void> {
  for (const day of [new Date(filled.to.getTime() - 15 * DAY_MS), filled.to]) {
    const differences = await differencesOn(db, startOfDay(day));
    if (differences.length > 0) throw new Error(`roll-ups differ from facts: ${JSON.stringify(differences)}`);
  }
}
