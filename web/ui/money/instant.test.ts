import { expect, test } from 'vitest';
import { forField, instantIn, inUtc, monthName } from './instant.ts';

const asked = (at: string) => instantIn(new URL(`https://x.test/books?at=${encodeURIComponent(at)}`));

test('what a date-time field holds is UTC, whatever the zone of the reader', () => {
  expect(asked('2026-11-21T00:00')).toBe('2026-11-21T00:00:00.000Z');
  expect(asked('2026-11-21T00:00:59')).toBe('2026-11-21T00:00:59.000Z');
  expect(asked('2026-11-21T00:00:59.123Z')).toBe('2026-11-21T00:00:59.123Z');
  expect(forField('2026-11-21T00:00:59.123Z')).toBe('2026-11-21T00:00:59');
});

test('what is no instant is taken as left out', () => {
  for (const text of ['', 'yesterday', '2026-13-01T00:00', '2026-11-21', '2026-11-21T00:00+01:00'])
    expect(asked(text)).toBeUndefined();
});

test('an instant and a month read the same everywhere', () => {
  expect(inUtc('2026-11-21T00:00:59.000Z')).toBe('2026-11-21 00:00:59 UTC');
  expect(inUtc('2026-11-30T23:59:59.999Z')).toBe('2026-11-30 23:59:59.999 UTC');
  expect(monthName('2026-12')).toBe('December 2026');
});
