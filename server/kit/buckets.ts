import { Temporal } from 'temporal-polyfill';

/** Steps of time by the clocks of a zone: a day may have 23 or 25 hours, and an hour may begin at half past. */
export type Grain = 'hour' | 'day' | 'week' | 'month';

const zoned = (at: Date, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
const dateOf = ({ epochMilliseconds }: Temporal.ZonedDateTime) => new Date(epochMilliseconds);

function beginning(at: Temporal.ZonedDateTime, grain: Grain): Temporal.ZonedDateTime {
  if (grain === 'hour') return at.round({ smallestUnit: 'hour', roundingMode: 'floor' });
  const day = at.startOfDay();
  if (grain === 'week') return day.subtract({ days: day.dayOfWeek - 1 }).startOfDay();
  return grain === 'month' ? day.with({ day: 1 }).startOfDay() : day;
}

/** Of the same clocks: where they are set back by half an hour, one of them is as long as one and a half. */
function nextHour(hour: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const later = hour.add({ hours: 1 });
  const begun = beginning(later, 'hour');
  const isNext = Temporal.ZonedDateTime.compare(begun, hour) > 0;
  return isNext ? begun : later.round({ smallestUnit: 'hour', roundingMode: 'ceil' });
}

/** A day begins by its own clocks: one that begins later than usual must not move all that follow. */
const STEPS = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } };
const HOURS = { hour: 1, day: 24, week: 168, month: 730 };
const HOUR_MS = 3_600_000;

/** When the step began that an instant lies in; weeks begin on Monday. */
export const startIn = (at: Date, zone: string, grain: Grain): Date =>
  dateOf(beginning(zoned(at, zone), grain));

/** When a day of the calendar begins there. */
export const dayIn = (day: string, zone: string): Date =>
  dateOf(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone }));

/** About how many steps a time has. */
export const countSteps = ({ from, to }: { from: Date; to: Date }, grain: Grain): number =>
  Math.ceil((to.getTime() - from.getTime()) / (HOURS[grain] * HOUR_MS));

/** Where the steps of [from, to) begin, and where the last one ends; the first and the last may be cut short. */
export function edgesOf({ from, to }: { from: Date; to: Date }, zone: string, grain: Grain): Date[] {
  const edges = [from];
  let next = beginning(zoned(from, zone), grain);
  for (;;) {
    if (grain === 'hour') next = throughEvenDay(next, to, edges);
    next = grain === 'hour' ? nextHour(next) : next.add(STEPS[grain]).startOfDay();
    const at = dateOf(next);
    if (at >= to) return [...edges, to];
    edges.push(at);
  }
}

/**
 * Of a day on which the clocks stay as they are its hours are counted on: asking the calendar for each of them takes
 * twenty times as long. Answers the last hour that was pushed, or the same one.
 */
function throughEvenDay(hour: Temporal.ZonedDateTime, to: Date, edges: Date[]): Temporal.ZonedDateTime {
  const later = hour.add({ hours: HOURS.day });
  if (hour.minute !== 0 || later.offsetNanoseconds !== hour.offsetNanoseconds || dateOf(later) >= to)
    return hour;
  for (let n = 1; n <= HOURS.day; n += 1) edges.push(new Date(hour.epochMilliseconds + n * HOUR_MS));
  return later;
}

/** The same time of day so many days or months before, by the clocks of the zone. */
export const earlier = (at: Date, zone: string, by: { days: number } | { months: number }): Date =>
  dateOf(zoned(at, zone).subtract(by));

/** The step that an instant lies in, from 0; -1 where it lies in none. */
export function stepOf(edges: readonly Date[], at: Date): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle]?.getTime() ?? Infinity) <= at.getTime()) low = middle + 1;
    else high = middle;
  }
  return low === edges.length ? -1 : low - 1;
}

/** What a clock of the zone shows: 1 is Monday, and the hour. */
export function clockAt(at: Date, zone: string): { weekday: number; hour: number } {
  const { dayOfWeek: weekday, hour } = zoned(at, zone);
  return { weekday, hour };
}

/** Whole days between two instants by the clocks of the zone; null where they do not begin at the same time of day. */
export function wholeDays({ from, to }: { from: Date; to: Date }, zone: string): number | null {
  const length = zoned(from, zone).until(zoned(to, zone), { largestUnit: 'days' });
  return Temporal.Duration.compare(length.with({ days: 0 }), new Temporal.Duration()) === 0
    ? length.days
    : null;
}
