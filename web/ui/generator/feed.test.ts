import { describe, expect, test } from 'vitest';
import type { Generation } from '#web/api-types.ts';
import { belongs, groupsOf, isGone, isLate, ordinal, roughly, shapeOf, waitingWords } from './feed.ts';
import { seedsFrom } from './seeds.ts';

type Few = Partial<Pick<Generation, 'state' | 'batch_id' | 'board_id' | 'assets'>> & { slug?: string };
const generation = (id: string, { slug = 'drift', ...more }: Few = {}) =>
  ({
    id,
    state: 'succeeded',
    batch_id: null,
    board_id: null,
    assets: [],
    model: { slug, modality: 'image' },
    ...more,
  }) as unknown as Generation;

const shown = (generations: Generation[]) =>
  groupsOf(generations).map(({ id, generations: members }) => [id, members.map((one) => one.id)]);

describe('history', () => {
  test('shows what was started together as one, newest first, in the order of the batch', () => {
    const feed = [
      generation('6'),
      generation('5', { batch_id: 'b' }),
      generation('4'),
      generation('3', { batch_id: 'b' }),
      generation('1'),
    ];
    expect(shown(feed)).toEqual([
      ['6', ['6']],
      ['4', ['4']],
      ['b', ['3', '5']],
      ['1', ['1']],
    ]);
  });
  test('does not begin again with what has ended', () => {
    const [open, done] = [generation('1', { state: 'running' }), generation('1')];
    expect(isLate(done, open)).toBe(true);
    expect([isLate(undefined, open), isLate(open, done), isLate(done, done)]).toEqual([false, false, false]);
  });
  test('narrows by everything at once', () => {
    const all = { modality: undefined, stage: undefined, model: undefined, board: undefined };
    const one = generation('1', { state: 'failed', board_id: 'walls' });
    expect(belongs(one, all)).toBe(true);
    expect(
      belongs(one, { ...all, modality: 'image', stage: 'stopped', board: 'walls', model: 'drift' }),
    ).toBe(true);
    expect(belongs(one, { ...all, stage: 'open' })).toBe(false);
    expect(belongs(one, { ...all, modality: 'music' })).toBe(false);
    expect(belongs(one, { ...all, board: 'other' })).toBe(false);
    expect(belongs(one, { ...all, model: 'other' })).toBe(false);
  });
  test('knows what is only in the bin', () => {
    expect(isGone(generation('1'))).toBe(true);
    expect(isGone(generation('1', { state: 'running' }))).toBe(false);
  });
  test('tells a comparison from a batch', () => {
    const group = (...slugs: string[]) => ({
      id: 'b',
      generations: slugs.map((slug, place) => generation(String(place), { slug })),
    });
    expect(shapeOf(group('a'))).toBe('one');
    expect(shapeOf(group('a', 'a'))).toBe('batch');
    expect(shapeOf(group('a', 'b'))).toBe('comparison');
    expect(shapeOf(group('a', 'b', 'b'))).toBe('batch');
  });
});

test('a place in line is said in words, and an estimate only where there is one', () => {
  const waiting = (queue_place: number | null, ends_in_ms: number | null = null, runner_away = false) =>
    waitingWords({ queue_place, runner_away, estimate: { starts_in_ms: null, ends_in_ms } });
  expect(waiting(null)).toBe('Waiting for a runner');
  expect(waiting(1)).toBe('Next in line');
  expect(waiting(3, 42_000)).toBe('3rd in line, done in about 40 s');
  expect(waiting(3, null, true)).toBe('No runner is there just now. It waits for one');
  expect([2, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual([
    '2nd',
    '11th',
    '12th',
    '13th',
    '21st',
    '102nd',
    '111th',
  ]);
  expect([0.2, 7, 43, 400].map(roughly)).toEqual(['1 s', '7 s', '45 s', '7 min']);
});

test('seeds of a batch follow each other and stay seeds', () => {
  expect(seedsFrom(7, 4, 100)).toEqual([7, 8, 9, 10]);
  expect(seedsFrom(99, 4, 100)).toEqual([99, 100, 0, 1]);
});
