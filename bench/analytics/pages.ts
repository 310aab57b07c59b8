import { sql } from 'kysely';
import type { AccountId } from '../../server/ids.ts';
import { creatorHome } from '../../server/views/analytics/home.ts';
import { breakdownFor } from '../../server/views/analytics/breakdown.ts';
import { earningsReport } from '../../server/views/analytics/earnings-report.ts';
import { marksFor } from '../../server/views/analytics/marks.ts';
import { platformReport } from '../../server/views/analytics/platform.ts';
import { usageReport } from '../../server/views/analytics/usage-report.ts';
import { edgesOf } from '../../server/kit/buckets.ts';
import {
  EDGES_MS,
  EVERYBODY,
  latencyOf,
  percentilesOf,
  reasonsOf,
  usageOf,
} from '../../server/modules/analytics/index.ts';
import { quantile } from '../quantile.ts';
import { drawUse, peopleOf } from './facts.ts';
import type { World } from './world.ts';

const VISITS = 40;
const WARM_UPS = 6;
const ZONE = 'Europe/Berlin';
const ASKED = { range: '30d', zone: ZONE, prior: 'true' } as const;

export type Dashboards = Record<'home' | 'usage' | 'earnings', number> & { busiest: number };

/**
 * The three pages of a creator as they ask for what they show (web/pages/creator, creator/usage, earnings): 30 days in
 * the zone of the reader, beside the 30 days before. Those who look are drawn by use, so that busy ones come more often;
 * `busiest` is the slowest page of the busiest creator. Every report must come to what the ledger says.
 */
export async function dashboards(world: World): Promise<Dashboards> {
  const { context } = world;
  const people = await peopleOf(context.db);
  const pages = {
    home: (id: AccountId) => creatorHome(context, id, ZONE),
    usage: (id: AccountId) =>
      Promise.all([
        usageReport(context, id, ASKED),
        marksFor(context, id, ASKED),
        breakdownFor(context, id, { ...ASKED, by: 'hour' }),
      ]),
    earnings: async (id: AccountId) => {
      const [report] = await Promise.all([
        earningsReport(context, id, { ...ASKED, by: 'model' }),
        marksFor(context, id, ASKED),
      ]);
      const { receipts, difference_micros } = report.reconciliation;
      if (difference_micros !== '0' || receipts === 0)
        throw new Error(`the ledger says another thing than ${receipts} receipts: ${difference_micros}`);
    },
  };
  const creators = Array.from({ length: WARM_UPS + VISITS }, () => drawUse(people).model.creator_id);
  const timed = async (act: () => Promise<unknown>) => {
    const begun = performance.now();
    await act();
    return performance.now() - begun;
  };
  const took: Record<keyof typeof pages, number[]> = { home: [], usage: [], earnings: [] };
  const busiest: number[] = [];
  for (const [place, id] of creators.entries())
    for (const page of ['home', 'usage', 'earnings'] as const) {
      const ms = await timed(() => pages[page](id));
      if (place >= WARM_UPS) took[page].push(ms);
    }
  const first = people.models[0];
  for (const page of ['home', 'usage', 'earnings'] as const) {
    const times: number[] = [];
    for (let n = 0; n < 5; n += 1)
      times.push(await timed(() => pages[page](first?.creator_id ?? creators[0]!)));
    busiest.push(quantile(times, 0.5));
  }
  const p50 = (page: keyof typeof pages) => quantile(took[page], 0.5);
  return { home: p50('home'), usage: p50('usage'), earnings: p50('earnings'), busiest: Math.max(...busiest) };
}

export type Platform = { ratio: number; rolled_ms: number; raw_ms: number; report_ms: number };

const TURNS = 5;

/**
 * What the platform's report says of use, out of roll-ups by the readers that it asks, against scans of the facts for the
 * same: by day with bins of time, by reason, by model. Both must say the same. `report_ms` is the whole report;
 * of the books that it reads too there is nearly nothing here, for the accruals are filled in without their journal.
 */
export async function platformVsRaw(world: World): Promise<Platform> {
  const { context, filled } = world;
  const rolled: number[] = [];
  let said = await readRolled(world);
  for (let turn = 0; turn < TURNS; turn += 1) {
    const begun = performance.now();
    said = await readRolled(world);
    rolled.push(performance.now() - begun);
  }
  const scanned = performance.now();
  const raw = await scan(world);
  const raw_ms = performance.now() - scanned;
  if (JSON.stringify(said) !== JSON.stringify(raw))
    throw new Error(`${JSON.stringify(said)} and ${JSON.stringify(raw)}`);
  const asked = { from: filled.from.toISOString(), to: filled.to.toISOString(), zone: 'UTC' };
  const begun = performance.now();
  await platformReport(context, { ...asked, prior: 'false' });
  const report_ms = performance.now() - begun;
  const rolled_ms = quantile(rolled, 0.5);
  return { ratio: raw_ms / rolled_ms, rolled_ms, raw_ms, report_ms };
}

async function readRolled({ context: { db }, filled: { from, to } }: World) {
  const of = EVERYBODY;
  const cuts = edgesOf({ from, to }, 'UTC', 'day');
  const [days, latencies, reasons, models] = await Promise.all([
    usageOf(db, { of, cuts }),
    latencyOf(db, { of, cuts }),
    reasonsOf(db, { of, cuts: [from, to] }),
    usageOf(db, { of, cuts: [from, to], by: 'model' }),
  ]);
  return {
    days: days.map(({ succeeded, failed, cancelled, expired }, place) =>
      [
        succeeded,
        failed,
        cancelled,
        expired,
        ...percentilesOf(latencies[place]?.total ?? [], [0.5, 0.95]),
      ].join(' '),
    ),
    reasons: reasons.map(({ reason, generations }) => `${reason} ${generations}`).sort(),
    models: models
      .map(({ model_id, paid_micros, promo_micros }) => ({ model_id, price: paid_micros + promo_micros }))
      .sort((a, b) => Number(b.price - a.price) || ((a.model_id ?? '') < (b.model_id ?? '') ? -1 : 1))
      .slice(0, 10)
      .map(({ model_id, price }) => `${model_id} ${price}`),
  };
}

async function scan({ context: { db }, filled: { from, to } }: World) {
  const within = sql`ended_at >= ${from} and ended_at < ${to}`;
  const edges = sql.raw(`array[${EDGES_MS.join(', ')}]::float8[]`);
  const bins = sql.raw(
    Array.from(
      { length: EDGES_MS.length + 1 },
      (_, bin) => `count(*) filter (where bin = ${bin})::int4`,
    ).join(', '),
  );
  const days = await sql<{
    succeeded: bigint;
    failed: bigint;
    cancelled: bigint;
    expired: bigint;
    bins: number[];
  }>`
    select count(*) filter (where outcome = 'succeeded') as succeeded, count(*) filter (where outcome = 'failed') as failed,
           count(*) filter (where outcome = 'cancelled') as cancelled, count(*) filter (where outcome = 'expired') as expired,
           array[${bins}] as bins
    from (select outcome, date_bin('1 day', ended_at, '2000-01-01Z') as day,
            case when outcome = 'succeeded' then width_bucket(total_ms::float8, ${edges}) end as bin
          from analytics.fact where ${within} offset 0) f group by day order by day`.execute(db);
  const reasons = await sql<{ reason: string; n: bigint }>`
    select reason, count(*) as n from analytics.fact where ${within} and reason is not null group by 1`.execute(
    db,
  );
  const models = await sql<{ model_id: string; price: bigint }>`
    select model_id, sum(paid_micros + promo_micros)::int8 as price from analytics.fact where ${within}
    group by 1 order by 2 desc, 1 limit 10`.execute(db);
  return {
    days: days.rows.map(({ succeeded, failed, cancelled, expired, bins: counts }) =>
      [succeeded, failed, cancelled, expired, ...percentilesOf(counts, [0.5, 0.95])].join(' '),
    ),
    reasons: reasons.rows.map(({ reason, n }) => `${reason} ${n}`).sort(),
    models: models.rows.map(({ model_id, price }) => `${model_id} ${price}`),
  };
}
