import { expect, test } from 'vitest';
import { dayIn, monthsAway, weeksOf } from './month.ts';

test('a month is whole weeks from Monday on', () => {
  const weeks = weeksOf('2026-12');
  expect(weeks).toHaveLength(5);
  expect(weeks[0]).toEqual([
    '2026-11-30',
    '2026-12-01',
    '2026-12-02',
    '2026-12-03',
    '2026-12-04',
    '2026-12-05',
    '2026-12-06',
  ]);
  expect(weeks.at(-1)?.at(-1)).toBe('2027-01-03');
  expect(weeksOf('2027-02')).toHaveLength(4);
});

test('months go over the year', () => {
  expect(monthsAway('2026-12', 1)).toBe('2027-01');
  expect(monthsAway('2026-01', -1)).toBe('2025-12');
});

test('a day is that of the zone', () => {
  expect(dayIn('2026-12-01T23:30:00.000Z', 'Europe/Berlin')).toBe('2026-12-02');
  expect(dayIn('2026-12-01T23:30:00.000Z', 'America/New_York')).toBe('2026-12-01');
});
