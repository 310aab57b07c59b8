import type { SlotBooking } from '#web/api-types.ts';

/** A stretch of days of one place in a month: booked, kept for new models, or open. */
export type Segment =
  | { kind: 'open' | 'kept'; first: number; days: number; booking: null }
  | { kind: 'booked'; first: number; days: number; booking: SlotBooking };

const DAY_MS = 86_400_000;

/**
 * A row of the calendar. Every booking gets the days that it touches, the first of two that share a day gets it; what
 * has no day left is added to the one before, so that a row is never longer than its month.
 */
export function segmentsOf(
  days: readonly string[],
  bookings: readonly SlotBooking[],
  kept: boolean,
): Segment[] {
  const start = Date.parse(`${days[0]}T00:00:00Z`);
  const segments: Segment[] = [];
  let next = 0;
  const fill = (until: number) => {
    if (until > next)
      segments.push({ kind: kept ? 'kept' : 'open', first: next, days: until - next, booking: null });
    next = Math.max(next, until);
  };
  for (const booking of bookings) {
    const from = Math.max(next, Math.floor((Date.parse(booking.from) - start) / DAY_MS));
    const until = Math.min(days.length, Math.ceil((Date.parse(booking.until) - start) / DAY_MS));
    if (until <= from) continue;
    fill(from);
    segments.push({ kind: 'booked', first: from, days: until - from, booking });
    next = until;
  }
  fill(days.length);
  return segments;
}

/** What of a booking is dragged: all of it, or one of its ends. */
export type Grip = 'all' | 'from' | 'until';
export type Interval = { from: string; until: string };

const later = (instant: string, days: number) => new Date(Date.parse(instant) + days * DAY_MS).toISOString();
const isLonger = ({ from, until }: Interval) => Date.parse(until) > Date.parse(from);

/** The booking after it was dragged by whole days; an end is never dragged past the other one. */
export function dragged({ from, until }: Interval, grip: Grip, days: number): Interval {
  const step = Math.sign(days);
  for (let by = days; by !== 0; by -= step) {
    const moved = {
      from: grip === 'until' ? from : later(from, by),
      until: grip === 'from' ? until : later(until, by),
    };
    if (isLonger(moved)) return moved;
  }
  return { from, until };
}

/** Which of the others would be in its way. */
export const inTheWay = <B extends Interval & { id: string }>(
  { from, until }: Interval,
  id: string,
  others: readonly B[],
): B | undefined => others.find((other) => other.id !== id && other.from < until && from < other.until);

/** "2026-12" and a step: the month before or after. */
export function monthBeside(month: string, step: 1 | -1): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + step, 1)).toISOString().slice(0, 7);
}
