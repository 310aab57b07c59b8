import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOf, isZone, onTheWall } from './zones.ts';

const said = (wall: string, zone: string) => instantOf(wall, zone)?.toISOString() ?? null;

test('an instant is what the clocks of the zone show', () => {
  expect(said('2026-01-15T19:00', 'Europe/Berlin')).toBe('2026-01-15T18:00:00.000Z');
  expect(said('2026-07-15T19:00', 'Europe/Berlin')).toBe('2026-07-15T17:00:00.000Z');
  expect(said('2026-01-01T00:30', 'Asia/Kathmandu')).toBe('2025-12-31T18:45:00.000Z');
  expect(said('2026-06-01T12:00', 'Pacific/Kiritimati')).toBe('2026-05-31T22:00:00.000Z');
  expect(said('2026-06-01T12:00', 'UTC')).toBe('2026-06-01T12:00:00.000Z');
});

test('an hour that is left out is none, one that comes twice is the first', () => {
  expect(said('2026-03-29T02:30', 'Europe/Berlin')).toBeNull();
  expect(said('2026-03-29T03:00', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
  expect(said('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  expect(said('2026-10-04T02:15', 'Australia/Lord_Howe')).toBeNull();
  expect(said('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
});

test('every instant is found again by what it shows, but for the hour that comes twice', () => {
  const zone = fc.constantFrom(
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Tehran',
    'UTC',
  );
  const minute = fc.integer({ min: 25_000_000, max: 31_000_000 });
  fc.assert(
    fc.property(zone, minute, (where, minutes) => {
      const at = new Date(minutes * 60_000);
      const found = instantOf(onTheWall(at, where), where);
      expect(found && onTheWall(found, where)).toBe(onTheWall(at, where));
      expect(found?.getTime()).toBeLessThanOrEqual(at.getTime());
    }),
    { numRuns: 300 },
  );
});

test('a zone is a name, not an offset', () => {
  expect(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'].every(isZone)).toBe(true);
  // both names of one place: browsers differ in which they say
  expect(['Asia/Kolkata', 'Asia/Calcutta', 'Asia/Kathmandu'].every(isZone)).toBe(true);
  expect(['+02:00', 'Berlin', 'CEST', '', 'europe/berlin', 'Europe/Nowhere'].some(isZone)).toBe(false);
});
