import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moved, placeOf, shiftOf } from './drag-order.ts';

const list = (heights: number[]) =>
  heights.reduce<{ top: number; height: number }[]>((lines, height) => {
    const last = lines.at(-1);
    return [...lines, { top: last ? last.top + last.height : 0, height }];
  }, []);
const ascending = (one: number, other: number) => one - other;
const heights = fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 1, maxLength: 20 });

test('a line that is not moved stays, and one that is dragged far ends at the end', () => {
  fc.assert(
    fc.property(heights, fc.nat(), (all, nth) => {
      const from = nth % all.length;
      expect(placeOf(list(all), from, 0)).toBe(from);
      expect(placeOf(list(all), from, 1e6)).toBe(all.length - 1);
      expect(placeOf(list(all), from, -1e6)).toBe(0);
    }),
  );
});

test('those between give way by the room of the dragged line, and nobody else', () => {
  expect([0, 1, 2, 3, 4].map((place) => shiftOf(place, 1, 3, 50))).toEqual([0, 0, -50, -50, 0]);
  expect([0, 1, 2, 3, 4].map((place) => shiftOf(place, 3, 1, 50))).toEqual([0, 50, 50, 0, 0]);
});

test('nothing is lost on the way', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { minLength: 1 }), fc.nat(), fc.nat(), (items, one, other) => {
      const [from, to] = [one % items.length, other % items.length];
      const after = moved(items, from, to);
      expect(after[to]).toBe(items[from]);
      expect(after.toSorted(ascending)).toEqual(items.toSorted(ascending));
      expect(moved(after, to, from)).toEqual(items);
    }),
  );
});
