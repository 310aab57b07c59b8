import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccountId, idOf } from '../../ids.ts';
import { sum } from '../../kit/money.ts';
import { cutOf, type Leaves, type Owed, wholeNanos } from './cut.ts';

const PEOPLE = 5;
const WALLETS = 3;
const personOf = (n: number) => idOf<AccountId>('person', String(n));
/** Each person has wallets of their own; which one counts changes from cut to cut. */
const walletOf = (n: number, which: number) => `0x${String(n * WALLETS + which + 1).padStart(40, '0')}`;

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
/** One cut: for each person a wallet, or none, what they won since, and what of what they had they owe back now. */
const rounds = fc.array(
  fc.array(
    fc.record({
      which: fc.option(fc.nat({ max: WALLETS - 1 }), { nil: null }),
      won: amount,
      owes: fc.option(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { nil: 0n }),
      claims: fc.nat({ max: 1 }),
      voided: fc.boolean(),
    }),
    { minLength: PEOPLE, maxLength: PEOPLE },
  ),
  { minLength: 1, maxLength: 8 },
);

const valuesOf = (of: ReadonlyMap<unknown, bigint>) => [...of.values()];

test('over any epochs, changes of wallets, debts, claims and voided cuts', () => {
  let [grew, stayed, set_off, refunded, undone] = [0, 0, 0, 0, 0];
  fc.assert(
    fc.property(rounds, (cuts) => {
      let leaves: Leaves = new Map();
      // the books, on their own: what waits, what is owed back, what is committed, what was claimed
      const waits = new Map<number, bigint>();
      const owed_back = new Map<number, bigint>();
      const committed = new Map<string, bigint>();
      const claimed = new Map<string, bigint>();
      let pool = 0n;
      let awarded_in_all = 0n;
      const of = <K>(map: Map<K, bigint>, key: K) => map.get(key) ?? 0n;
      const add = <K>(map: Map<K, bigint>, key: K, by: bigint) => map.set(key, of(map, key) + by);
      for (const people of cuts) {
        const owed: Owed[] = people.flatMap(({ which, won, owes }, n) => {
          add(waits, n, won);
          awarded_in_all += won;
          add(owed_back, n, -owes);
          if (which === null) return [];
          const state = { awarded_nanos: of(waits, n), owed_back_nanos: of(owed_back, n) };
          return [{ person_id: personOf(n), wallet: walletOf(n, which), ...state }];
        });
        const cut = cutOf(leaves, owed);

        // no leaf shrinks and nobody leaves
        for (const [wallet, before] of leaves) {
          const now = cut.leaves.get(wallet) ?? 0n;
          expect(now >= before).toBe(true);
          if (now > before) grew += 1;
          else stayed += 1;
        }
        expect([...cut.leaves.values()].every((leaf) => leaf > 0n)).toBe(true);
        expect(cut.total_nanos - sum(valuesOf(leaves))).toBe(cut.added_nanos);
        for (const one of cut.commitments) {
          const asked = owed.find(({ person_id }) => person_id === one.person_id);
          expect(one.awarded_nanos - one.set_off_nanos).toBe(one.amount_nanos);
          expect(one.amount_nanos >= 0n).toBe(true);
          expect(one.cumulative_nanos).toBe(cut.leaves.get(one.wallet) ?? 0n);
          // whoever owes something back is committed nothing before it is made good
          const left = (asked?.owed_back_nanos ?? 0n) + one.set_off_nanos;
          expect(left === 0n || (left < 0n && one.amount_nanos === 0n)).toBe(true);
          if (one.set_off_nanos > 0n) set_off += 1;
          if (one.set_off_nanos < 0n) refunded += 1;
        }
        if (people.some(({ voided }) => voided) && cut.added_nanos % 2n === 0n) {
          undone += 1;
          continue;
        }
        for (const { person_id, wallet, awarded_nanos, set_off_nanos, amount_nanos } of cut.commitments) {
          const n = people.findIndex((_, index) => personOf(index) === person_id);
          add(waits, n, -awarded_nanos);
          add(owed_back, n, set_off_nanos);
          add(committed, wallet, amount_nanos);
          pool += set_off_nanos;
        }
        leaves = cut.leaves;
        for (const [n, { which, claims }] of people.entries()) {
          if (which === null || claims === 0) continue;
          const wallet = walletOf(n, which);
          add(claimed, wallet, of(committed, wallet));
          committed.set(wallet, 0n);
        }
        // from the other side: leaves are what is committed and what was claimed, wallet by wallet and in all
        for (const [wallet, leaf] of leaves) expect(leaf).toBe(of(committed, wallet) + of(claimed, wallet));
        expect(sum(valuesOf(leaves))).toBe(sum(valuesOf(committed)) + sum(valuesOf(claimed)));
        // and nothing came about: what was awarded waits, was set off, or is a leaf
        expect(sum(valuesOf(waits)) + pool + sum(valuesOf(leaves))).toBe(awarded_in_all);
      }
    }),
    { numRuns: 300 },
  );
  // a property that met nothing of this has shown nothing
  expect(Math.min(grew, stayed, set_off, refunded, undone)).toBeGreaterThan(50);
});

describe('refuses', () => {
  const one = { person_id: personOf(1), wallet: walletOf(1, 0), awarded_nanos: 1n, owed_back_nanos: 0n };
  test('two persons at one wallet', () => {
    expect(() => cutOf(new Map(), [one, { ...one, person_id: personOf(2) }])).toThrow('one person');
  });
  test('less than nothing', () => {
    expect(() => cutOf(new Map(), [{ ...one, awarded_nanos: -1n }])).toThrow('less than nothing');
  });
});

test('whoever has nothing to come is in no commitment, and keeps their leaf', () => {
  const wallet = walletOf(1, 0);
  const nothing = { person_id: personOf(1), wallet, awarded_nanos: 0n, owed_back_nanos: -5n };
  const cut = cutOf(new Map([[wallet, 7n]]), [nothing]);
  expect(cut).toEqual({ commitments: [], leaves: new Map([[wallet, 7n]]), total_nanos: 7n, added_nanos: 0n });
});

test('parts of a nano are kept until they are a whole one, whichever way they go', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 20n })), (moves) => {
      let [dust, booked, lies] = [0n, 0n, 0n];
      for (const move of moves) {
        const whole = wholeNanos(dust, move);
        dust = whole.dust;
        booked += whole.nanos;
        lies += move;
        expect(dust >= 0n && dust < 10n ** 9n).toBe(true);
        expect(booked * 10n ** 9n + dust).toBe(lies);
      }
    }),
  );
});
