import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHeldOut } from './holdout.ts';
import { type Group, liftOf, newcombe } from './lift.ts';
import { monthsLater } from './months-later.ts';

const group = (people: number, converted: number): Group => ({ people, converted });

test('the interval is that of the paper that it is taken from', () => {
  // Newcombe 1998, table II, method 10: (a) 56/70 - 48/80, (b) 9/10 - 3/10, (e) 0/10 - 0/10, (f) 10/10 - 0/10
  const published: [Group, Group, number, number][] = [
    [group(70, 56), group(80, 48), 0.0524, 0.3339],
    [group(10, 9), group(10, 3), 0.1705, 0.809],
    [group(10, 0), group(10, 0), -0.2775, 0.2775],
    [group(10, 10), group(10, 0), 0.6075, 1],
  ];
  for (const [one, other, low, high] of published) {
    const found = newcombe(one, other);
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(high, 3);
  }
});

/** Numbers that look like chance and are the same every time. */
function chance(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('of simulated people a known effect lies within the interval about as often as it says', () => {
  const next = chance(7);
  const did = (people: number, rate: number) =>
    group(people, Array.from({ length: people }, next).filter((drawn) => drawn < rate).length);
  const runs = Array.from({ length: 400 }, () => liftOf(did(900, 0.2), did(300, 0.12)));
  const covered = runs.filter(({ low, high }) => (low ?? 1) <= 0.08 && 0.08 <= (high ?? 0)).length;
  expect(covered / runs.length).toBeGreaterThan(0.92);
  expect(runs.filter(({ verdict }) => verdict === 'more').length / runs.length).toBeGreaterThan(0.8);
  const without = Array.from({ length: 400 }, () => liftOf(did(900, 0.15), did(300, 0.15)));
  const wrong = without.filter(({ verdict }) => verdict !== 'may_be_chance').length;
  expect(wrong / without.length).toBeLessThan(0.08);
});

test('of too few nothing is said', () => {
  expect(liftOf(group(1_000, 100), group(0, 0)).verdict).toBe('no_holdout');
  expect(liftOf(group(1_000, 100), group(29, 0)).verdict).toBe('too_few');
  expect(liftOf(group(1_000, 3), group(500, 1)).verdict).toBe('too_few');
  expect(liftOf(group(40, 40), group(40, 38)).verdict).toBe('too_few');
  expect(liftOf(group(1_000, 50), group(1_000, 90)).verdict).toBe('fewer');
});

test('an interval holds its difference and lies between minus one and one', () => {
  const any = fc
    .integer({ min: 1, max: 5_000 })
    .chain((people) => fc.integer({ min: 0, max: people }).map((converted) => group(people, converted)));
  fc.assert(
    fc.property(any, any, (one, other) => {
      const { low, difference, high } = newcombe(one, other);
      expect(low).toBeLessThanOrEqual(difference + 1e-12);
      expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
      expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
      expect(high).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test('who is held out follows from the seed, and is about as many as were asked for', () => {
  const people = Array.from({ length: 4_000 }, (_, number) => `person ${number}`);
  const held = (seed: string, share_ppm: number) => people.filter((id) => isHeldOut(seed, id, share_ppm));
  expect(held('a', 0)).toEqual([]);
  expect(held('a', 1_000_000)).toEqual(people);
  const tenth = held('a', 100_000);
  expect(Math.abs(tenth.length - 400)).toBeLessThan(80);
  expect(held('a', 100_000)).toEqual(tenth);
  const again = new Set(held('b', 100_000));
  expect(Math.abs(tenth.filter((id) => again.has(id)).length - 40)).toBeLessThan(30);
});

test('a month later is the same day, or the last that the month has', () => {
  const from = new Date('2027-01-31T17:30:00Z');
  const months = [1, 2, 3, 12, 13].map((later) => monthsLater(from, later).toISOString());
  expect(months).toEqual([
    '2027-02-28T17:30:00.000Z',
    '2027-03-31T17:30:00.000Z',
    '2027-04-30T17:30:00.000Z',
    '2028-01-31T17:30:00.000Z',
    '2028-02-29T17:30:00.000Z',
  ]);
});
