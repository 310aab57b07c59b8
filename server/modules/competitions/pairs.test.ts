import { controlPlaces, pairAt, pseudonymOf as byJudging } from '@stellary/judging';
import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  type AccountId,
  asId,
  type CategoryId,
  type EntryId,
  idOf,
  type PairId,
  type RoundId,
} from '../../ids.ts';
import { fieldOf, type Given, isCast, nextPair, scopeOf } from './pairs.ts';
import { pseudonymOf } from './pseudonyms.ts';
import type { Contest, Showing } from './voting.ts';

const ends_at = new Date('2026-11-29T00:00:00Z');
const contest: Contest & { phase: 'qualifying'; ends_at: Date } = {
  round_id: idOf<RoundId>('round'),
  category_id: idOf<CategoryId>('category'),
  kind: 'image',
  state: 'qualifying',
  phase: 'qualifying',
  standing_in: 'qualifying',
  ends_at,
  ends: { qualifying: ends_at, final: ends_at },
  announced_at: new Date('2026-10-20T00:00:00Z'),
  opens_at: new Date('2026-11-01T00:00:00Z'),
  seed: '5e'.repeat(32),
};
const scope = scopeOf(contest, 'qualifying');
const file = { digest: '0'.repeat(64), extension: 'webp' };
const showings = (count: number, change: Partial<Showing> = {}): Showing[] =>
  Array.from({ length: count }, (_, place) => idOf<EntryId>('entry', String(place)))
    .sort()
    .map((entry_id) => ({ entry_id, looks_ms: 2_000, file, damaged: file, gone: false, ...change }));
const voterNo = (number: number, kept_from: string[] = []) => ({
  person_id: idOf<AccountId>('person', String(number)),
  pseudonym: String(number).padStart(32, '0'),
  kept_from,
});

/** Votes as the product lets somebody vote, until there is nothing more for them. */
function votes(
  all: Showing[],
  voter: ReturnType<typeof voterNo>,
  { first_slot = 0, choice = 'left' as NonNullable<Given['choice']> } = {},
): { given: Given[]; slot: number; ended: 'spent' | 'none' } {
  const field = fieldOf(all);
  const given: Given[] = [];
  let slot = first_slot;
  for (let at = new Date('2026-11-25T00:00:00Z'); ; at = new Date(at.getTime() + 60_000)) {
    const next = nextPair({ contest, field, voter, given, last: given.at(-1) ?? null, slot, at });
    if (next === 'spent' || next === 'none') return { given, slot, ended: next };
    if ('open' in next) throw new Error('everything was answered');
    given.push({ ...next.fresh, id: idOf<PairId>(voter.pseudonym, String(given.length)), choice });
    if (next.fresh.slot >= 0) slot += 1;
  }
}

test('thirty choices, two of them controls, no pair twice, and every pair follows from the seed', () => {
  const all = showings(40);
  const voter = voterNo(1);
  const { given, ended } = votes(all, voter, { first_slot: 17 });
  expect([given.length, ended]).toEqual([30, 'spent']);
  expect(given.filter(({ damaged }) => damaged).map(({ k }) => k)).toEqual(
    controlPlaces(scope, voter.pseudonym),
  );
  const pairs = given.filter(({ damaged }) => !damaged);
  expect(new Set(pairs.map((one) => [one.left_entry, one.right_entry].sort().join(' '))).size).toBe(
    pairs.length,
  );
  const ids = all.map(({ entry_id }) => entry_id);
  for (const { k, slot, draw, left_entry, right_entry } of pairs) {
    const [left, right] = pairAt(scope, ids.length, { voter: voter.pseudonym, k, slot }, draw) ?? [];
    expect([ids[left ?? -1], ids[right ?? -1]]).toEqual([left_entry, right_entry]);
  }
  expect(votes(all, voter, { first_slot: 17 })).toEqual(votes(all, voter, { first_slot: 17 }));
});

test('nobody is shown what they are kept from or what was taken down, in either kind of pair', () => {
  const all = showings(12);
  const kept = all.slice(0, 3).map(({ entry_id }) => entry_id);
  const gone = all.slice(3, 5).map((one) => ({ ...one, gone: true }));
  const left = [...all.slice(0, 3), ...gone, ...all.slice(5)];
  const hidden = new Set<string>([...kept, ...gone.map(({ entry_id }) => entry_id)]);
  for (let number = 0; number < 40; number += 1) {
    const { given } = votes(left, voterNo(number, kept));
    expect(given.length).toBeGreaterThan(15);
    expect(given.filter((one) => hidden.has(one.left_entry) || hidden.has(one.right_entry))).toEqual([]);
  }
});

test('whoever has compared all there is has none left; without damaged copies all pairs are pairs', () => {
  expect(votes(showings(5), voterNo(1)).ended).toBe('none');
  const { given } = votes(showings(40, { damaged: null }), voterNo(1));
  expect([given.length, given.filter(({ damaged }) => damaged)]).toEqual([30, []]);
});

test('skips count for nothing and end after as many pairs again', () => {
  const { given, ended } = votes(showings(200), voterNo(3), { choice: 'skip' });
  expect([given.length, ended, given.at(-1)?.cast_before]).toEqual([60, 'spent', 0]);
  expect(isCast('equal') && !isCast('skip') && !isCast('report') && !isCast(null)).toBe(true);
});

test('what is open is given again until its time is over, and no longer than the phase', () => {
  const field = fieldOf(showings(10));
  const voter = voterNo(1);
  const at = new Date(ends_at.getTime() - 60_000);
  const next = nextPair({ contest, field, voter, given: [], last: null, slot: 0, at });
  if (typeof next === 'string' || !('fresh' in next)) throw new Error('there is a pair');
  expect(next.fresh.expires_at).toEqual(ends_at);
  const open: Given = { ...next.fresh, id: idOf<PairId>('open'), choice: null };
  const again = nextPair({ contest, field, voter, given: [open], last: open, slot: 1, at });
  expect(again).toEqual({ open });
});

test('over many voters every entry is compared nearly as often as any other', () => {
  const all = showings(31);
  const times = new Map<string, number>();
  let slot = 0;
  for (let number = 0; number < 60; number += 1) {
    const done = votes(all, voterNo(number), { first_slot: slot });
    slot = done.slot;
    for (const { damaged, left_entry, right_entry } of done.given)
      if (!damaged) for (const id of [left_entry, right_entry]) times.set(id, (times.get(id) ?? 0) + 1);
  }
  const counts = [...times.values()];
  const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
  expect(Math.min(...counts)).toBeGreaterThan(0.7 * mean);
  expect(Math.max(...counts)).toBeLessThan(1.3 * mean);
});

test('a pseudonym is the one that the published function makes', () => {
  const key = Buffer.alloc(32, 7);
  const round_id = asId<RoundId>('0197c1d2-0000-7000-8000-000000000001');
  const person = asId<AccountId>('0197c1d2-0000-7000-8000-000000000002');
  const made = pseudonymOf(createSecretKey(key), { round_id, kind: 'image' }, person);
  expect(made).toBe(byJudging(key, `${round_id}:image`, person));
  expect(pseudonymOf(createSecretKey(key), { round_id, kind: 'music' }, person)).not.toBe(made);
});
