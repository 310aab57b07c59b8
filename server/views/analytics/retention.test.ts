import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toldCohorts } from './retention.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const week = (n: number) => new Date(MONDAY + n * WEEK_MS);
const cohort = (n: number, people: number, weeks: number[] = [people]) => ({ week: week(n), people, weeks });

test('small cohorts are put together until they are five, and the last ones wait', () => {
  const told = toldCohorts([cohort(0, 2), cohort(1, 9), cohort(2, 3), cohort(3, 4)], week(4));
  expect(told.map(({ week: from, through, people }) => [from, through, people])).toEqual([
    ['2026-01-05', '2026-01-19', 5],
    ['2026-01-12', null, 9],
  ]);
});

test('a cell is told where five came again, and where none or five did not', () => {
  const [told] = toldCohorts([cohort(0, 12, [12, 8, 7, 4, 0])], week(5));
  expect(told?.weeks.map(({ people }) => people)).toEqual([12, null, 7, null, 0]);
});

test('what was told once is told alike when more come, and never grows by fewer than five', () => {
  const histories = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(histories, fc.nat(), (counts, place) => {
      const all = counts.map((people, n) => cohort(n, people));
      const some = 1 + (place % (all.length - 1));
      const before = toldCohorts(all.slice(0, some), week(some));
      const after = toldCohorts(all, week(all.length));
      const key = ({ week: from, through, people }: (typeof after)[number]) =>
        `${from} ${through ?? ''} ${people}`;
      expect(after.map(key)).toEqual(expect.arrayContaining(before.map(key)));
      for (const { people } of after) expect(people).toBeGreaterThanOrEqual(5);
    }),
  );
});
