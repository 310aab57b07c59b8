import { LANGUAGE } from '../language.ts';
/** How a moment is written, and that it is UTC: beside every field that takes one. */
export const HOW = 'Year-month-day hour:minute in UTC, such as 2026-11-21 14:30. The time may be left out.';

const WRITTEN =
  /^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})\/(\d{1,2})\/(\d{1,2}))(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?\s*(?:Z|UTC|GMT)?$/i;

/**
 * The instant that somebody meant by what they typed: "2026-11-21", "2026-11-21 14:30", "21.11.2026 14:30:05 UTC".
 * Undefined for what no calendar has, and for zones other than UTC: nobody's guess is as good as asking again.
 */
export function instantOf(text: string): string | undefined {
  const match = WRITTEN.exec(text.trim());
  if (!match) return undefined;
  const [, y1, m1, d1, d2, m2, y2, y3, m3, d3, hour = '0', minute = '0', second = '0', fraction = '0'] =
    match;
  const [year, month, day] = [y1 ?? y2 ?? y3, m1 ?? m2 ?? m3, d1 ?? d2 ?? d3].map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const at = new Date(
    Date.UTC(
      year,
      month - 1,
      day,
      Number(hour),
      Number(minute),
      Number(second),
      Number(fraction.padEnd(3, '0')),
    ),
  );
  const kept =
    at.getUTCFullYear() === year &&
    at.getUTCMonth() === month - 1 &&
    at.getUTCDate() === day &&
    at.getUTCHours() === Number(hour) &&
    at.getUTCMinutes() === Number(minute) &&
    at.getUTCSeconds() === Number(second);
  return kept ? at.toISOString() : undefined;
}

/** An instant in the address, as somebody typed it or as a link has it. */
export const instantIn = (url: URL, name = 'at'): string | undefined =>
  instantOf(url.searchParams.get(name) ?? '');

/** The same as the field shows it: without the seconds where there are none. */
export const forField = (instant: string) =>
  `${instant.slice(0, 10)} ${instant.slice(11, 19)}`.replace(/:00$/, '');

/** "2026-11-21 00:00:00 UTC"; milliseconds where there are any. */
export function inUtc(instant: string): string {
  const parts = instant.slice(20, 23);
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}${parts === '000' ? '' : `.${parts}`} UTC`;
}

export const monthName = (month: string) =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString(LANGUAGE, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
