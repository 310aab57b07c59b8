import {
  type Budget,
  budgetOf,
  budgetOfCampaign,
  cash,
  cashForPromo,
  creditsSold,
  deferredRevenue,
  paidCredits,
  promoCredits,
  promoIssued,
  promoReserve,
} from '../../chart-of-accounts.ts';
import { type AccountId, type CampaignId, idOf, type PurchaseId, type TransactionId } from '../../ids.ts';
import type { Posting } from '../../modules/ledger/index.ts';
import { gains, gives, inDollars, posted } from './movement.ts';

/** A budget is funded: promo credits to give away, and our own dollars put aside for every one of them. */
export const budgetFunded = (id: TransactionId, budget: Budget, amount: bigint): Posting[] =>
  posted({ id, kind: 'fund', memo: `Budget ${budget} funded` }, [
    [gives(promoIssued, amount), gains(budgetOf(budget), amount)],
    [gives(cashForPromo, inDollars(amount)), gains(promoReserve, inDollars(amount))],
  ]);

/** A member is given promo credits out of a budget. Their dollars were put aside when it was funded. */
export const promoGranted = (
  id: TransactionId,
  budget: Budget,
  member: AccountId,
  amount: bigint,
  memo: string,
): Posting[] =>
  posted({ id, kind: 'grant', memo }, [
    [gives(budgetOf(budget), amount), gains(promoCredits(member), amount)],
  ]);

/** Before a campaign is scheduled, all that it may give away is set aside for it. */
export const campaignReserved = (campaign: CampaignId, amount: bigint, memo: string): Posting[] =>
  posted({ id: idOf<TransactionId>('campaign budget', campaign), kind: 'campaign-budget', memo }, [
    [gives(budgetOf('campaigns'), amount), gains(budgetOf(budgetOfCampaign(campaign)), amount)],
  ]);

/** A campaign is settled: what is left of its budget is there for others again. */
export const campaignReturned = (campaign: CampaignId, amount: bigint, memo: string): Posting[] =>
  posted({ id: idOf<TransactionId>('campaign rest', campaign), kind: 'campaign-rest', memo }, [
    [gives(budgetOf(budgetOfCampaign(campaign)), amount), gains(budgetOf('campaigns'), amount)],
  ]);

/** What a member did not use of a grant goes back to the budget that it came from. */
export const promoExpired = (
  id: TransactionId,
  member: AccountId,
  budget: Budget,
  amount: bigint,
  memo: string,
): Posting[] =>
  posted({ id, kind: 'expiry', memo }, [
    [gives(promoCredits(member), amount), gains(budgetOf(budget), amount)],
  ]);

/** A member buys a pack: paid credits for dollars that we owe in service; the bonus is a grant of its own. */
export const packBought = (
  id: PurchaseId,
  member: AccountId,
  pack: { paid_micros: bigint; promo_micros: bigint; memo: string },
): Posting[] => {
  const { paid_micros, promo_micros, memo } = pack;
  const usd = inDollars(paid_micros);
  return [
    ...posted({ id, kind: 'purchase', memo }, [
      [gives(creditsSold, paid_micros), gains(paidCredits(member), paid_micros)],
      [gives(cash('test'), usd), gains(deferredRevenue, usd)],
    ]),
    ...promoGranted(bonusOf(id), 'pack-bonus', member, promo_micros, `${memo}: bonus`),
  ];
};

/** The grant that came with a purchase. */
export const bonusOf = (id: PurchaseId) => idOf<TransactionId>('pack bonus', id);
