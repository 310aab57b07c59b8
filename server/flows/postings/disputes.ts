import {
  cash,
  chargebackLosses,
  creditsSold,
  deferredRevenue,
  frozenCredits,
  paidCredits,
  type Provider,
} from '../../chart-of-accounts.ts';
import { type AccountId, idOf, type PurchaseId, type TransactionId } from '../../ids.ts';
import { assert } from '../../kit/assert.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import { gains, gives, inDollars, posted } from './movement.ts';

// under which ids a dispute of a purchase is posted; `lots.ts` finds its way back by them
export const freezeOf = (purchase_id: string) => idOf<TransactionId>('dispute', purchase_id);
export const unfreezeOf = (purchase_id: string) => idOf<TransactionId>('dispute won', purchase_id);
export const chargebackOf = (purchase_id: string) => idOf<TransactionId>('dispute lost', purchase_id);

/**
 * A payment is disputed: what is left of its credits is frozen. What others earned from the rest is held
 * by a case meanwhile.
 */
export const purchaseDisputed = (purchase: PurchaseId, member: AccountId, unspent: bigint): Posting[] =>
  posted({ id: freezeOf(purchase), kind: 'freeze', memo: 'Payment disputed' }, [
    [gives(paidCredits(member), unspent), gains(frozenCredits(purchase), unspent)],
  ]);

/** The dispute is won: the member has the credits again. */
export const disputeWon = (purchase: PurchaseId, member: AccountId, frozen: bigint): Posting[] =>
  posted({ id: unfreezeOf(purchase), kind: 'unfreeze', memo: 'Dispute settled' }, [
    [gives(frozenCredits(purchase), frozen), gains(paidCredits(member), frozen)],
  ]);

/**
 * The dispute is lost: credits that were not spent are taken back and their dollars leave. What can be
 * found nowhere, and the fee, is our loss. What was spent is clawed back generation by generation.
 */
export function disputeLost(
  purchase: PurchaseId,
  member: AccountId,
  left: { frozen: bigint; in_wallet: bigint; lost: bigint },
  bill: { provider: Provider; fee_micro_usd: bigint },
): Posting[] {
  const { frozen, in_wallet, lost } = left;
  assert(lost >= 0n && bill.fee_micro_usd >= 0n, 'a loss is not negative');
  const unspent = inDollars(frozen + in_wallet);
  const loss = inDollars(lost) + bill.fee_micro_usd;
  return posted({ id: chargebackOf(purchase), kind: 'chargeback', memo: 'Payment taken back' }, [
    [
      gives(frozenCredits(purchase), frozen),
      gives(paidCredits(member), in_wallet),
      gains(creditsSold, frozen + in_wallet),
    ],
    [
      gives(deferredRevenue, unspent),
      gives(chargebackLosses, loss),
      gains(cash(bill.provider), unspent + loss),
    ],
  ]);
}
