import { type Grain, type Range, type Span } from '#api/analytics/shapes.ts';
import { POINTS_MAX } from '#api/analytics/limits.ts';
import type { Context } from '../../context.ts';
import { countSteps, dayIn, earlier, edgesOf, startIn, wholeDays } from '../../kit/buckets.ts';
import type { Db } from '../../kit/database.ts';
import { isZone } from '../../kit/zones.ts';
import * as analytics from '../../modules/analytics/index.ts';
import { refuse } from '../../refuse.ts';

export type Asked = {
  range?: Range | undefined;
  from?: string | undefined;
  to?: string | undefined;
  zone: string;
  grain?: Grain | undefined;
};

/** The time that an answer is about, with where its steps begin. */
export type Time = {
  range: Span['range'];
  from: Date;
  to: Date;
  zone: string;
  grain: Grain;
  edges: Date[];
  /** It goes on as long as now does. */
  runs: boolean;
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS: Partial<Record<Range, number>> = { today: 1, '7d': 7, '30d': 30, '90d': 90 };

/** Everything until now is before this. Minutes are what accounts are kept by. */
export const nextMinute = (at: Date): Date =>
  new Date((Math.floor(at.getTime() / MINUTE_MS) + 1) * MINUTE_MS);

export function zoneOf(zone: string): string {
  return isZone(zone) ? zone : refuse('ZONE_UNKNOWN', { zone });
}

/** `born`: where a lifetime begins; null where nothing has. */
export async function timeOf(
  { clock }: Pick<Context, 'clock'>,
  asked: Asked,
  born: () => Promise<Date | null>,
): Promise<Time> {
  const zone = zoneOf(asked.zone);
  const now = clock.now();
  const end = nextMinute(now);
  const range = asked.from === undefined ? (asked.range ?? '30d') : 'custom';
  const from =
    asked.from === undefined
      ? startIn(await beginningOf(asked.range ?? '30d', now, zone, born), zone, 'day')
      : instantIn(asked.from, zone);
  if (from >= end) refuse('NOT_YET');
  const to = earliest(asked.to === undefined ? end : instantIn(asked.to, zone), end);
  if (from >= to) refuse('RANGE_EMPTY');
  return withSteps({ range, from, to, zone, runs: to.getTime() === end.getTime() }, asked.grain);
}

async function beginningOf(
  range: Range,
  now: Date,
  zone: string,
  born: () => Promise<Date | null>,
): Promise<Date> {
  if (range === 'lifetime') return (await born()) ?? now;
  if (range === 'month') return startIn(now, zone, 'month');
  return earlier(now, zone, { days: (DAYS[range] ?? 1) - 1 });
}

function withSteps(time: Omit<Time, 'grain' | 'edges'>, asked: Grain | undefined): Time {
  const grain = asked ?? readable(time.to.getTime() - time.from.getTime());
  const points = countSteps(time, grain);
  if (points > POINTS_MAX) refuse('RANGE_TOO_LONG', { points, points_max: POINTS_MAX });
  return { ...time, grain, edges: edgesOf(time, time.zone, grain) };
}

function readable(length_ms: number): Grain {
  if (length_ms <= 2 * DAY_MS) return 'hour';
  if (length_ms <= 93 * DAY_MS) return 'day';
  return length_ms <= 730 * DAY_MS ? 'week' : 'month';
}

/** A day is where it begins in the zone, an instant is what it says. */
const instantIn = (text: string, zone: string): Date =>
  text.includes('T') ? new Date(text) : dayIn(text, zone);

const earliest = (one: Date, other: Date): Date => (one < other ? one : other);

/** The time before it, of the same length by the clocks of the zone; null before a lifetime. */
export function priorTo({ range, from, to, zone, grain }: Time): Time | null {
  if (range === 'lifetime') return null;
  const by = backBy({ range, from, to, zone });
  const shift = (at: Date) =>
    by ? earlier(at, zone, by) : new Date(at.getTime() - (to.getTime() - from.getTime()));
  return withSteps({ range, from: shift(from), to: shift(to), zone, runs: false }, grain);
}

function backBy({ range, from, to, zone }: Pick<Time, 'range' | 'from' | 'to' | 'zone'>) {
  if (range === 'month') return { months: 1 };
  if (range !== 'custom') return { days: DAYS[range] ?? 1 };
  const days = wholeDays({ from, to }, zone);
  return days ? { days } : null;
}

/** Before when steps begin with their hour, of a time and the one before it. */
export async function wholeHoursIn(db: Db, ...times: readonly (Time | null)[]): Promise<string | null> {
  const before = await analytics.wholeHoursBefore(
    db,
    times.flatMap((time) => time?.edges ?? []),
  );
  return before?.toISOString() ?? null;
}

export const shownSpan = ({ range, from, to, zone, grain }: Time): Span => ({
  range,
  from: from.toISOString(),
  to: to.toISOString(),
  zone,
  grain,
});
