import type { AccountId } from '../../ids.ts';
import { assert } from '../../kit/assert.ts';
import { sum } from '../../kit/money.ts';

/** What is owed to one person whose wallet is known, before a cut. */
export type Owed = {
  person_id: AccountId;
  wallet: string;
  /** Awards that they took and that no epoch has. */
  awarded_nanos: bigint;
  /** What lies in their account of what is owed back: below zero they owe, above zero it is theirs after all. */
  owed_back_nanos: bigint;
};

export type Commitment = {
  person_id: AccountId;
  wallet: string;
  awarded_nanos: bigint;
  set_off_nanos: bigint;
  amount_nanos: bigint;
  /** The leaf of the wallet once this is in it. */
  cumulative_nanos: bigint;
};

/** By wallet, what was ever committed to it. */
export type Leaves = ReadonlyMap<string, bigint>;

export type Cut = { commitments: Commitment[]; leaves: Leaves; total_nanos: bigint; added_nanos: bigint };

/**
 * The leaves of the next epoch: all of the one before, and on them what is owed now. No leaf shrinks and none goes,
 * because whoever was in an active root may claim by it at any time. What somebody owes back is taken off first.
 */
export function cutOf(before: Leaves, owed: readonly Owed[]): Cut {
  assert(new Set(owed.map(({ wallet }) => wallet)).size === owed.length, 'a wallet is one person’s');
  const leaves = new Map(before);
  const commitments = owed.flatMap(({ person_id, wallet, awarded_nanos, owed_back_nanos }): Commitment[] => {
    const set_off_nanos = -owed_back_nanos < awarded_nanos ? -owed_back_nanos : awarded_nanos;
    const amount_nanos = awarded_nanos - set_off_nanos;
    assert(awarded_nanos >= 0n && amount_nanos >= 0n, 'nobody is committed less than nothing');
    if (awarded_nanos === 0n && amount_nanos === 0n) return [];
    const cumulative_nanos = (leaves.get(wallet) ?? 0n) + amount_nanos;
    if (cumulative_nanos > 0n) leaves.set(wallet, cumulative_nanos);
    return [{ person_id, wallet, awarded_nanos, set_off_nanos, amount_nanos, cumulative_nanos }];
  });
  const added_nanos = sum(commitments.map(({ amount_nanos }) => amount_nanos));
  const total_nanos = sum([...leaves.values()]);
  assert(total_nanos === sum([...before.values()]) + added_nanos, 'leaves are what was there and what came');
  return { commitments, leaves, total_nanos, added_nanos };
}

const BASE_UNITS_PER_NANO = 10n ** 9n;

/**
 * What came to the distributor, or left it (below zero), in whole nanos, and what lies there beyond them. Anybody may
 * send it any part of a nano; the parts are kept until they are a whole one.
 */
export function wholeNanos(dust: bigint, base_units: bigint): { nanos: bigint; dust: bigint } {
  const lies = dust + base_units;
  const rest = ((lies % BASE_UNITS_PER_NANO) + BASE_UNITS_PER_NANO) % BASE_UNITS_PER_NANO;
  return { nanos: (lies - rest) / BASE_UNITS_PER_NANO, dust: rest };
}
