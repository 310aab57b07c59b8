import { idOf, type PurchaseId, type TransactionId } from '../ids.ts';
import { assert } from '../kit/assert.ts';
import type { Movement } from '../modules/ledger/index.ts';
import { chargebackOf, freezeOf, unfreezeOf } from './postings/index.ts';

/** Credits that came together: a grant or a purchase, and what became of them. */
export type Lot = {
  id: string;
  at: Date;
  /** The account that they came from, where that is a budget. */
  from: string | null;
  amount: bigint;
  /** Neither spent, nor taken back, nor frozen. */
  left: bigint;
  frozen: bigint;
  /** How often something of it went back. */
  expiries: number;
  spent: Map<string, bigint>;
};

/** What lost disputes took back, by purchase and by the generation that its credits had paid for. */
export type ClawedBack = ReadonlyMap<string, ReadonlyMap<string, bigint>>;

/** Under which id the n-th expiry of a lot is posted. */
export const expiryOf = (lot_id: string, n: number) => idOf<TransactionId>('promo expiry', lot_id, String(n));
export const refundOf = (generation_id: string) => idOf<TransactionId>('refund', generation_id);

/**
 * Which credits paid for what. The oldest are spent first; a refund gives back to the lots that it was paid
 * from, less what lost disputes of them took back of the same generation, whenever that was; what concerns one
 * lot (expiry, dispute) says so by its id. Read from the journal, so there is no second book of it.
 */
export function lotsOf(movements: readonly Movement[], clawed_back: ClawedBack = new Map()): Lot[] {
  const lots: Lot[] = [];
  const about = new Map<string, Lot>();
  const generations = new Map<string, string>();
  const take = (lot: Lot, amount: bigint) => {
    assert(lot.left >= amount, 'a lot gives what is left of it');
    lot.left -= amount;
  };

  for (const { id, kind, at, amount, other } of movements) {
    const lot = about.get(id);
    if (kind === 'grant' || kind === 'purchase') {
      const fresh = { id, at, from: other, amount, left: amount, frozen: 0n, expiries: 0, spent: new Map() };
      lots.push(fresh);
      about.set(expiryOf(id, 0), fresh);
      for (const act of [freezeOf, unfreezeOf, chargebackOf]) about.set(act(id), fresh);
    } else if (kind === 'charge') {
      spend(lots, id, -amount);
      generations.set(refundOf(id), id);
    } else if (kind === 'refund') {
      giveBack(lots, generations.get(id) ?? '', amount, clawed_back);
    } else if (lot && kind === 'expiry') {
      take(lot, -amount);
      lot.expiries += 1;
      about.set(expiryOf(lot.id, lot.expiries), lot);
    } else if (lot && (kind === 'freeze' || kind === 'unfreeze')) {
      take(lot, -amount);
      lot.frozen -= amount;
    } else if (lot && kind === 'chargeback') {
      take(lot, -amount);
    } else {
      assert(false, `${kind} ${id} belongs to a lot`);
    }
  }
  return lots;
}

/** Takes from the oldest lots that have something left; answers what is missing. */
function spend(lots: readonly Lot[], generation_id: string, amount: bigint): void {
  let missing = amount;
  for (const lot of lots) {
    const part = lot.left < missing ? lot.left : missing;
    if (part === 0n) continue;
    lot.left -= part;
    lot.spent.set(generation_id, (lot.spent.get(generation_id) ?? 0n) + part);
    missing -= part;
  }
  assert(missing === 0n, 'what was spent had been given');
}

/** The other way round: to the lots that it was spent from, the newest first. */
function giveBack(
  lots: readonly Lot[],
  generation_id: string,
  amount: bigint,
  clawed_back: ClawedBack,
): void {
  let missing = amount;
  for (const lot of [...lots].reverse()) {
    const spent = lot.spent.get(generation_id) ?? 0n;
    const theirs = spent - (clawed_back.get(lot.id)?.get(generation_id) ?? 0n);
    const part = theirs < missing ? theirs : missing;
    if (part === 0n) continue;
    lot.left += part;
    lot.spent.set(generation_id, spent - part);
    missing -= part;
  }
  assert(missing === 0n, 'what is given back had been spent');
}

/** What of each lot is free: holds count as spent, from the oldest. */
export function freeOf(lots: readonly Lot[], held: bigint): Map<Lot, bigint> {
  let covered = held;
  return new Map(
    lots.map((lot) => {
      const used = covered < lot.left ? covered : lot.left;
      covered -= used;
      return [lot, lot.left - used];
    }),
  );
}

export const lotOfPurchase = (lots: readonly Lot[], id: PurchaseId) => lots.find((lot) => lot.id === id);
