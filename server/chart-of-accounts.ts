import type { AccountId } from './ids.ts';
import type { Account } from './modules/ledger/index.ts';

/**
 * Every account that money can lie in. The ledger knows only keys; these are the words for them.
 * Positive is what we owe to the account, negative what it gave or what we own.
 */
const credit = (key: string, guarded: boolean): Account => ({ key, asset: 'CREDIT', guarded });
const dollar = (key: string): Account => ({ key, asset: 'USD', guarded: false });

/** Credits a member bought: 0.01 USD each, never expire. */
export const paidCredits = (member: AccountId) => credit(`member:${member}:paid`, true);
/** Credits a member was given from a budget. */
export const promoCredits = (member: AccountId) => credit(`member:${member}:promo`, true);

/** Earned from paid credits, waiting out the hold period. */
export const pendingEarnings = (creator: AccountId) => credit(`creator:${creator}:pending`, false);
/** Earned from promo credits, waiting for the payer's purchases to cover it. */
export const vestingEarnings = (creator: AccountId) => credit(`creator:${creator}:vesting`, false);

/** The platform's part of what was paid for with paid and with promo credits. */
export const platformEarnings = credit('platform:earned', false);
export const platformPromoEarnings = credit('platform:promo-earned', false);

/** All paid credits ever sold, as a debit: minus this is what is in wallets and earnings together. */
export const creditsSold = credit('credits:sold', false);
/** All promo credits ever funded, as a debit. */
export const promoIssued = credit('credits:promo-issued', false);

/** The account of a member or a budget whose key is already known: both are guarded credits. */
export const purseByKey = (key: string): Account => credit(key, true);

export type Budget = 'welcome' | 'pack-bonus';
/** Promo credits that may still be given away. Guarded: what is not funded cannot be granted. */
export const budgetOf = (budget: Budget) => credit(`budget:${budget}`, true);

/** Money received; a debit, because we own it. */
export const cash = (provider: 'test') => dollar(`cash:${provider}`);
/** What we owe in service for paid credits that were not spent yet: 0.01 USD each, at every instant. */
export const deferredRevenue = dollar('deferred-revenue');
/** What spent credits became: creators' earnings and our own, in dollars, until payouts divide it. */
export const earnedRevenue = dollar('earned-revenue');
