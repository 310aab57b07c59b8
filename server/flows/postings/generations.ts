import {
  deferredRevenue,
  earnedRevenue,
  paidCredits,
  pendingEarnings,
  platformEarnings,
  platformPromoEarnings,
  promoCredits,
  vestingEarnings,
} from '../../chart-of-accounts.ts';
import { type AccountId, asId, type GenerationId, idOf, type TransactionId } from '../../ids.ts';
import { assert } from '../../kit/assert.ts';
import { sum } from '../../kit/money.ts';
import type { DividedPart } from '../../modules/earnings/index.ts';
import { type Account, type Leg, LEGS_MAX, type Posting } from '../../modules/ledger/index.ts';
import { gains, gives, inDollars, inRows, posted, together } from './movement.ts';

/** The promo half of a settlement is told from its paid half by its parts: from here upwards. */
export const PROMO_PARTS_FROM = 10;

/**
 * A generation is settled. What the payer spent becomes everybody's part of it, as the split says: paid
 * credits wait out the hold period of the day, promo credits wait for the payer's purchases. Leg 0 of each
 * part is the payer, whose hold it captures.
 */
export function generationSettled(
  id: GenerationId,
  payer: AccountId,
  funding: { paid_micros: bigint; promo_micros: bigint },
  parts: readonly DividedPart[],
  day: string,
  memo: string,
  /** The day with which the paid half matures, where that is not the day of settlement. */
  maturing_day = day,
): Posting[] {
  const what = { id, kind: 'charge', memo };
  const paid = parts.map(({ person_id, pending_micros }) =>
    gains(
      person_id === null ? platformEarnings : pendingEarnings(asId<AccountId>(person_id), maturing_day),
      pending_micros,
    ),
  );
  const promo = parts.map(({ person_id, vesting_micros }) =>
    gains(
      person_id === null ? platformPromoEarnings : vestingEarnings(asId<AccountId>(person_id), day),
      vesting_micros,
    ),
  );
  const paid_rows = spent(paidCredits(payer), funding.paid_micros, paid);
  const promo_rows = spent(promoCredits(payer), funding.promo_micros, promo);
  assert(paid_rows.length <= PROMO_PARTS_FROM, 'a split has no more persons than its parts have room for');
  return [
    ...paid_rows.map((legs, row) => ({ ...what, part: row, legs })),
    ...promo_rows.map((legs, row) => ({ ...what, part: PROMO_PARTS_FROM + row, legs })),
  ];
}

/** A payer's credits in as many rows as their receivers need; each row takes what its receivers gain. */
function spent(payer: Account, amount: bigint, receivers: readonly Leg[]): Leg[][] {
  assert(sum(receivers.map((leg) => leg.amount)) === amount, 'what is spent is what is earned');
  return inRows(together(receivers), LEGS_MAX - 1).map((legs) => [
    gives(payer, sum(legs.map((leg) => leg.amount))),
    ...legs,
  ]);
}

/**
 * The dollars behind paid credits that were spent: from what we owe in service to what was earned. One
 * posting serves a whole batch of settlements, under the id of its first generation.
 */
export function revenueRecognised(id: GenerationId, paid_micros: bigint): Posting {
  const [posting] = posted(
    { id: idOf<TransactionId>('revenue', id), kind: 'revenue', memo: 'Credits spent' },
    [[gives(deferredRevenue, inDollars(paid_micros)), gains(earnedRevenue, inDollars(paid_micros))]],
  );
  assert(posting, 'revenue is recognised of something');
  return posting;
}
