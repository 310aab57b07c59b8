/** How the pieces of time are written that a chart puts side by side. Each is named by the instant it begins. */
import { LANGUAGE } from '../language.ts';

export type Grain = 'minute' | 'hour' | 'day' | 'week' | 'month';

const PARTS: Record<Grain, { full: Intl.DateTimeFormatOptions; short: Intl.DateTimeFormatOptions }> = {
  minute: {
    full: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    short: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  },
  hour: {
    full: {
      ...{ weekday: 'short', month: 'short', day: 'numeric' },
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    },
    short: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  },
  day: {
    full: { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' },
    short: { month: 'short', day: 'numeric' },
  },
  week: {
    full: { month: 'short', day: 'numeric', year: 'numeric' },
    short: { month: 'short', day: 'numeric' },
  },
  month: { full: { month: 'long', year: 'numeric' }, short: { month: 'short', year: '2-digit' } },
};

const formats = new Map<string, Intl.DateTimeFormat>();
/** Making one costs more than a hundred uses of it. */
function formatOf(grain: Grain, zone: string, length: 'full' | 'short'): Intl.DateTimeFormat {
  const key = `${grain} ${zone} ${length}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(LANGUAGE, { ...PARTS[grain][length], timeZone: zone });
  formats.set(key, made);
  return made;
}

/** "Thu, Nov 12, 2026", "Week of Nov 9, 2026" */
export function bucketName(at: string, grain: Grain, zone: string): string {
  const name = formatOf(grain, zone, 'full').format(new Date(at));
  return grain === 'week' ? `Week of ${name}` : name;
}

/** The same under an axis. Where hours begin a new day, the day is what one wants to know. */
export function bucketTick(at: Date, grain: Grain, zone: string): string {
  const text = formatOf(grain, zone, 'short').format(at);
  return (grain === 'hour' || grain === 'minute') && text === '00:00'
    ? formatOf('day', zone, 'short').format(at)
    : text;
}

/** What a file calls it, which sorts: the date there; below a day the instant. */
export function bucketKey(at: string, grain: Grain, zone: string): string {
  if (grain === 'hour' || grain === 'minute') return at;
  const parts = new Intl.DateTimeFormat(LANGUAGE, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone },
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  return grain === 'month' ? day.slice(0, 7) : day;
}
