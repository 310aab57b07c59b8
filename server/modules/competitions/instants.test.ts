import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../kit/clock.ts';
import { areInOrder, INSTANTS, instantsOf, shifted, USUAL_CALENDAR } from './instants.ts';
import { isResumable, RESUMES } from './round-machine.ts';
import { sharesAreWhole, splitPrize } from './shares.ts';

const months = fc
  .tuple(fc.integer({ min: 2020, max: 2120 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`);
const STATES = Object.keys(RESUMES).filter(isResumable);

test('the usual month: the 1st to the 21st 24:00, then two, five and three days, whatever the month is like', () => {
  const said = (month: string) =>
    INSTANTS.map((name) => instantsOf(month, USUAL_CALENDAR)[name].toISOString().slice(0, 16));
  expect(said('2026-12')).toEqual([
    '2026-12-01T00:00',
    '2026-12-22T00:00',
    '2026-12-24T00:00',
    '2026-12-29T00:00',
    '2027-01-01T00:00',
    '2027-01-02T00:00',
    '2027-01-05T00:00',
  ]);
  expect(said('2027-02')[4]).toBe('2027-03-04T00:00');
  expect(said('2028-02')[4]).toBe('2028-03-03T00:00');
  // the clocks of Europe and of America change within these
  expect(said('2027-03')[2]).toBe('2027-03-24T00:00');
  expect(said('2027-11')[1]).toBe('2027-11-22T00:00');
});

test('every month of every year is in order, and made of whole days', () => {
  fc.assert(
    fc.property(months, (month) => {
      const instants = instantsOf(month, USUAL_CALENDAR);
      expect(areInOrder(instants)).toBe(true);
      expect(instants.opens_at.toISOString()).toBe(`${month}-01T00:00:00.000Z`);
      expect(INSTANTS.every((name) => instants[name].getTime() % DAY_MS === 0)).toBe(true);
    }),
  );
});

test('a shift moves everything that has not come, by as much, nothing that has, and keeps the order', () => {
  fc.assert(
    fc.property(
      months,
      fc.constantFrom(...STATES),
      fc.integer({ min: 0, max: 400 * DAY_MS }),
      (month, state, by_ms) => {
        const before = instantsOf(month, USUAL_CALENDAR);
        const after = shifted(before, state, by_ms);
        const moved = INSTANTS.map((name) => after[name].getTime() - before[name].getTime());
        const first = STATES.indexOf(state);
        expect(moved).toEqual(INSTANTS.map((_, place) => (place < first ? 0 : by_ms)));
        expect(areInOrder(after)).toBe(true);
      },
    ),
  );
});

test('however a prize is divided, the parts sum to it, and none is a nano away from its share', () => {
  const shares = fc
    .array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 8 })
    .map((weights) => {
      const whole = weights.reduce((sum, weight) => sum + weight, 0);
      const parts = weights.map((weight) => Math.max(1, Math.floor((weight * 1_000_000) / whole)));
      const rest = 1_000_000 - parts.reduce((sum, part) => sum + part, 0);
      return parts.map((part, place) => ({
        person_id: String(place),
        share_ppm: place === 0 ? part + rest : part,
      }));
    });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 9n * 10n ** 18n }), shares, (amount, people) => {
      fc.pre(people.every(({ share_ppm }) => share_ppm > 0));
      expect(sharesAreWhole(people)).toBe(true);
      const parts = splitPrize(amount, people);
      expect(parts.reduce((sum, part) => sum + part.amount_nanos, 0n)).toBe(amount);
      for (const [place, { share_ppm }] of people.entries()) {
        const floor = (amount * BigInt(share_ppm)) / 1_000_000n;
        const got = parts[place]?.amount_nanos ?? -1n;
        expect(got === floor || got === floor + 1n).toBe(true);
      }
    }),
  );
});
