import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asId, idOf, type PurchaseId } from '../ids.ts';
import type { Movement } from '../modules/ledger/index.ts';
import { sum } from '../kit/money.ts';
import { expiryOf, freeOf, lotOfPurchase, lotsOf, refundOf } from './lots.ts';
import { chargebackOf, freezeOf, unfreezeOf } from './postings/index.ts';

const at = new Date('2026-11-22T00:00:00Z');
const movement = (kind: string, id: string, amount: bigint, other: string | null = null): Movement => ({
  id,
  part: 0,
  kind,
  at,
  amount,
  other,
});
const grant = (id: string, amount: bigint) => movement('grant', id, amount, 'budget:welcome');
const purchase = (id: string, amount: bigint) => movement('purchase', id, amount);
const charge = (id: string, amount: bigint) => movement('charge', id, -amount);
const refund = (generation: string, amount: bigint) => movement('refund', refundOf(generation), amount);
const leftOf = (movements: Movement[]) => lotsOf(movements).map(({ left }) => left);

describe('which credits paid for what', () => {
  test('the oldest are spent first, and a charge may come from two lots', () => {
    const [first, second] = lotsOf([grant('a', 10n), grant('b', 5n), charge('g', 12n)]);
    expect([first?.left, second?.left]).toEqual([0n, 3n]);
    expect([first?.spent, second?.spent]).toEqual([new Map([['g', 10n]]), new Map([['g', 2n]])]);
    expect(first).toMatchObject({ id: 'a', from: 'budget:welcome', amount: 10n, at });
  });

  test('what a settlement posted in several rows is one charge', () => {
    const [only] = lotsOf([grant('a', 10n), charge('g', 3n), charge('g', 4n)]);
    expect(only?.spent.get('g')).toBe(7n);
  });

  test('a refund goes back to the lots that it was paid from', () => {
    expect(leftOf([grant('a', 10n), grant('b', 5n), charge('g', 12n), refund('g', 12n)])).toEqual([10n, 5n]);
    // part of it, as after a dispute: to the newest first
    expect(leftOf([grant('a', 10n), grant('b', 5n), charge('g', 12n), refund('g', 3n)])).toEqual([1n, 5n]);
  });

  describe('of which a dispute was lost', () => {
    const clawedBack = (lot: string, generation: string, amount: bigint) =>
      new Map([[lot, new Map([[generation, amount]])]]);
    const leftAfter = (movements: Movement[], lost?: ReadonlyMap<string, ReadonlyMap<string, bigint>>) =>
      lotsOf(movements, lost).map(({ left }) => left);
    const bought = [purchase('a', 10n), purchase('b', 5n), charge('g', 12n)];

    test('what was taken back before a refund is not given back', () => {
      const movements = [...bought, refund('g', 10n)];
      expect(leftAfter(movements, clawedBack('b', 'g', 2n))).toEqual([10n, 3n]);
    });

    test('what was refunded before went back to the purchase that it came from', () => {
      const one = [purchase('a', 10n), charge('g', 1n), refund('g', 1n)];
      const lost = [...one, movement('chargeback', chargebackOf('a'), -10n), purchase('b', 10n)];
      expect(leftAfter(lost)).toEqual([0n, 10n]);
      const two = [...bought, refund('g', 12n), movement('chargeback', chargebackOf('a'), -10n)];
      expect(leftAfter(two)).toEqual([0n, 5n]);
    });

    test('what was left of it can be spent and refunded after', () => {
      const movements = [
        purchase('a', 10n),
        charge('g', 4n),
        charge('h', 3n),
        refund('h', 3n),
        purchase('b', 5n),
      ];
      expect(leftAfter(movements, clawedBack('a', 'g', 4n))).toEqual([6n, 5n]);
    });

    test('one after the other, with a refund between them', () => {
      const movements = [
        ...bought,
        movement('chargeback', chargebackOf('b'), -3n),
        refund('g', 10n),
        movement('freeze', freezeOf('a'), -10n),
      ];
      expect(leftAfter(movements, clawedBack('b', 'g', 2n))).toEqual([0n, 0n]);
    });
  });

  test('an expiry takes from its own grant, and there may be a second one after a refund', () => {
    const movements = [
      grant('a', 10n),
      grant('b', 5n),
      charge('g', 4n),
      movement('expiry', expiryOf('a', 0), -6n),
      refund('g', 4n),
      movement('expiry', expiryOf('a', 1), -4n),
    ];
    expect(leftOf(movements)).toEqual([0n, 5n]);
    expect(lotsOf(movements)[0]?.expiries).toBe(2);
  });

  test('a dispute freezes, frees and takes from its own purchase', () => {
    const frozen = [
      purchase('a', 10n),
      purchase('b', 5n),
      charge('g', 4n),
      movement('freeze', freezeOf('a'), -6n),
    ];
    expect(lotsOf(frozen).map(({ left, frozen: ice }) => [left, ice])).toEqual([
      [0n, 6n],
      [5n, 0n],
    ]);
    expect(leftOf([...frozen, charge('h', 5n)])).toEqual([0n, 0n]);
    const won = [...frozen, movement('unfreeze', unfreezeOf('a'), 6n)];
    expect(lotsOf(won).map(({ left, frozen: ice }) => [left, ice])).toEqual([
      [6n, 0n],
      [5n, 0n],
    ]);
    const lost = [purchase('a', 10n), movement('chargeback', chargebackOf('a'), -10n)];
    expect(leftOf(lost)).toEqual([0n]);
    expect(lotOfPurchase(lotsOf(lost), asId<PurchaseId>('a'))?.amount).toBe(10n);
    expect(lotOfPurchase(lotsOf(lost), asId<PurchaseId>('z'))).toBeUndefined();
  });

  test('what cannot be is not built upon', () => {
    expect(() => lotsOf([grant('a', 10n), charge('g', 11n)])).toThrow(/had been given/);
    expect(() => lotsOf([grant('a', 10n), charge('g', 5n), refund('g', 6n)])).toThrow(/had been spent/);
    expect(() => lotsOf([grant('a', 10n), movement('expiry', expiryOf('a', 0), -11n)])).toThrow(
      /what is left/,
    );
    expect(() => lotsOf([movement('expiry', expiryOf('a', 0), -1n)])).toThrow(/belongs to a lot/);
    expect(() => lotsOf([grant('a', 1n), movement('gift', idOf('x'), 1n)])).toThrow(/belongs to a lot/);
  });

  test('holds count as spent, from the oldest', () => {
    const lots = lotsOf([grant('a', 10n), grant('b', 5n), charge('g', 3n)]);
    expect([...freeOf(lots, 9n).values()]).toEqual([0n, 3n]);
    expect([...freeOf(lots, 0n).values()]).toEqual([7n, 5n]);
  });

  test('whatever happens, the lots are what lies in the purse', () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant('grant' as const), amount: fc.bigInt(1n, 100n) }),
      fc.record({ do: fc.constant('charge' as const), amount: fc.bigInt(1n, 60n) }),
      fc.record({ do: fc.constant('refund' as const), amount: fc.bigInt(1n, 60n) }),
      fc.record({ do: fc.constant('expire' as const), amount: fc.bigInt(1n, 60n) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const movements: Movement[] = [];
        const open: { id: string; amount: bigint }[] = [];
        for (const [index, { do: what, amount }] of acts.entries()) {
          const purse = sum(movements.map((one) => one.amount));
          if (what === 'grant') movements.push(grant(`grant ${index}`, amount));
          if (what === 'charge' && amount <= purse) {
            movements.push(charge(`generation ${index}`, amount));
            open.push({ id: `generation ${index}`, amount });
          }
          const last = open.at(-1);
          if (what === 'refund' && last) {
            open.pop();
            movements.push(refund(last.id, last.amount));
          }
          const oldest = lotsOf(movements).find(({ left }) => left > 0n);
          if (what === 'expire' && oldest)
            movements.push(movement('expiry', expiryOf(oldest.id, oldest.expiries), -oldest.left));
        }
        const lots = lotsOf(movements);
        expect(sum(lots.map(({ left }) => left))).toBe(sum(movements.map((one) => one.amount)));
        for (const { left, amount, spent } of lots) {
          expect(left >= 0n && left <= amount).toBe(true);
          expect([...spent.values()].every((part) => part >= 0n)).toBe(true);
        }
        for (const { id, amount } of open)
          expect(sum(lots.map(({ spent }) => spent.get(id) ?? 0n))).toBe(amount);
      }),
    );
  });
});

describe('the ids of what concerns a lot', () => {
  test('each expiry of each lot has one of its own, and the same when it is tried again', () => {
    const ids = ['a', 'b'].flatMap((lot) => [0, 1, 2].map((n) => expiryOf(lot, n)));
    expect(new Set(ids).size).toBe(6);
    expect(ids).toEqual(['a', 'b'].flatMap((lot) => [0, 1, 2].map((n) => expiryOf(lot, n))));
  });

  test('so has each act on one purchase or generation', () => {
    const idsOf = (of: string) => [refundOf, freezeOf, unfreezeOf, chargebackOf].map((act) => act(of));
    expect(new Set([...idsOf('a'), ...idsOf('b')]).size).toBe(8);
    expect(idsOf('a')).toEqual(idsOf('a'));
  });
});
