import { expect, test } from 'vitest';
import { alphaOf, severityOf } from './calibration.ts';

const _ = null;
/** Observers in rows, units in columns, as they are printed. */
const unitsOf = (rows: (number | null)[][]) =>
  (rows[0] ?? []).map((_value, unit) => rows.flatMap((row) => row[unit] ?? []));

// Krippendorff 2011, section C: four observers, twelve units, values missing
const observers = unitsOf([
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]);
// the example that encyclopedias print: three coders, fifteen units
const coders = unitsOf([
  [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
  [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
  [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
]);

test('alpha is what was published for the same data', () => {
  expect(alphaOf(observers, 'ordinal')).toBeCloseTo(0.815, 3);
  expect(alphaOf(observers, 'interval')).toBeCloseTo(0.849, 3);
  expect(alphaOf(coders, 'interval')).toBeCloseTo(0.811, 3);
});

test('alpha is 1 where all agree, and nothing where nothing can be compared', () => {
  expect(
    alphaOf(
      [
        [1, 1],
        [5, 5, 5],
      ],
      'ordinal',
    ),
  ).toBe(1);
  expect(alphaOf([[3, 3]], 'ordinal')).toBeNull();
  expect(alphaOf([[3], [4]], 'ordinal')).toBeNull();
  expect(alphaOf([], 'interval')).toBeNull();
});

test('severity is drawn towards nothing while there is little to go by', () => {
  expect(severityOf([])).toBeNull();
  expect(severityOf([-2])).toBeCloseTo(-2 / 9);
  expect(severityOf(Array.from({ length: 8 }, () => -1))).toBeCloseTo(-0.5);
  expect(severityOf(Array.from({ length: 792 }, () => 1))).toBeCloseTo(0.99);
});
