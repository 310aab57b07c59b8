/** Times that have a name, and how a range is called in words. */
import type { Span } from '#web/api-types.ts';
import { LANGUAGE } from '../language.ts';

export const RANGES = ['today', '7d', '30d', '90d', 'month', 'lifetime'] as const;
export const GRAINS = ['hour', 'day', 'week', 'month'] as const;
export const RANGE_NAMES: Record<(typeof RANGES)[number], string> = {
  ...{ today: 'Today', '7d': '7 days', '30d': '30 days', '90d': '90 days' },
  ...{ month: 'This month', lifetime: 'Lifetime' },
};

const DAY_MS = 86_400_000;
/** "Nov 1 – 12, 2026"; with the time of day where it does not begin and end with one. */
export function spanName({
  range,
  from,
  to,
  zone,
}: Pick<Span, 'from' | 'to' | 'zone'> & { range?: Span['range'] }): string {
  const clock = new Intl.DateTimeFormat(LANGUAGE, {
    ...{ hour: '2-digit', minute: '2-digit' },
    hourCycle: 'h23',
    timeZone: zone,
  });
  // what has a name ends now, and the minute of it says nothing
  const isWhole = (range === 'custom' || range === undefined ? [from, to] : [from]).every(
    (at) => clock.format(new Date(at)) === '00:00',
  );
  const day = new Intl.DateTimeFormat(LANGUAGE, {
    ...{ month: 'short', day: 'numeric', year: 'numeric', timeZone: zone },
    ...(isWhole ? {} : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  });
  const end = isWhole ? new Date(to).getTime() - 1 : new Date(to).getTime();
  return day.formatRange(new Date(from), new Date(Math.max(end, new Date(from).getTime())));
}

/** The day by the clocks of a zone, as a date field has it. */
export function dayIn(at: string | number, zone: string): string {
  const parts = new Intl.DateTimeFormat(LANGUAGE, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone },
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** "2026-11-30" -> "2026-12-01" */
export const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

export const zoneName = (zone: string) => zone.replaceAll('_', ' ');
