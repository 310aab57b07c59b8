/**
 * The order of what is trending. Each person who paid for a model lately counts once, and counts half for every three
 * days since they last did:
 *
 *     heat(now) = sum over people of 2 ^ -((now - last paid) / 3 days)
 *
 * All of it halves at one pace, so the order between models does not change by waiting. What is kept is therefore the
 * binary logarithm of the sum as of the first hour of 2026: it changes when somebody pays, and never by itself.
 */
export const HALF_LIFE_DAYS = 3;
const HALF_LIFE_MS = HALF_LIFE_DAYS * 24 * 3_600_000;
const ORIGIN_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

/** Of whom nobody has paid for. */
export const COLD = -Infinity;

/** A person is counted by the hour: a thousand generations within one are written down once. */
export const hourOf = (at: Date): Date => new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);

const halfLives = (at: Date): number => (at.getTime() - ORIGIN_MS) / HALF_LIFE_MS;

/** From scratch: everybody once, by when they last paid. */
export function heatOf(last_paid: readonly Date[]): number {
  const ages = last_paid.map(halfLives);
  const newest = ages.reduce((most, age) => Math.max(most, age), COLD);
  if (newest === COLD) return COLD;
  return newest + Math.log2(ages.reduce((total, age) => total + 2 ** (age - newest), 0));
}

/** The same after one person paid at `at`, who had last paid `before`, or never. */
export function heatAfter(heat: number, { before, at }: { before: Date | null; at: Date }): number {
  const now = halfLives(at);
  const rest = 2 ** (heat - now) - (before === null ? 0 : 2 ** (halfLives(before) - now));
  return now + Math.log2(1 + Math.max(0, rest));
}

/** What it is worth at an instant, as the formula says it. */
export const worthAt = (heat: number, at: Date): number => 2 ** (heat - halfLives(at));
