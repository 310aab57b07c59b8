import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clockAt,
  countSteps,
  dayIn,
  earlier,
  edgesOf,
  type Grain,
  startIn,
  stepOf,
  wholeDays,
} from './buckets.ts';
import { onTheWall } from './zones.ts';

const HOUR_MS = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
];
const at = (text: string) => new Date(text);

test('every instant is in one step, and steps begin where the clocks of the zone say', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.constantFrom<Grain>('hour', 'day', 'week', 'month'),
      fc.integer({ min: Date.UTC(2024, 0, 1) / 60_000, max: Date.UTC(2027, 0, 1) / 60_000 }),
      fc.integer({ min: 1, max: 40 * 24 * 60 }),
      fc.integer({ min: 0, max: 999 }),
      (zone, grain, minute, length, place) => {
        const from = new Date(minute * 60_000);
        const to = new Date(from.getTime() + length * 60_000);
        const edges = edgesOf({ from, to }, zone, grain);
        expect(edges[0]).toEqual(from);
        expect(edges.at(-1)).toEqual(to);
        expect(edges.every((edge, n) => n === 0 || edge > (edges[n - 1] ?? to))).toBe(true);
        expect(edges.length - 1).toBeLessThanOrEqual(countSteps({ from, to }, grain) + 2);
        for (const edge of edges.slice(1, -1)) {
          const wall = onTheWall(edge, zone);
          expect(startIn(edge, zone, grain === 'hour' ? 'hour' : 'day')).toEqual(edge);
          if (grain === 'week') expect(clockAt(edge, zone).weekday).toBe(1);
          if (grain === 'month') expect(wall).toMatch(/-01T/);
        }
        const instant = new Date(
          from.getTime() + Math.floor(((to.getTime() - from.getTime()) * place) / 1000),
        );
        const step = stepOf(edges, instant);
        expect(instant >= (edges[step] ?? to) && instant < (edges[step + 1] ?? from)).toBe(true);
        expect(stepOf(edges, to)).toBe(-1);
        expect(stepOf(edges, new Date(from.getTime() - 1))).toBe(-1);
      },
    ),
    { numRuns: 300 },
  );
});

test('where clocks are set back by half an hour, hours begin at their full hours again', () => {
  const [from, to] = [new Date('2025-04-05T13:00:00Z'), new Date('2025-04-05T18:00:00Z')];
  const walls = edgesOf({ from, to }, 'Australia/Lord_Howe', 'hour').map((edge) =>
    onTheWall(edge, 'Australia/Lord_Howe').slice(11),
  );
  expect(walls).toEqual(['00:00', '01:00', '02:00', '03:00', '04:00', '04:30']);
});

describe('a day is as long as its clocks make it', () => {
  test('in spring 23 hours, in autumn 25', () => {
    const days = (from: string, to: string) =>
      edgesOf({ from: dayIn(from, 'Europe/Berlin'), to: dayIn(to, 'Europe/Berlin') }, 'Europe/Berlin', 'day');
    const hours = (edges: Date[]) =>
      edges.slice(1).map((edge, n) => (edge.getTime() - (edges[n]?.getTime() ?? 0)) / HOUR_MS);
    expect(hours(days('2026-03-28', '2026-03-31'))).toEqual([24, 23, 24]);
    expect(hours(days('2026-10-24', '2026-10-27'))).toEqual([24, 25, 24]);
  });

  test('so many days before is the same time of day', () => {
    expect(earlier(at('2026-03-30T10:00:00Z'), 'Europe/Berlin', { days: 2 })).toEqual(
      at('2026-03-28T11:00:00Z'),
    );
    expect(earlier(at('2026-03-31T10:00:00Z'), 'UTC', { months: 1 })).toEqual(at('2026-02-28T10:00:00Z'));
    const [from, to] = [dayIn('2026-03-28', 'Europe/Berlin'), dayIn('2026-03-31', 'Europe/Berlin')];
    expect(wholeDays({ from, to }, 'Europe/Berlin')).toBe(3);
    expect(wholeDays({ from, to }, 'UTC')).toBe(null);
  });
});
