import type { OwnAccount } from './statement-shapes.ts';

// Read by whoever shows a statement, on a page or on paper; `npm run texts` takes them to the translators.

/** What the places are called where a person's credits lie, and what each is. */
export const accountWords: Record<OwnAccount, { name: string; why: string }> = {
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

const movements: Record<string, string> = {
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
/** What a movement is called; one that has no name here goes by its own. */
export const movementName = (kind: string) => movements[kind] ?? kind;
