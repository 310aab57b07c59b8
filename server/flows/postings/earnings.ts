import {
  type AdjustmentReason,
  adjustments,
  availableEarnings,
  type Budget,
  budgetOf,
  heldEarnings,
  creditsSold,
  cash,
  deferredRevenue,
  earnedRevenue,
  paidCredits,
  pendingEarnings,
  platformEarnings,
  platformPromoEarnings,
  promoCredits,
  promoReserve,
  type Provider,
  receivable,
  vestingEarnings,
} from '../../chart-of-accounts.ts';
import {
  type AccountId,
  type AdjustmentId,
  type CaseId,
  type GenerationId,
  idOf,
  type TransactionId,
} from '../../ids.ts';
import { assert } from '../../kit/assert.ts';
import { sum } from '../../kit/money.ts';
import type { Account, Posting } from '../../modules/ledger/index.ts';
import { gains, gives, inDollars, posted } from './movement.ts';

/** Where earnings wait or lie free: those of a day until it has matured, then together with all others. */
export type Resting = { of_day: string } | 'available';
const restingAt = (creator: AccountId, place: Resting): Account =>
  place === 'available' ? availableEarnings(creator) : pendingEarnings(creator, place.of_day);

/** A day has matured. Who owes us something pays it back from here, at most with half of what matures. */
export function dayMatured(creator: AccountId, day: string, amount: bigint, owed: bigint): Posting[] {
  const recouped = recoupedFrom(amount, owed);
  const id = idOf<TransactionId>('maturity', creator, day);
  return posted({ id, kind: 'maturity', memo: `Earned on ${day}` }, [
    [
      gives(pendingEarnings(creator, day), amount),
      gains(availableEarnings(creator), amount - recouped),
      gains(receivable(creator), recouped),
    ],
  ]);
}

export const recoupedFrom = (amount: bigint, owed: bigint): bigint =>
  owed < amount / 2n ? owed : amount / 2n;

/** What one generation earned one person out of promo credits. */
export type PromoPart = { creator: AccountId; amount: bigint; to: Resting };

/**
 * The payer's purchases cover a generation that promo credits paid for: what it earned is now as good as
 * if it had been paid for, and the dollars for it leave the promo reserve.
 */
export function promoVested(
  id: TransactionId,
  day: string,
  parts: readonly PromoPart[],
  platform: bigint,
): Posting[] {
  const usd = inDollars(platform + sum(parts.map(({ amount }) => amount)));
  return posted({ id, kind: 'vesting', memo: 'Covered by purchases' }, [
    ...parts.map(({ creator, amount, to }) => [
      gives(vestingEarnings(creator, day), amount),
      gains(restingAt(creator, to), amount),
    ]),
    [gives(platformPromoEarnings, platform), gains(platformEarnings, platform)],
    [gives(promoReserve, usd), gains(earnedRevenue, usd)],
  ]);
}

/** What a reversal takes back: from whom, and where it lies. Beyond that a creator owes it. */
export type TakenBack = { creator: AccountId; from: Place; amount: bigint };
export type Place = Resting | { vesting_of: string } | { held_by: CaseId } | 'receivable';

const placeOf = (creator: AccountId, place: Place): Account => {
  if (place === 'receivable') return receivable(creator);
  if (place === 'available' || 'of_day' in place) return restingAt(creator, place);
  return 'vesting_of' in place
    ? vestingEarnings(creator, place.vesting_of)
    : heldEarnings(place.held_by, creator);
};
const takenFrom = (parts: readonly TakenBack[]) =>
  parts.map(({ creator, from, amount }) => gives(placeOf(creator, from), amount));

/** One half of what a generation cost, as far as it is reversed: everybody's parts sum to `amount`. */
export type Half = { amount: bigint; creators: readonly TakenBack[]; platform: bigint };
/** The promo half lies with `vesting`, was `vested`, or lapsed `into` budgets. */
export type PromoHalf = Half &
  ({ state: 'vesting' | 'vested' } | { state: 'lapsed'; into: readonly Portion[] });
/** Promo credits by the budget that they came from. */
export type Portion = { budget: Budget; amount: bigint };

/** Unvested until the end of its time: what promo credits earned goes back to the budgets they came from. */
export const promoLapsed = (
  id: TransactionId,
  half: Half,
  into: readonly Portion[],
  memo = 'Not covered by purchases in time',
): Posting[] =>
  posted({ id, kind: 'lapse', memo }, [
    [
      ...takenFrom(half.creators),
      gives(platformPromoEarnings, half.platform),
      ...into.map(({ budget, amount }) => gains(budgetOf(budget), amount)),
    ],
  ]);

/** A generation is refunded: the payer has the credits again, in the kinds that they were. */
export function generationRefunded(
  id: TransactionId,
  payer: AccountId,
  paid: Half,
  promo: PromoHalf,
  memo: string,
): Posting[] {
  const usd = inDollars(paid.amount);
  const vested = promo.state === 'vested' ? inDollars(promo.amount) : 0n;
  return posted({ id, kind: 'refund', memo }, [
    [
      ...takenFrom(paid.creators),
      gives(platformEarnings, paid.platform),
      gains(paidCredits(payer), paid.amount),
    ],
    [...promoTakenBack(promo), gains(promoCredits(payer), promo.amount)],
    [gives(earnedRevenue, usd + vested), gains(deferredRevenue, usd), gains(promoReserve, vested)],
  ]);
}

function promoTakenBack(promo: PromoHalf) {
  if (promo.state === 'lapsed')
    return promo.into.map(({ budget, amount }) => gives(budgetOf(budget), amount));
  const platform = promo.state === 'vested' ? platformEarnings : platformPromoEarnings;
  return [...takenFrom(promo.creators), gives(platform, promo.platform)];
}

/**
 * A dispute is lost: what the disputed credits earned goes to whoever paid us, and so do its dollars. The
 * credits themselves are gone.
 */
export const earningsClawedBack = (
  id: TransactionId,
  paid: Half,
  provider: Provider,
  memo: string,
): Posting[] =>
  posted({ id, kind: 'clawback', memo }, [
    [...takenFrom(paid.creators), gives(platformEarnings, paid.platform), gains(creditsSold, paid.amount)],
    [gives(earnedRevenue, inDollars(paid.amount)), gains(cash(provider), inDollars(paid.amount))],
  ]);

/** A case is opened: what it is about is set aside, as far as it is still here. */
export const heldForCase = (
  id: CaseId,
  parts: readonly { creator: AccountId; from: Resting; amount: bigint }[],
  memo: string,
): Posting[] =>
  posted(
    { id: idOf<TransactionId>('case hold', id), kind: 'hold-for-case', memo },
    parts.map(({ creator, from, amount }) => [
      gives(restingAt(creator, from), amount),
      gains(heldEarnings(id, creator), amount),
    ]),
  );

/** A generation is settled while a claim stands: what the claimed leg earned by it is set aside at once. */
export const heldForClaim = (
  case_id: CaseId,
  generation_id: GenerationId,
  parts: readonly { creator: AccountId; from: Resting; amount: bigint }[],
): Posting[] =>
  posted(
    {
      id: idOf<TransactionId>('case hold', case_id, generation_id),
      kind: 'hold-for-case',
      memo: 'Rights claimed',
    },
    parts.map(({ creator, from, amount }) => [
      gives(restingAt(creator, from), amount),
      gains(heldEarnings(case_id, creator), amount),
    ]),
  );

/**
 * A claim is upheld: what one generation earned the others is its claimant's, and lies or waits where it would have
 * for them. What the claimant paid for earns them nothing, as ever: that part is ours.
 */
export function claimUpheld(
  id: TransactionId,
  taken: { earned: readonly TakenBack[]; unvested: readonly TakenBack[] },
  to: { claimant: AccountId; resting: Resting; vesting_of: string } | 'platform',
  memo: string,
): Posting[] {
  const earned = sum(taken.earned.map(({ amount }) => amount));
  const unvested = sum(taken.unvested.map(({ amount }) => amount));
  const gained =
    to === 'platform'
      ? [gains(platformEarnings, earned), gains(platformPromoEarnings, unvested)]
      : [
          gains(restingAt(to.claimant, to.resting), earned),
          gains(vestingEarnings(to.claimant, to.vesting_of), unvested),
        ];
  return posted({ id, kind: 'claim-upheld', memo }, [
    [...takenFrom(taken.earned), ...takenFrom(taken.unvested), ...gained],
  ]);
}

/**
 * A case is cleared: everything goes back to where it came from, or further if its day has matured since. What
 * was taken back meanwhile was taken as a debt, and is paid with this.
 */
export const caseReleased = (
  id: CaseId,
  parts: readonly { creator: AccountId; to: Resting | 'receivable'; amount: bigint }[],
  memo: string,
): Posting[] =>
  posted(
    { id: idOf<TransactionId>('case release', id), kind: 'release-of-case', memo },
    parts.map(({ creator, to, amount }) => [
      gives(heldEarnings(id, creator), amount),
      gains(placeOf(creator, to), amount),
    ]),
  );

/** A case is confirmed and the payer is not to blame either: what one generation earned is ours. */
export const earningsForfeited = (
  id: TransactionId,
  creators: readonly TakenBack[],
  memo: string,
): Posting[] =>
  posted({ id, kind: 'forfeit', memo }, [
    [...takenFrom(creators), gains(platformEarnings, sum(creators.map(({ amount }) => amount)))],
  ]);

/**
 * Two persons correct what a creator has. Given: free at once, or against what the creator owes us where
 * that is written off. Taken: from what is available, and beyond that the creator owes it.
 */
export function adjusted(
  id: AdjustmentId,
  creator: AccountId,
  change: { reason: AdjustmentReason; available: bigint; receivable: bigint; memo: string },
): Posting[] {
  const { reason, available, memo } = change;
  const total = available + change.receivable;
  assert(total !== 0n, 'an adjustment changes something');
  return posted({ id, kind: 'adjustment', memo }, [
    [
      gives(adjustments(reason), total),
      gains(availableEarnings(creator), available),
      gains(receivable(creator), change.receivable),
    ],
  ]);
}
