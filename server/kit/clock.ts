/** The only source of time. The living-world filler and the tests set it; everybody else asks it. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved. */
export function settableClock(start: Date): Clock & { set(at: Date): void; advance(ms: number): void } {
  let at = start;
  return {
    now: () => new Date(at),
    set: (to) => void (at = to),
    advance: (ms) => void (at = new Date(at.getTime() + ms)),
  };
}

export const DAY_MS = 24 * 3600 * 1000;

/** Midnight UTC of the day that `at` lies in. */
export const startOfDay = (at: Date) =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
/** First instant (UTC) of the month that `at` lies in; a month is the half-open interval up to the next. */
export const startOfMonth = (at: Date) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
/** The UTC day that `at` lies in, "2026-11-22". */
export const dayOf = (at: Date) => at.toISOString().slice(0, 10);
/** The UTC day after a day, both "2026-11-22". */
export const nextDay = (day: string) => dayOf(new Date(Date.parse(day) + DAY_MS));
