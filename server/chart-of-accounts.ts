import {
  type AccountId,
  asId,
  type CampaignId,
  type CaseId,
  type PayoutId,
  type PurchaseId,
  type RoundId,
} from './ids.ts';
import type { Account, Asset } from './modules/ledger/index.ts';

/**
 * Every account that money can lie in. The ledger knows only keys; these are the words for them.
 * Positive is what we owe to the account, negative what it gave or what we own. A status of money is
 * the account that it lies in, and there is no other.
 *
 * Three sentences hold at every instant, in credits against dollars at 0.01 each, and `verify` checks them:
 * - deferred revenue covers the paid credits of members, those frozen by a dispute included;
 * - the promo reserve covers promo credits and what was earned from them: budgets, wallets, vesting, promo-earned;
 * - earned revenue covers what creators have in every other state, what they owe us taken off, and our own part.
 */
type Guard = 'guarded' | 'accruing';
const account = (asset: Asset, key: string, guard: Guard): Account => ({
  key,
  asset,
  guarded: guard === 'guarded',
});
const dated = (series: string, day: string): Account => ({
  key: `${series}:${day}`,
  asset: 'CREDIT',
  guarded: false,
  series,
  day,
});

/** Between two guarded accounts money passes through here; every transaction leaves it at zero. */
export const transit = (asset: Asset) => account(asset, `transit:${asset}`, 'accruing');

// members

/** Credits a member bought: 0.01 USD each, never expire. */
export const paidCredits = (member: AccountId) => account('CREDIT', `member:${member}:paid`, 'guarded');
/** Credits a member was given from a budget. */
export const promoCredits = (member: AccountId) => account('CREDIT', `member:${member}:promo`, 'guarded');
/** What is left of a purchase while its payment is disputed. */
export const frozenCredits = (purchase: PurchaseId) =>
  account('CREDIT', `purchase:${purchase}:frozen`, 'guarded');

/** Whose an account or a series is: `member:<id>:…`, `creator:<id>:…`. */
export const ownerOf = (key: string) => asId<AccountId>(key.split(':')[1] ?? '');

// creators: one account for each state, and one for each day where the day matters

/** Earned from paid credits, waiting out the hold period; `day` is the UTC day of settlement. */
export const pendingEarnings = (creator: AccountId, day: string) => dated(pendingSeries(creator), day);
export const pendingSeries = (creator: AccountId) => `creator:${creator}:pending`;
/** Earned from promo credits, waiting for the payer's purchases to cover it; `day` as above. */
export const vestingEarnings = (creator: AccountId, day: string) => dated(vestingSeries(creator), day);
export const vestingSeries = (creator: AccountId) => `creator:${creator}:vesting`;
/** Matured: can be paid out. */
export const availableEarnings = (creator: AccountId) =>
  account('CREDIT', `creator:${creator}:available`, 'guarded');
/** Held by a case until it is resolved. */
export const heldEarnings = (held_by: CaseId, creator: AccountId) =>
  account('CREDIT', `case:${held_by}:creator:${creator}`, 'guarded');
/** Set aside for one payout. */
export const payoutReserve = (payout: PayoutId) => account('CREDIT', `payout:${payout}:reserved`, 'guarded');
/** The same by a key that the journal knows. */
export const reserveByKey = (key: string) => account('CREDIT', key, 'guarded');
/** What a creator owes us after a refund of what was already paid out: zero or negative. */
export const receivable = (creator: AccountId) =>
  account('CREDIT', `creator:${creator}:receivable`, 'accruing');

// the house

/** Our part of what was paid for with paid and with promo credits. */
export const platformEarnings = account('CREDIT', 'platform:earned', 'accruing');
export const platformPromoEarnings = account('CREDIT', 'platform:promo-earned', 'accruing');
/** What two persons gave to creators or took from them, by reason. */
export const adjustments = (reason: AdjustmentReason) =>
  account('CREDIT', `adjustments:${reason}`, 'accruing');
export const ADJUSTMENT_REASONS = ['correction', 'goodwill', 'settlement', 'write-off'] as const;
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number];

export const BUDGETS = ['welcome', 'pack-bonus', 'referral', 'campaigns'] as const;
/** One of the house, or one that was set aside of `campaigns` for one of them. */
export type Budget = (typeof BUDGETS)[number] | CampaignBudget;
export type CampaignBudget = `campaign:${string}`;
export const budgetOfCampaign = (campaign: CampaignId): CampaignBudget => `campaign:${campaign}`;
export const campaignBehind = (budget: CampaignBudget) => asId<CampaignId>(budget.split(':')[1] ?? '');
/** The budget of an account; undefined where it is no budget's. */
export const budgetByKey = (key: string): Budget | undefined =>
  BUDGETS.find((budget) => budgetOf(budget).key === key) ??
  (key.startsWith('budget:campaign:') ? budgetOfCampaign(asId(key.split(':')[2] ?? '')) : undefined);
export const isOfCampaign = (budget: Budget): budget is CampaignBudget => budget.startsWith('campaign:');
/** Promo credits that may still be given away. Guarded: what is not funded cannot be granted. */
export const budgetOf = (budget: Budget) => account('CREDIT', `budget:${budget}`, 'guarded');

/** Of the referral budget what is promised for first purchases whose payment is not safe yet. */
export const referralReserve = account('CREDIT', 'budget:referral:reserved', 'guarded');

/** All paid credits ever sold, less what disputes took back, as a debit. */
export const creditsSold = account('CREDIT', 'credits:sold', 'accruing');
/** All promo credits ever funded, as a debit. */
export const promoIssued = account('CREDIT', 'credits:promo-issued', 'accruing');
/** All credits that left as dollars in payouts. */
export const creditsPaidOut = account('CREDIT', 'credits:paid-out', 'accruing');

// dollars

export type Provider = 'test';
/** Money received; a debit, because we own it. */
export const cash = (provider: Provider) => account('USD', `cash:${provider}`, 'accruing');
/** Our own dollars, put aside for what we give away; a debit, because we own them. */
export const cashForPromo = account('USD', 'cash:promo', 'accruing');
/** What we owe in service for paid credits that were not spent yet: 0.01 USD each. */
export const deferredRevenue = account('USD', 'deferred-revenue', 'accruing');
/** What the dollars put aside are promised for: 0.01 USD for each promo credit that is funded and not vested. */
export const promoReserve = account('USD', 'promo-reserve', 'accruing');
/** What spent credits became: it pays creators what they have, and the rest is ours. */
export const earnedRevenue = account('USD', 'earned-revenue', 'accruing');
/** What payouts cost: kept back from them, owed to whoever moved the money. */
export const payoutFees = (provider: Provider) => account('USD', `payout-fees:${provider}`, 'accruing');
/** What we lost to payments that were taken back, and to the fees for it; a debit. */
export const chargebackLosses = account('USD', 'losses:chargebacks', 'accruing');

// $STELAI

/** What nobody is promised: prizes are put aside out of it. Guarded: what is not there cannot be promised. */
export const prizePool = account('STELAI', 'prizes:pool', 'guarded');
/** The prizes of one round. Guarded: what is not set aside cannot be awarded. */
export const prizeEscrow = (round: RoundId) => account('STELAI', `round:${round}:escrow`, 'guarded');
/** Awarded to a person, to be claimed on chain. */
export const awarded = (person: AccountId) => account('STELAI', `person:${person}:awarded`, 'accruing');
/**
 * What a person was given for a place and owes back, because the standings changed: zero or negative. Above zero what
 * they gave back was theirs after all.
 */
export const awardsOwedBack = (person: AccountId) =>
  account('STELAI', `person:${person}:owed-back`, 'accruing');
/** What people owe back, all together: the pool has it once it is taken off what they are awarded. */
export const prizesRecoverable = account('STELAI', 'prizes:recoverable', 'accruing');
/** Committed to a wallet by an epoch, and not claimed. Guarded: a wallet is paid no more than this. */
export const committed = (wallet: string) => account('STELAI', `wallet:${wallet}:committed`, 'guarded');
/** What lies in our contract; a debit, because we own it. */
export const onChain = ({ chain_id, distributor }: RewardPlace) =>
  account('STELAI', `chain:${chain_id}:${distributor}`, 'accruing');
export type RewardPlace = { chain_id: bigint; distributor: string };
/** What the operator says is put aside where no chain pays; a debit. The first deposits on a chain make it good. */
export const treasuryPromised = account('STELAI', 'treasury:promised', 'accruing');
/** What was put aside before there was a pool: the same debit under its old name, to which nothing is posted any more. */
export const prizeReserve = account('STELAI', 'prizes:reserve', 'accruing');
