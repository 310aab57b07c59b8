/**
 * Every way in which money moves, as data: above each what happened, in it who gives and who gains. Nothing
 * else makes a posting. Read `generations.ts` for where a creator's cent comes from, `earnings.ts` for
 * what becomes of it, and the chart of accounts for what the places mean. Payouts have their postings here, and no
 * act calls them yet.
 */
export * from './credits.ts';
export * from './referrals.ts';
export * from './generations.ts';
export * from './earnings.ts';
export * from './disputes.ts';
export * from './payouts.ts';
export * from './prizes.ts';
export * from './rewards.ts';
