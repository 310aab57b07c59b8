import { expect, test } from 'vitest';
import { forField, instantIn, inUtc, instantOf, monthName } from './instant.ts';

const asked = (at: string) => instantIn(new URL(`https://x.test/books?at=${encodeURIComponent(at)}`));

test('what somebody types is UTC, whatever the zone of the reader', () => {
  expect(asked('2026-11-21T00:00')).toBe('2026-11-21T00:00:00.000Z');
  expect(asked('2026-11-21T00:00:59.123Z')).toBe('2026-11-21T00:00:59.123Z');
  for (const text of ['2026-11-21 14:30', ' 2026-11-21, 14:30 UTC ', '21.11.2026 14:30', '2026/11/21 14:30z'])
    expect(asked(text)).toBe('2026-11-21T14:30:00.000Z');
  for (const text of ['2026-11-21', '2026-11-21 UTC', '21.11.2026']) {
    expect(asked(text)).toBe('2026-11-21T00:00:00.000Z');
  }
  expect(instantOf('2026-1-2 3:04')).toBe('2026-01-02T03:04:00.000Z');
});

test('what the field shows is taken as it stands', () => {
  for (const instant of ['2026-11-21T00:00:59.000Z', '2026-11-21T14:30:00.000Z'])
    expect(instantOf(forField(instant))).toBe(instant);
  expect(forField('2026-11-21T14:30:00.000Z')).toBe('2026-11-21 14:30');
});

test('what no calendar has, or another zone, is no instant', () => {
  for (const text of [
    '',
    'yesterday',
    '2026-13-01T00:00',
    '2026-02-30',
    '2026-11-21 24:01',
    '11/21/2026',
    '2026-11-21T00:00+01:00',
  ])
    expect(asked(text)).toBeUndefined();
});

test('an instant and a month read the same everywhere', () => {
  expect(inUtc('2026-11-21T00:00:59.000Z')).toBe('2026-11-21 00:00:59 UTC');
  expect(inUtc('2026-11-30T23:59:59.999Z')).toBe('2026-11-30 23:59:59.999 UTC');
  expect(monthName('2026-12')).toBe('December 2026');
});
