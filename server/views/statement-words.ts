import type { OwnAccount } from '#api/earnings/statement-shapes.ts';

/** What places and movements are called on paper: as on the page of the statement. */
export const ACCOUNT_WORDS: Record<OwnAccount, { name: string; why: string }> = {
  paid: { name: 'Paid credits', why: 'Bought; they never expire.' },
  promo: { name: 'Promo credits', why: 'Given; spent first unless you choose otherwise.' },
  frozen: { name: 'Frozen credits', why: 'Of a purchase whose payment is disputed.' },
  vesting: { name: 'Vesting', why: 'Earned from promo credits, until the payer’s purchases cover it.' },
  pending: { name: 'Pending', why: 'Earned from paid credits, waiting out the hold period.' },
  available: { name: 'Available', why: 'Will be payable once payouts open.' },
  held: { name: 'Held by cases', why: 'Set aside while a question is open.' },
  reserved: { name: 'Reserved for payouts', why: 'On its way to you.' },
  receivable: { name: 'Owed to us', why: 'A refund of what was already paid out.' },
};

export const KIND_WORDS: Record<string, string> = {
  adjustment: 'Adjustment',
  charge: 'Generations',
  chargeback: 'Payment taken back',
  clawback: 'Dispute lost',
  expiry: 'Expiry',
  forfeit: 'Forfeit',
  freeze: 'Frozen by a dispute',
  grant: 'Grant',
  'hold-for-case': 'Held for a case',
  'claim-upheld': 'A rights claim was upheld',
  lapse: 'Not covered in time',
  maturity: 'Matured',
  payout: 'Payout',
  'payout-failure': 'Payout failed',
  'payout-reserve': 'Payout asked for',
  'payout-return': 'Payout returned',
  purchase: 'Purchase',
  refund: 'Refund',
  'release-of-case': 'Released by a case',
  unfreeze: 'Dispute settled',
  vesting: 'Vested',
};
export const kindWord = (kind: string) => KIND_WORDS[kind] ?? kind;
