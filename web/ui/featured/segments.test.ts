import { expect, test } from 'vitest';
import type { SlotBooking } from '#web/api-types.ts';
import { dragged, inTheWay, monthBeside, segmentsOf } from './segments.ts';

const days = Array.from({ length: 31 }, (_, day) => `2026-12-${String(day + 1).padStart(2, '0')}`);
const booking = (from: string, until: string): SlotBooking => ({
  ...{ id: from, version: 1, surface: 'home_rail', position: 1, kind: 'editorial', campaign_id: null },
  ...{ from: `${from}:00:00Z`, until: `${until}:00:00Z`, reason: 'It is.', booked_by: null, not_shown: null },
  model: {
    slug: 'drift',
    title: 'Drift',
    modality: 'image',
    creator: { handle: 'ada', display_name: 'Ada' },
  },
  counts: { impressions: 0, visits: 0, generations: 0 },
  can: { move: { allowed: true, why: null }, end: { allowed: true, why: null } },
});

test('a row has every day of its month once, whatever is booked', () => {
  const rows = [
    [],
    [booking('2026-12-01T00', '2026-12-05T00')],
    [booking('2026-11-20T00', '2026-12-02T12'), booking('2026-12-02T12', '2026-12-03T00')],
    [booking('2026-12-30T18', '2027-01-09T00')],
  ];
  for (const bookings of rows) {
    const segments = segmentsOf(days, bookings, false);
    expect(segments.reduce((sum, segment) => sum + segment.days, 0)).toBe(31);
    segments.reduce((next, { first, days: long }) => (expect(first).toBe(next), next + long), 0);
  }
  expect(segmentsOf(days, [], true)).toEqual([{ kind: 'kept', first: 0, days: 31, booking: null }]);
  expect([monthBeside('2026-12', 1), monthBeside('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
});

test('what is dragged moves by whole days, keeps its hours, and never ends before it begins', () => {
  const three = { from: '2026-12-05T06:00:00.000Z', until: '2026-12-08T00:00:00.000Z' };
  expect(dragged(three, 'all', -5)).toEqual({
    ...{ from: '2026-11-30T06:00:00.000Z', until: '2026-12-03T00:00:00.000Z' },
  });
  expect(dragged(three, 'until', 2)).toEqual({ ...three, until: '2026-12-10T00:00:00.000Z' });
  expect(dragged(three, 'until', -9)).toEqual({ ...three, until: '2026-12-06T00:00:00.000Z' });
  expect(dragged(three, 'from', 9)).toEqual({ ...three, from: '2026-12-07T06:00:00.000Z' });
  expect(dragged(three, 'from', 0)).toEqual(three);
});

test('half open: what begins when another ends is not in its way', () => {
  const others = [booking('2026-12-01T00', '2026-12-05T00'), booking('2026-12-09T00', '2026-12-12T00')];
  const at = (from: number, until: number) =>
    inTheWay(
      { from: `2026-12-0${from}T00:00:00Z`, until: `2026-12-0${until}T00:00:00Z` },
      '2026-12-01T00',
      others,
    )?.id;
  expect([at(5, 9), at(2, 4), at(8, 9)]).toEqual([undefined, undefined, undefined]);
  expect(inTheWay({ from: '2026-12-11T00:00:00Z', until: '2026-12-13T00:00:00Z' }, '', others)?.id).toBe(
    '2026-12-09T00',
  );
});
