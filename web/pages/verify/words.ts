import type { CheckName } from '@stellary/proofs';

type Words = { asks: string; proves: string; not: string | null };

/** Each check in plain words: what it asks, what it proves when it holds, and what it does not prove. */
export const WORDS: Record<CheckName, Words> = {
  canonical: {
    asks: 'Is the receipt written in its one canonical form?',
    proves: 'The same receipt cannot be written in two ways that hash differently.',
    not: null,
  },
  digest: {
    asks: 'Does the digest belong to exactly this text?',
    proves: 'Not a character of the receipt was changed since its digest was made.',
    not: 'When that was: the signed block says it.',
  },
  split: {
    asks: 'Do the terms in the receipt give exactly these parts?',
    proves:
      'The charge was divided again here, by the rule that the server uses: everybody got what share, split and royalties say.',
    not: 'That these terms are the ones that were agreed on. Compare them with the agreement.',
  },
  sums: {
    asks: 'Do the parts add up to the charge?',
    proves: 'Nothing was lost in rounding and nothing was kept aside, to the last micro-credit.',
    not: null,
  },
  charge: {
    asks: 'Was no more charged than was quoted?',
    proves: 'The charge is not above the quote.',
    not: null,
  },
  block_signed: {
    asks: 'Is the block of receipts signed by a key of the set?',
    proves: 'Whoever has that key put their name to this block and cannot deny it.',
    not: 'Whose key it is, when the set came out of the same file.',
  },
  in_block: {
    asks: 'Does the receipt lie in that block?',
    proves: 'The receipt is one of those that were signed, at one place in the order of all receipts.',
    not: 'That no other chain of blocks was shown to others. Compare a root that somebody else kept.',
  },
  day_signed: {
    asks: 'Is the day signed by a key of the set?',
    proves: 'The day was closed, and nothing could be put into it afterwards.',
    not: null,
  },
  in_day: {
    asks: 'Does the block lie in that day?',
    proves: 'The block is one of those that make up the day.',
    not: null,
  },
  payer: {
    asks: 'Is this account the payer?',
    proves: 'The account with this id paid. Only the payer is told the salt that shows it.',
    not: null,
  },
};

/** What no check of a single file can show. */
export const NOT_SHOWN = [
  'What happened after settlement, such as a refund.',
  'Whether the terms in the receipt are those that were agreed on.',
  'Whether the keys are ours, as long as they come out of the same file.',
  'Whether everybody was shown the same chain: compare the block with one that somebody else kept.',
] as const;
