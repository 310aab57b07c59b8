import { credits } from './kit/money.ts';

/** What is sold and what is given, on one screen. A paid credit costs one cent; what a larger pack adds is promo credit. */
export const PACKS = {
  'pack-1000': {
    price_usd_cents: 1_000,
    paid_micros: credits(1_000),
    promo_micros: 0n,
    memo: 'Pack of 1,000',
  },
  'pack-3000': {
    price_usd_cents: 3_000,
    paid_micros: credits(3_000),
    promo_micros: credits(150),
    memo: 'Pack of 3,000',
  },
  'pack-5000': {
    price_usd_cents: 5_000,
    paid_micros: credits(5_000),
    promo_micros: credits(500),
    memo: 'Pack of 5,000',
  },
} as const;
export type PackSlug = keyof typeof PACKS;

/** Whoever bought credits lately is served so much more often while others wait too; nobody is turned away for it. */
export const PLANS = {
  free: { weight: 1n },
  supporter: { weight: 3n, bought_within_days: 90 },
} as const;
export type Plan = keyof typeof PLANS;

/** What a new member gets to try things with. */
export const WELCOME = { amount_micros: credits(100), memo: 'Welcome credits' };

/** Promo credits are to be used within this time of being granted. */
export const PROMO_LIFE_DAYS = 90;

/** What creators earn from paid credits can be reversed for this long before it is available to them. */
export const HOLD_DAYS = 14;

/**
 * What promo credits earn vests once the payer has bought this many times as much. A payer who works for
 * creators of their own gets their share of what they bought and of a third of that again: below what they
 * paid, as long as shares are below three quarters.
 */
export const PURCHASED_PER_PROMO = 3n;
/** What did not vest within this time goes back to its budget. */
export const VESTING_LIFE_DAYS = 180;

/**
 * Whoever comes by somebody's link within the window and buys credits brings both this part of that first purchase as
 * promo credits, once the time in which earnings can be reversed is over. What they earn creators vests like all of them.
 */
export const REFERRAL = { part_ppm: 100_000, window_days: 30, settles_days: HOLD_DAYS, memo: 'Referral' };
