import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, control, controlPlaces, pairAt, type Scope } from './assign.ts';
import { commitSeed, pseudonymOf } from './lots.ts';

const scope: Scope = {
  seed: 'a1'.repeat(32),
  competition: '2026-11',
  category: 'image',
  phase: 'qualifying',
};
const named = (count: number) =>
  Array.from({ length: count }, (_, index) => `entry-${String(index).padStart(4, '0')}`);
const never = () => false;

describe('pairs', () => {
  test('come out of the seed, the voter and the counter, and out of nothing else', () => {
    const asked = { voter: 'v1', k: 3, slot: 17 };
    const pair = assign(scope, named(50), asked, never);
    expect(assign(scope, named(50), asked, never)).toEqual(pair);
    const others = [
      assign({ ...scope, seed: 'a2'.repeat(32) }, named(50), asked, never),
      assign({ ...scope, phase: 'final' }, named(50), asked, never),
      assign(scope, named(50), { ...asked, voter: 'v2' }, never),
      assign(scope, named(50), { ...asked, k: 4 }, never),
    ];
    for (const other of others) expect(other).not.toEqual(pair);
  });

  test('show every entry equally often, as far as turns go, and on both sides', () => {
    const [entries, slots] = [40, 4_000];
    const seen = new Map<string, number>();
    let left_first = 0;
    for (let slot = 0; slot < slots; slot += 1) {
      const pair = assign(scope, named(entries), { voter: `v${slot % 97}`, k: slot, slot }, never);
      if (!pair) throw new Error('no pair');
      for (const id of [pair.left, pair.right]) seen.set(id, (seen.get(id) ?? 0) + 1);
      if (pair.left < pair.right) left_first += 1;
    }
    // 200 on the average; half of it is exact and half is drawn, so that five standard deviations are 50
    expect(Math.min(...seen.values())).toBeGreaterThan(150);
    expect(Math.max(...seen.values())).toBeLessThan(250);
    expect(left_first / slots).toBeCloseTo(0.5, 1);
  });

  test('before a block ends, nobody has the first turn twice and every turn is another pair of two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 0, max: 9 }), (size, block) => {
        const half = Math.ceil(size / 2);
        const partners = new Set<number>();
        for (let turn = 0; turn < half; turn += 1) {
          const slot = block * half + turn;
          // whichever the voter, one of the two is the one whose turn it is
          const pairs = ['a', 'b', 'c', 'd'].map(
            (voter) => pairAt(scope, size, { voter, k: 0, slot }, 0) ?? [0, 0],
          );
          const common = [...new Set(pairs.flat())].filter((one) =>
            pairs.every((pair) => pair.includes(one)),
          );
          expect(pairs.every(([one, other]) => one !== other)).toBe(true);
          if (common.length === 1) {
            expect(partners.has(common[0] ?? -1)).toBe(false);
            partners.add(common[0] ?? -1);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('that may not be shown are not, and which draw was taken is said', () => {
    const own = 'entry-0007';
    const rejects = (one: string, other: string) => one === own || other === own;
    for (let slot = 0; slot < 200; slot += 1) {
      const asked = { voter: 'v', k: slot, slot };
      const pair = assign(scope, named(12), asked, rejects);
      if (!pair) throw new Error('no pair');
      expect([pair.left, pair.right]).not.toContain(own);
      const drawn = pairAt(scope, 12, asked, pair.draw)?.map((index) => named(12)[index]);
      expect(drawn).toEqual([pair.left, pair.right]);
    }
  });

  test('are none when nothing is left, and the last one left is found', () => {
    const asked = { voter: 'v', k: 0, slot: 0 };
    expect(assign(scope, named(1), asked, never)).toBeNull();
    expect(assign(scope, named(20), asked, () => true)).toBeNull();
    const only = assign(
      scope,
      named(20),
      asked,
      (one, other) => ![one, other].every((id) => /000[35]$/.test(id)),
    );
    expect(new Set([only?.left, only?.right])).toEqual(new Set(['entry-0003', 'entry-0005']));
  });

  test('are refused for names that could run into each other', () => {
    expect(() => assign(scope, named(5), { voter: 'a|b', k: 0, slot: 0 }, never)).toThrow('a name here is');
    expect(() => assign({ ...scope, seed: 'x' }, named(5), { voter: 'a', k: 0, slot: 0 }, never)).toThrow(
      '32 bytes',
    );
  });
});

test('two of thirty are controls, at places of their own for each voter, and never among the first five', () => {
  const places = Array.from({ length: 50 }, (_, index) => controlPlaces(scope, `v${index}`));
  for (const [one = -1, other = -1, ...more] of places) {
    expect(more).toEqual([]);
    expect(one).toBeGreaterThanOrEqual(5);
    expect(other).toBeGreaterThan(one);
    expect(other).toBeLessThan(30);
  }
  expect(new Set(places.map(String)).size).toBeGreaterThan(30);
  expect(controlPlaces({ ...scope, phase: 'final' }, 'v1')).toEqual([]);
  expect(control(scope, named(9), { voter: 'v', k: 7 }, () => true)).toBeNull();
  expect(named(9)).toContain(control(scope, named(9), { voter: 'v', k: 7 }, never)?.entry);
});

test('a seed is committed to, and a pseudonym is another in each competition', () => {
  expect(commitSeed('00'.repeat(32))).toBe(
    '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925',
  );
  const secret = new Uint8Array(32).fill(7);
  expect(pseudonymOf(secret, 'november', 'ada')).not.toBe(pseudonymOf(secret, 'december', 'ada'));
  expect(() => pseudonymOf(secret, 'november', 'a|b')).toThrow('a name here is');
});
