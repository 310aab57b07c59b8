import { budgetOf, referralReserve } from '../../chart-of-accounts.ts';
import { type AccountId, idOf, type RewardId, type TransactionId } from '../../ids.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import { promoGranted } from './credits.ts';
import { gains, gives, posted } from './movement.ts';

/** Somebody who came by a link buys for the first time: what it will bring both is set aside in full. */
export const rewardReserved = (id: RewardId, amount: bigint): Posting[] =>
  posted({ id: idOf<TransactionId>('referral reserved', id), kind: 'reserve', memo: 'Referral' }, [
    [gives(budgetOf('referral'), amount), gains(referralReserve, amount)],
  ]);

/** What was set aside is the budget's again: it is given from there, or it was not earned after all. */
export const rewardReturned = (id: RewardId, amount: bigint): Posting[] =>
  posted({ id: idOf<TransactionId>('referral returned', id), kind: 'reserve-return', memo: 'Referral' }, [
    [gives(referralReserve, amount), gains(budgetOf('referral'), amount)],
  ]);

/** The payment is safe: both are given their promo credits. */
export const rewardGranted = (
  id: RewardId,
  people: readonly AccountId[],
  amount: bigint,
  memo: string,
): Posting[] =>
  people.flatMap((person) => promoGranted(rewardGrantOf(id, person), 'referral', person, amount, memo));

export const rewardGrantOf = (id: RewardId, person: AccountId) =>
  idOf<TransactionId>('referral grant', id, person);
