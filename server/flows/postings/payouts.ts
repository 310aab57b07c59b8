import {
  availableEarnings,
  cash,
  creditsPaidOut,
  earnedRevenue,
  payoutFees,
  payoutReserve,
  type Provider,
} from '../../chart-of-accounts.ts';
import { type AccountId, idOf, type PayoutId, type TransactionId } from '../../ids.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import { gains, gives, inDollars, posted } from './movement.ts';

/** What a payout moves: `amount` reaches the creator, `fee` is what moving it costs them. */
export type PayoutSum = { amount: bigint; fee: bigint };

/** A payout is asked for: amount and fee leave what is available. */
export const payoutReserved = (id: PayoutId, creator: AccountId, { amount, fee }: PayoutSum): Posting[] =>
  posted({ id: idOf<TransactionId>('payout reserved', id), kind: 'payout-reserve', memo: 'Payout' }, [
    [gives(availableEarnings(creator), amount + fee), gains(payoutReserve(id), amount + fee)],
  ]);

/** It was paid: the credits become dollars that leave; the fee is owed to whoever moved them. */
export const payoutPaid = (id: PayoutId, { amount, fee }: PayoutSum, provider: Provider): Posting[] =>
  posted({ id: idOf<TransactionId>('payout paid', id), kind: 'payout', memo: 'Payout' }, [
    [gives(payoutReserve(id), amount + fee), gains(creditsPaidOut, amount + fee)],
    [
      gives(earnedRevenue, inDollars(amount) + inDollars(fee)),
      gains(cash(provider), inDollars(amount)),
      gains(payoutFees(provider), inDollars(fee)),
    ],
  ]);

/** It failed before any money left: the exact opposite of its reserve, fee included. */
export const payoutFailed = (id: PayoutId, creator: AccountId, { amount, fee }: PayoutSum): Posting[] =>
  posted({ id: idOf<TransactionId>('payout failed', id), kind: 'payout-failure', memo: 'Payout failed' }, [
    [gives(payoutReserve(id), amount + fee), gains(availableEarnings(creator), amount + fee)],
  ]);

/** It came back after it was paid: the amount is available again; what moving it cost is spent. */
export const payoutReturned = (
  id: PayoutId,
  creator: AccountId,
  { amount }: PayoutSum,
  provider: Provider,
): Posting[] =>
  posted({ id: idOf<TransactionId>('payout returned', id), kind: 'payout-return', memo: 'Payout returned' }, [
    [gives(creditsPaidOut, amount), gains(availableEarnings(creator), amount)],
    [gives(cash(provider), inDollars(amount)), gains(earnedRevenue, inDollars(amount))],
  ]);
