/** What the address of a report asks for, in the words of the contract. What it cannot mean counts as left out. */
import { oneOf } from '#web/load.ts';
import { GRAINS, RANGES } from './ranges.ts';

const DAY_OR_INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:00(\.000)?)?(Z|[+-]\d\d:\d\d))?$/;
const ZONE_MAX = 64;
/** Sent back, an unknown zone is refused by name; a long one is nothing anybody meant. */
const zoneIn = (url: URL) => url.searchParams.get('zone')?.slice(0, ZONE_MAX) || undefined;
const whenIn = (url: URL, name: string) => {
  const text = url.searchParams.get(name);
  return text && DAY_OR_INSTANT.test(text) ? text : undefined;
};

export function askedIn(url: URL) {
  const from = whenIn(url, 'from');
  const range = oneOf(RANGES, url.searchParams.get('range'));
  return {
    ...(from ? { from, to: whenIn(url, 'to') } : { range: range ?? ('30d' as const) }),
    zone: zoneIn(url),
  };
}
export const grainIn = (url: URL) => oneOf(GRAINS, url.searchParams.get('grain'));
export const modelsIn = (url: URL) =>
  (url.searchParams.get('models') ?? '')
    .split(',')
    .map((slug) => slug.trim())
    .filter(Boolean);
/** Beside what was before, unless one does not want it. */
export const isCompared = (url: URL) => url.searchParams.get('prior') !== 'false';
