import { failureName } from '#api/analytics/group-words.ts';
import { PEOPLE_MIN } from '#api/analytics/limits.ts';
import type { Percentiles, Usage, UsagePoint } from '#api/analytics/shapes.ts';
import { startIn } from '../../kit/buckets.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import { micros } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import type { Time } from './span.ts';

/** How something was used over a time: as one, and step by step. */
export type Used = { totals: Usage; series: UsagePoint[] };

type Counted = Pick<Usage, 'payers' | 'payers_exact'>;
type Told = { tellsFew: boolean; peopleOver: (time: Time) => Promise<Counted> };

/**
 * A time and the one before it, which ends where it begins or earlier, read at once. Everything is the sum of its steps,
 * so that it comes to what they come to whatever ends meanwhile.
 */
export async function usedIn(
  db: Db,
  of: analytics.Of,
  time: Time,
  prior: Time | null,
  { peopleOver, tellsFew }: Told,
): Promise<{ now: Used; before: Used | null }> {
  const cuts = together(prior?.edges ?? [], time.edges);
  const whole = together(prior ? [prior.from, prior.to] : [], [time.from, time.to]);
  const [sums, latencies, reasons, days, days_before, people, people_before] = await Promise.all([
    analytics.usageOf(db, { of, cuts, by: 'all' }),
    analytics.latencyOf(db, { of, cuts }),
    analytics.reasonsOf(db, { of, cuts: whole }),
    peopleOfSteps(db, of, time, tellsFew),
    prior ? peopleOfSteps(db, of, prior, tellsFew) : [],
    peopleOver(time),
    prior && peopleOver(prior),
  ]);
  const usedOf = ({ from, to, edges }: Time, payers: readonly (number | null)[], told: Counted): Used => {
    const its = <Row extends { from: Date }>(rows: readonly Row[]) =>
      rows.filter((row) => row.from >= from && row.from < to);
    return {
      totals: totalsOf(its(sums), its(latencies), its(reasons), told),
      series: pointsIn(edges, sums, latencies, payers),
    };
  };
  return {
    now: usedOf(time, days, people),
    before: prior && people_before && usedOf(prior, days_before, people_before),
  };
}

/** The edges of both; between two times that do not touch there is a step of neither. */
export const together = (earlier: readonly Date[], later: readonly Date[]): Date[] =>
  earlier.at(-1)?.getTime() === later[0]?.getTime()
    ? [...earlier, ...later.slice(1)]
    : [...earlier, ...later];

function pointsIn(
  cuts: readonly Date[],
  sums: readonly Sums[],
  latencies: readonly Latency[],
  days: readonly (number | null)[],
): UsagePoint[] {
  const [at, timed] = [byStart(sums), byStart(latencies)];
  return cuts
    .slice(0, -1)
    .map((cut, place) => pointOf(cut, at.get(cut.getTime()), timed.get(cut.getTime()), days[place] ?? null));
}

/** The different people of all of a time. */
export async function peopleOf(
  db: Db,
  of: analytics.Of,
  { from, to }: Pick<Time, 'from' | 'to'>,
): Promise<Counted> {
  const [row] = await analytics.distinctOf(db, { of, cuts: throughToday([from, to]) });
  return { payers: row?.people ?? 0, payers_exact: row?.exact ?? true };
}

/**
 * People are counted by days of UTC: steps of another zone, or of hours, cannot be made of them. To whom few are not
 * told, of steps that are cut short nothing is either: moved day by day, such a step would say on which of them somebody
 * was there. Nor is of the step that runs: asked before and after each generation, it would say whether whoever made it
 * had been there before.
 */
async function peopleOfSteps(
  db: Db,
  of: analytics.Of,
  time: Time,
  tellsFew: boolean,
): Promise<(number | null)[]> {
  const { edges, grain } = time;
  const places = edges.slice(0, -1).map((_, place) => place);
  const isMidnight = (edge: Date) => edge.getTime() % DAY_MS === 0;
  if (grain === 'hour' || !edges.slice(1, -1).every(isMidnight)) return places.map(() => null);
  const days = await analytics.distinctOf(db, { of, cuts: throughToday(edges) });
  if (tellsFew) return days.map(({ people }) => people);
  const begins = (edge: Date) => startIn(edge, 'UTC', grain).getTime() === edge.getTime();
  return places.map((place) => {
    const [from, to] = [edges[place] ?? time.from, edges[place + 1] ?? time.to];
    const is_over = place < places.length - 1 || !time.runs;
    return is_over && begins(from) && begins(to) ? unlessFew(days[place]?.people ?? 0) : null;
  });
}

/** Nobody is somebody too: who was there is not said of fewer than five, that nobody was is. */
export const unlessFew = (people: number): number | null =>
  people > 0 && people < PEOPLE_MIN ? null : people;

/** The last day is counted whole, as far as it has come. */
const throughToday = (cuts: readonly Date[]): Date[] =>
  cuts.map((cut, place) =>
    place === cuts.length - 1 ? new Date(Math.ceil(cut.getTime() / DAY_MS) * DAY_MS) : cut,
  );

const byStart = <Row extends { from: Date }>(rows: readonly Row[]) =>
  new Map(rows.map((row) => [row.from.getTime(), row]));

type Sums = Awaited<ReturnType<typeof analytics.usageOf>>[number];
type Latency = Awaited<ReturnType<typeof analytics.latencyOf>>[number];
type Reasons = Awaited<ReturnType<typeof analytics.reasonsOf>>;

const endedIn = (sums: Sums) => sums.succeeded + sums.failed + sums.cancelled + sums.expired;

const NOTHING = {
  ...{ succeeded: 0, failed: 0, cancelled: 0, expired: 0, related: 0, run_ms: 0 },
  ...{ paid_micros: 0n, promo_micros: 0n },
};

function totalsOf(
  steps: readonly Sums[],
  latencies: readonly Latency[],
  reasons: Reasons,
  people: Counted,
): Usage {
  const sums = steps.reduce(
    (all, step) => ({
      succeeded: all.succeeded + step.succeeded,
      failed: all.failed + step.failed,
      cancelled: all.cancelled + step.cancelled,
      expired: all.expired + step.expired,
      related: all.related + step.related,
      run_ms: all.run_ms + step.run_ms,
      paid_micros: all.paid_micros + step.paid_micros,
      promo_micros: all.promo_micros + step.promo_micros,
    }),
    NOTHING,
  );
  const { succeeded, failed, cancelled, expired, related, run_ms } = sums;
  const merged = (time: 'queue' | 'run' | 'total') =>
    analytics.mergeHistograms(...latencies.map((one) => one[time]));
  const price = sums.paid_micros + sums.promo_micros;
  const tried = succeeded + failed;
  const why = Map.groupBy(reasons, ({ reason }) => reason);
  return {
    generations: succeeded + failed + cancelled + expired,
    ...{ succeeded, failed, cancelled, expired, related },
    failure_ppm: tried === 0 ? null : Math.round((failed * 1_000_000) / tried),
    ...people,
    price_micros: micros(price),
    queue: percentiles(merged('queue')),
    run: percentiles(merged('run')),
    total: percentiles(merged('total')),
    run_ms,
    price_per_run_second_micros: run_ms > 0 ? micros((price * 1000n) / BigInt(run_ms)) : null,
    reasons: [...why]
      .map(([reason, some]) => ({
        reason,
        name: failureName(reason),
        generations: some.reduce((total, { generations }) => total + generations, 0),
      }))
      .sort((a, b) => b.generations - a.generations || (a.reason < b.reason ? -1 : 1)),
    latency: columnsOf(merged('total')),
  };
}

function percentiles(histogram: analytics.Histogram | undefined): Percentiles | null {
  if (!histogram) return null;
  const [p50_ms, p95_ms, p99_ms] = analytics.percentilesOf(histogram, [0.5, 0.95, 0.99]);
  const runs = histogram.reduce((sum, n) => sum + n, 0);
  if (typeof p50_ms !== 'number' || typeof p95_ms !== 'number' || typeof p99_ms !== 'number') return null;
  return { p50_ms, p95_ms, p99_ms, runs };
}

/** The last column has no end: it is drawn as wide as the one before it would go on. */
const columnsOf = (histogram: analytics.Histogram): Usage['latency'] =>
  analytics.binsOf(histogram).map(({ from_ms, to_ms, n }) => ({
    from_ms: Math.round(from_ms),
    to_ms: Math.round(to_ms ?? from_ms * 2),
    generations: n,
  }));

function pointOf(
  at: Date,
  sums: Sums | undefined,
  latency: Latency | undefined,
  payers: number | null,
): UsagePoint {
  const { succeeded = 0, failed = 0, cancelled = 0, expired = 0 } = sums ?? {};
  const [queue, run, total] = [
    percentiles(latency?.queue),
    percentiles(latency?.run),
    percentiles(latency?.total),
  ];
  return {
    at: at.toISOString(),
    generations: sums ? endedIn(sums) : 0,
    ...{ succeeded, failed, cancelled, expired },
    price_micros: micros(sums ? sums.paid_micros + sums.promo_micros : 0n),
    payers,
    queue_p50_ms: queue?.p50_ms ?? null,
    run_p50_ms: run?.p50_ms ?? null,
    total_p50_ms: total?.p50_ms ?? null,
    total_p95_ms: total?.p95_ms ?? null,
    total_p99_ms: total?.p99_ms ?? null,
  };
}

/** How new what the aggregator counted is. */
export async function freshnessOf(db: Db, now: Date): Promise<{ as_of: string; lag_ms: number }> {
  const { as_of, lag_ms } = await analytics.markOf(db, now);
  return { as_of: as_of.toISOString(), lag_ms };
}
