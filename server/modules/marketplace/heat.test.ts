import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLD, HALF_LIFE_DAYS, heatAfter, heatOf, hourOf, worthAt } from './heat.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const instant = fc.integer({ min: 0, max: 20 * 365 * DAY_MS }).map((ms) => new Date(START_MS + ms));
const person = fc.integer({ min: 1, max: 6 });

/** Payments in the order of time, as the news tells them, counted as the product counts them. */
function counted(payments: readonly { person: number; at: Date }[]): {
  heat: number;
  last: Map<number, Date>;
} {
  const last = new Map<number, Date>();
  let heat = COLD;
  for (const { person, at } of payments) {
    const hour = hourOf(at);
    const before = last.get(person) ?? null;
    if (before && before >= hour) continue;
    heat = heatAfter(heat, { before, at: hour });
    last.set(person, hour);
  }
  return { heat, last };
}

const payments = fc
  .array(fc.record({ person, at: instant }), { maxLength: 60 })
  .map((all) => all.sort((a, b) => a.at.getTime() - b.at.getTime()));

describe('what is trending', () => {
  test('counted as they come is the same as counted from scratch', () => {
    fc.assert(
      fc.property(payments, (all) => {
        const { heat, last } = counted(all);
        const whole = heatOf([...last.values()]);
        if (whole === COLD) expect(heat).toBe(COLD);
        else expect(heat).toBeCloseTo(whole, 6);
      }),
    );
  });

  test('a thousand generations of one person count as one', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 1_000 }), (at, times) => {
        const end = hourOf(at);
        const many = Array.from({ length: times }, (_, n) => ({
          person: 1,
          at: new Date(end.getTime() - (times - n) * 1_000),
        }));
        const once = counted([{ person: 1, at: end }]).heat;
        const often = counted([...many, { person: 1, at: end }]).heat;
        expect(often).toBeCloseTo(once, 9);
        expect(worthAt(often, end)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  test('one person more is never worth less', () => {
    fc.assert(
      fc.property(fc.array(instant, { maxLength: 20 }), instant, (others, at) => {
        expect(heatOf([...others, at])).toBeGreaterThanOrEqual(heatOf(others));
      }),
    );
  });

  test('the order between two models does not change by waiting', () => {
    fc.assert(
      fc.property(fc.array(instant, { minLength: 1 }), fc.array(instant, { minLength: 1 }), (a, b) => {
        const now = new Date(Math.max(...[...a, ...b].map(Number)));
        const order = (at: Date) => Math.sign(worthAt(heatOf(a), at) - worthAt(heatOf(b), at));
        const later = new Date(now.getTime() + 10 * DAY_MS);
        fc.pre(Math.abs(heatOf(a) - heatOf(b)) > 1e-6 && worthAt(heatOf(a), later) > 0);
        fc.pre(worthAt(heatOf(b), later) > 0);
        expect(order(later)).toBe(order(now));
      }),
    );
  });

  test('it halves by the half-life', () => {
    const at = new Date(START_MS + 40 * DAY_MS);
    const heat = heatOf([at, at, at, at]);
    expect(worthAt(heat, at)).toBeCloseTo(4, 9);
    expect(worthAt(heat, new Date(at.getTime() + HALF_LIFE_DAYS * DAY_MS))).toBeCloseTo(2, 9);
  });
});
