import type { Percentiles, Usage, UsagePoint } from '#api/analytics/shapes.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import { micros } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { reasonName } from './words.ts';
import type { Time } from './span.ts';

/** How something was used over a time: as one, and step by step. */
export type Used = { totals: Usage; series: UsagePoint[] };

export async function usedIn(db: Db, of: analytics.Of, time: Time): Promise<Used> {
  const whole = [time.from, time.to];
  const [[sums], [latency], reasons, [people], series] = await Promise.all([
    analytics.usageOf(db, { of, cuts: whole, by: 'all' }),
    analytics.latencyOf(db, { of, cuts: whole }),
    analytics.reasonsOf(db, { of, cuts: whole }),
    analytics.distinctOf(db, { of, cuts: throughToday(whole) }),
    pointsOf(db, of, time),
  ]);
  return { totals: totalsOf(sums, latency, reasons, people), series };
}

/** One point for each step, also where nothing happened. */
export async function pointsOf(db: Db, of: analytics.Of, time: Time): Promise<UsagePoint[]> {
  const { edges: cuts } = time;
  const [sums, latencies, days] = await Promise.all([
    analytics.usageOf(db, { of, cuts, by: 'all' }),
    analytics.latencyOf(db, { of, cuts }),
    areUtcDays(time) ? analytics.distinctOf(db, { of, cuts: throughToday(cuts) }) : [],
  ]);
  const [at, timed] = [byStart(sums), byStart(latencies)];
  return cuts
    .slice(0, -1)
    .map((cut, place) =>
      pointOf(cut, at.get(cut.getTime()), timed.get(cut.getTime()), days[place]?.people ?? null),
    );
}

/** People are counted by days of UTC: steps of another zone, or of hours, cannot be made of them. */
const areUtcDays = ({ edges, grain }: Time): boolean =>
  grain !== 'hour' && edges.slice(1, -1).every((edge) => edge.toISOString().slice(10) === 'T00:00:00.000Z');

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
type People = Awaited<ReturnType<typeof analytics.distinctOf>>[number];

const endedIn = (sums: Sums) => sums.succeeded + sums.failed + sums.cancelled + sums.expired;

function totalsOf(
  sums: Sums | undefined,
  latency: Latency | undefined,
  reasons: Reasons,
  people: People | undefined,
): Usage {
  const { succeeded = 0, failed = 0, cancelled = 0, expired = 0, related = 0, run_ms = 0 } = sums ?? {};
  const price = sums ? sums.paid_micros + sums.promo_micros : 0n;
  const tried = succeeded + failed;
  const why = Map.groupBy(reasons, ({ reason }) => reason);
  return {
    generations: sums ? endedIn(sums) : 0,
    ...{ succeeded, failed, cancelled, expired, related },
    failure_ppm: tried === 0 ? null : Math.round((failed * 1_000_000) / tried),
    payers: people?.people ?? 0,
    payers_exact: people?.exact ?? true,
    price_micros: micros(price),
    queue: percentiles(latency?.queue),
    run: percentiles(latency?.run),
    total: percentiles(latency?.total),
    run_ms: Number(run_ms),
    price_per_run_second_micros: Number(run_ms) > 0 ? micros((price * 1000n) / BigInt(run_ms)) : null,
    reasons: [...why]
      .map(([reason, some]) => ({
        reason,
        name: reasonName(reason),
        generations: some.reduce((total, { generations }) => total + generations, 0),
      }))
      .sort((a, b) => b.generations - a.generations || (a.reason < b.reason ? -1 : 1)),
    latency: latency ? columnsOf(latency.total) : [],
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
