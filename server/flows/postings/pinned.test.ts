// What others rely on without a word about it: ids that are the same when an act is tried again, and differ where
// two acts are two.
import { expect, test } from 'vitest';
import {
  type AccountId,
  type AdjustmentId,
  type AwardId,
  type CampaignId,
  type CaseId,
  type GenerationId,
  idOf,
  type PayoutId,
  type PurchaseId,
  type RewardId,
  type RoundId,
  type TransactionId,
} from '../../ids.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import * as templates from './index.ts';

const DAYS = ['2026-11-21', '2026-11-22'];
const PAYOUT = { amount: 500n, fee: 100n };
const PACK = { paid_micros: 1_000n, promo_micros: 100n, memo: 'A pack' };
const LEFT = { frozen: 100n, in_wallet: 0n, lost: 0n };
const BILL = { provider: 'test', fee_micro_usd: 0n } as const;
const GIVEN = { reason: 'goodwill', available: 1n, receivable: 0n, memo: 'Sorry' } as const;

/** Every act whose id is made of what it is about, each with two persons, days and causes. */
function acts(): Posting[][] {
  return ['one', 'two'].flatMap((word) => {
    const person = idOf<AccountId>('person', word);
    const purchase = idOf<PurchaseId>('purchase', word);
    const payout = idOf<PayoutId>('payout', word);
    const round = idOf<RoundId>('round', word);
    const case_id = idOf<CaseId>('case', word);
    const campaign = idOf<CampaignId>('campaign', word);
    const held = [{ creator: person, amount: 5n }];
    return [
      ...DAYS.map((day) => templates.dayMatured(person, day, 10n, 0n)),
      // what is bought comes with a grant, which is an act of its own
      ...Map.groupBy(templates.packBought(purchase, person, PACK), ({ kind }) => kind).values(),
      templates.purchaseDisputed(purchase, person, 5n),
      templates.disputeWon(purchase, person, 5n),
      templates.disputeLost(purchase, person, LEFT, BILL),
      templates.payoutReserved(payout, person, PAYOUT),
      templates.payoutPaid(payout, PAYOUT, 'test'),
      templates.payoutFailed(payout, person, PAYOUT),
      templates.payoutReturned(payout, person, PAYOUT, 'test'),
      templates.prizeEscrowFunded(round, 5n),
      templates.prizeEscrowReturned(round, 5n),
      templates.prizeAwarded(idOf<AwardId>('award', word), 'escrow', round, person, 5n),
      templates.awardTakenBack(idOf<AwardId>('award', word), round, person, 5n, 'escrow'),
      templates.heldForCase(
        case_id,
        held.map((part) => ({ ...part, from: 'available' })),
        'Why',
      ),
      templates.caseReleased(
        case_id,
        held.map((part) => ({ ...part, to: 'available' })),
        'Cleared',
      ),
      templates.adjusted(idOf<AdjustmentId>('adjustment', word), person, GIVEN),
      [templates.revenueRecognised(idOf<GenerationId>('generation', word), 100n)],
      templates.rewardReserved(idOf<RewardId>('reward', word), 100n),
      templates.rewardReturned(idOf<RewardId>('reward', word), 100n),
      templates.rewardGranted(idOf<RewardId>('reward', word), [person], 100n, 'Referral'),
      templates.campaignReserved(campaign, 10n, 'Winter'),
      templates.campaignReturned(campaign, 5n, 'Winter'),
      templates.budgetFunded(idOf<TransactionId>('fund', word), 'welcome', 100n),
    ];
  });
}

const idsOf = (postings: readonly Posting[]) => new Set(postings.map(({ id }) => id));

test('every act has an id of its own, and the same one when it is tried again', () => {
  const ids = acts().map((postings) => [...idsOf(postings)]);
  expect(ids.every(({ length }) => length === 1)).toBe(true);
  expect(new Set(ids.flat()).size).toBe(ids.length);
  expect(acts()).toEqual(acts());
});

test('the grant that came with a purchase is found again by its id', () => {
  const purchase = idOf<PurchaseId>('purchase');
  expect(templates.bonusOf(purchase)).toBe(idOf('pack bonus', purchase));
});
