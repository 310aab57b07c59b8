import {
  type Budget,
  budgetOf,
  cash,
  creditsSold,
  deferredRevenue,
  earnedRevenue,
  paidCredits,
  pendingEarnings,
  platformEarnings,
  platformPromoEarnings,
  promoCredits,
  promoIssued,
  vestingEarnings,
} from '../chart-of-accounts.ts';
import { type AccountId, asId, type GenerationId, type PurchaseId, type TransactionId } from '../ids.ts';
import { assert } from '../kit/assert.ts';
import { MICRO_CREDITS_PER_MICRO_USD, sum } from '../kit/money.ts';
import type { DividedPart } from '../modules/earnings/index.ts';
import type { Account, Posting } from '../modules/ledger/index.ts';

/**
 * Every way in which money moves, as data: what happened on the left, who gains and who gives below.
 * A set that touches two assets is two parts of one transaction.
 */

/** Promo credits are put at a budget's disposal. */
export const budgetFunded = (id: TransactionId, budget: Budget, amount: bigint): Posting[] => [
  {
    id,
    kind: 'fund',
    memo: `Budget ${budget} funded`,
    legs: [
      { account: promoIssued, amount: -amount },
      { account: budgetOf(budget), amount },
    ],
  },
];

/** A member is given promo credits out of a budget. */
export const promoGranted = (
  id: TransactionId,
  budget: Budget,
  member: AccountId,
  amount: bigint,
  memo: string,
): Posting[] => [
  {
    id,
    kind: 'grant',
    memo,
    legs: [
      { account: budgetOf(budget), amount: -amount },
      { account: promoCredits(member), amount },
    ],
  },
];

/** What a member did not use of a grant goes back to the budget it came from. */
export const promoExpired = (
  id: TransactionId,
  member_account: Account,
  budget_account: Account,
  amount: bigint,
  memo: string,
): Posting[] => [
  {
    id,
    kind: 'expiry',
    memo,
    legs: [
      { account: member_account, amount: -amount },
      { account: budget_account, amount },
    ],
  },
];

/** A member buys a pack: paid credits for dollars, which we owe in service until they are spent. */
export const packBought = (
  id: PurchaseId,
  member: AccountId,
  pack: { paid_micros: bigint; promo_micros: bigint; memo: string },
): Posting[] => {
  const { paid_micros, promo_micros, memo } = pack;
  const usd = inDollars(paid_micros);
  const bonus: Posting[] =
    promo_micros === 0n
      ? []
      : [
          {
            id,
            part: 2,
            kind: 'grant',
            memo: `${memo}: bonus`,
            legs: [
              { account: budgetOf('pack-bonus'), amount: -promo_micros },
              { account: promoCredits(member), amount: promo_micros },
            ],
          },
        ];
  return [
    {
      id,
      kind: 'purchase',
      memo,
      legs: [
        { account: creditsSold, amount: -paid_micros },
        { account: paidCredits(member), amount: paid_micros },
      ],
    },
    {
      id,
      part: 1,
      kind: 'purchase',
      memo,
      legs: [
        { account: cash('test'), amount: -usd },
        { account: deferredRevenue, amount: usd },
      ],
    },
    ...bonus,
  ];
};

/** A generation is settled: the payer's credits become everyone's parts, and its dollars are earned. */
export const generationSettled = (
  id: GenerationId,
  payer: AccountId,
  funding: { promo_micros: bigint; paid_micros: bigint },
  parts: readonly DividedPart[],
  memo: string,
): Posting[] => {
  const { promo_micros, paid_micros } = funding;
  assert(
    sum(parts.map((part) => part.pending_micros)) === paid_micros,
    'paid credits become pending earnings',
  );
  assert(
    sum(parts.map((part) => part.vesting_micros)) === promo_micros,
    'promo credits become vesting earnings',
  );
  const earned = parts.flatMap(({ person_id, pending_micros, vesting_micros }) => {
    const person = person_id === null ? null : asId<AccountId>(person_id);
    return [
      { account: person ? pendingEarnings(person) : platformEarnings, amount: pending_micros },
      { account: person ? vestingEarnings(person) : platformPromoEarnings, amount: vesting_micros },
    ];
  });
  const credits: Posting = {
    id,
    kind: 'charge',
    memo,
    legs: [
      { account: paidCredits(payer), amount: -paid_micros },
      { account: promoCredits(payer), amount: -promo_micros },
      ...earned,
    ],
  };
  if (paid_micros === 0n) return [credits];
  const usd = inDollars(paid_micros);
  return [
    credits,
    {
      id,
      part: 1,
      kind: 'charge',
      memo,
      legs: [
        { account: deferredRevenue, amount: -usd },
        { account: earnedRevenue, amount: usd },
      ],
    },
  ];
};

function inDollars(micro_credits: bigint): bigint {
  assert(micro_credits % MICRO_CREDITS_PER_MICRO_USD === 0n, 'paid credits move in whole micro-dollars');
  return micro_credits / MICRO_CREDITS_PER_MICRO_USD;
}
