import { expect, test } from 'vitest';
import { nextSteps, type Standing } from './next-steps.ts';

const NOW = new Date('2026-11-24T02:00:00Z');
const LATER = new Date('2026-11-25T02:00:00Z');
const nothing: Standing = {
  ...{ has_chain: true, is_halted: false, to_accept: null, wallet: null, under_way: null },
  held_back: { amount_nanos: 0n, rounds: [] },
  ...{ owed_nanos: 0n, coming_nanos: 0n, claimable_nanos: 0n },
};
const kinds = (standing: Partial<Standing>) =>
  nextSteps({ ...nothing, ...standing }, NOW).map(({ kind }) => kind);
const counting = { counts_from: NOW };
const waiting = { counts_from: LATER };
const held = (amount_nanos: bigint) => ({
  ...{ owed_nanos: 3n, wallet: counting },
  held_back: { amount_nanos, rounds: [{ slug: 'quiet', title: 'Quiet' }] },
});
const under_way = { number: 7n, until: LATER };

test.each<[string, Partial<Standing>, string[]]>([
  ['whoever has nothing waits for nothing', {}, []],
  ['nor does a linked wallet without awards', { wallet: waiting }, []],
  [
    'an award to accept, and a wallet for it',
    { to_accept: { awards: 1, by: LATER } },
    ['accept', 'link_wallet'],
  ],
  ['owed, without a wallet', { owed_nanos: 1n }, ['link_wallet']],
  ['owed, and the wallet does not count yet', { owed_nanos: 1n, wallet: waiting }, ['wallet_waits']],
  [
    'owed, and the wallet counts from this very instant',
    { owed_nanos: 1n, wallet: counting },
    ['next_epoch'],
  ],
  ['owed where no chain pays, with or without a wallet', { owed_nanos: 1n, has_chain: false }, ['no_chain']],
  ['in an epoch of which the delay runs', { coming_nanos: 1n, under_way, wallet: counting }, ['epoch_waits']],
  ['claimable, also while all stands still', { claimable_nanos: 1n, is_halted: true }, ['claim']],
  [
    'owed while all stands still',
    { owed_nanos: 1n, is_halted: true, wallet: counting },
    ['halted', 'next_epoch'],
  ],
  ['owed, and some of it is of a round that is looked into', held(1n), ['next_epoch', 'looked_into']],
  ['owed, and all of it is', held(3n), ['looked_into']],
  ['the same without a wallet', { ...held(3n), wallet: null }, ['link_wallet', 'looked_into']],
  ['the same where no chain pays', { ...held(3n), has_chain: false }, ['no_chain']],
  [
    'all at once, in the order in which one can do something about it',
    {
      ...{ claimable_nanos: 1n, to_accept: { awards: 2, by: LATER }, coming_nanos: 1n, under_way },
      ...{ owed_nanos: 1n, wallet: counting },
    },
    ['claim', 'accept', 'epoch_waits', 'next_epoch'],
  ],
])('%s', (_, standing, expected) => expect(kinds(standing)).toEqual(expected));
