/** How the figures of charts are written: in full, short on an axis, and bare in a file. Floats are for pixels only. */
import { credits, decimal, roundedDown } from '../credits.ts';
import { LANGUAGE, number } from '../language.ts';

/** `credits`: micro-credits as a string of digits; `usd`: micro-dollars likewise; `ppm`: millionths of a whole. */
export type Unit = 'credits' | 'usd' | 'count' | 'ms' | 'ppm';
export type Value = string | number | null;

const NOTHING = '–';
const MICROS = 6;

/** In full, as a table shows it. */
export function shown(value: Value, unit: Unit): string {
  if (value === null) return NOTHING;
  if (unit === 'credits') return credits(value.toString());
  if (unit === 'usd') return dollars(decimal(value.toString(), MICROS, 2));
  if (unit === 'ms') return duration(Number(value));
  if (unit === 'ppm') return `${decimal(Math.round(Number(value) / 1000).toString(), 1)}\u00a0%`;
  return number(Number(value));
}

/** For a tile: money with two decimals, never more than there is. */
export function brief(value: Value, unit: Unit): string {
  if (value === null) return NOTHING;
  if (unit === 'credits') return roundedDown(value.toString());
  if (unit === 'usd') return dollars(roundedDown(value.toString()));
  return shown(value, unit);
}

/** As a screen reader says it: with its unit in words. */
export function spoken(value: Value, unit: Unit): string {
  if (value === null) return 'nothing to show';
  return unit === 'credits' ? `${shown(value, unit)} credits` : shown(value, unit);
}

/** Bare digits for a file, exact, in the unit that `headOf` names. */
export function plain(value: Value, unit: Unit): string {
  if (value === null) return '';
  if (unit === 'credits' || unit === 'usd')
    return decimal(value.toString(), MICROS).replaceAll(',', '').replace('−', '-');
  if (unit === 'ppm') return decimal(Math.round(Number(value)).toString(), 4).replaceAll(',', '');
  return value.toString();
}

/** The name of a column in a file. */
export const headOf = (name: string, unit: Unit) =>
  ({
    credits: `${name} (credits)`,
    usd: `${name} (USD)`,
    ms: `${name} (ms)`,
    ppm: `${name} (%)`,
    count: name,
  })[unit];

const compact = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });
/** Short, beside a line of the grid. It gets what is drawn, not what is counted. */
export function onAxis(drawn: number, unit: Unit): string {
  if (unit === 'ms') return duration(drawn);
  if (unit === 'ppm') return `${compact.format(drawn)}%`;
  return unit === 'usd' ? `$${compact.format(drawn)}` : compact.format(drawn);
}

/** Where a value is drawn: credits, dollars, milliseconds, per cent. */
export function drawn(value: Value, unit: Unit): number | null {
  if (value === null) return null;
  if (unit === 'credits' || unit === 'usd') return Number(value) / 1e6;
  return unit === 'ppm' ? Number(value) / 1e4 : Number(value);
}

/** 830 -> "830 ms", 12400 -> "12.4 s", 185000 -> "3:05 min" */
export function duration(ms: number): string {
  if (ms < 1_000) return `${number(Math.round(ms))}\u00a0ms`;
  if (ms < 60_000) return `${number(Math.round(ms / 100) / 10)}\u00a0s`;
  const seconds = Math.round(ms / 1_000);
  return `${number(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}\u00a0min`;
}

const dollars = (text: string) => (text.startsWith('−') ? `−$${text.slice(1)}` : `$${text}`);
