import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atLeast, peopleWords } from './people-words.ts';

test('people are told in steps, and fewer than five not at all', () => {
  expect([0, 4, 5, 9, 10, 19, 49, 50, 999, 1_000].map(atLeast)).toEqual([
    ...[0, 0, 5, 5, 10, 10, 20, 50, 500, 1_000],
  ]);
  expect([0, 20].map(peopleWords)).toEqual(['fewer than 5 people', 'at least 20 people']);
});

test('what is told is true, and never more than two and a half times too little', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 1_000_000_000 }), (people) => {
      const told = atLeast(people);
      expect(told).toBeLessThanOrEqual(people);
      expect(people).toBeLessThan(told * 2.5);
    }),
  );
});
