import * as z from 'zod';
import { Instant, Micros } from '../base.ts';
import { ReceiptDay, ReceiptRoot } from '../earnings/shapes.ts';

/** A kind of account with what lies in all of them together. Owed to others is positive, ours is negative. */
export const BooksLine = z.object({
  key: z.string(),
  name: z.string(),
  why: z.string().meta({ description: 'What this is, in one sentence.' }),
  asset: z.enum(['CREDIT', 'USD', 'STELAI']),
  amount_micros: Micros.meta({
    description: 'In millionths of a credit or dollar, in billionths of a STELAI.',
  }),
});
export type BooksLine = z.infer<typeof BooksLine>;

/** A promise of the house: credits that are owed, against the dollars that stand behind them at 0.01 each. */
export const BooksPromise = z.object({
  key: z.string(),
  name: z.string(),
  why: z.string().meta({ description: 'What must match, and why.' }),
  owed: z.array(BooksLine),
  owed_micros: Micros,
  backing: BooksLine,
  backing_micros: Micros.meta({ description: 'The dollars as micro-credits.' }),
  difference_micros: Micros.meta({ description: 'Must be 0.' }),
});
export type BooksPromise = z.infer<typeof BooksPromise>;

export const LiabilityRoot = z.object({
  day: z.iso.date(),
  liability: z.enum(['CREDIT:earned', 'CREDIT:paid']),
  size: z.int().meta({ description: 'Leaves of the tree, padding included.' }),
  root: z.string(),
  total_micros: Micros,
  jws: z.string().meta({ description: 'The signed header; its keys are at /.well-known/jwks.json.' }),
});
export type LiabilityRoot = z.infer<typeof LiabilityRoot>;

export const Books = z.object({
  as_of: Instant.meta({
    description: 'Everything that had been posted before this instant, and nothing else.',
  }),
  promises: z.array(BooksPromise),
  others: z.array(BooksLine).meta({ description: 'Accounts on neither side of a promise.' }),
  totals: z.array(
    z.object({
      asset: z.enum(['CREDIT', 'USD', 'STELAI']),
      owed_micros: Micros,
      own_micros: Micros,
      sum_micros: Micros.meta({
        description: 'Must be 0: whatever was posted to one account was taken from others.',
      }),
    }),
  ),
  holds_micros: Micros.nullable().meta({
    description:
      'How much of the credits is set aside for generations that run; null for an instant in the past.',
  }),
  ledger: z.object({
    batches: z.int(),
    postings: z.int(),
    newest: z.object({ batch: z.int(), at: Instant, hash: z.string() }).nullable(),
  }),
  head: z
    .object({ number: z.int(), at: Instant, jws: z.string() })
    .nullable()
    .meta({ description: 'The newest signed head of the chains; null for an instant in the past.' }),
  receipts: z
    .object({ block: ReceiptRoot.nullable(), day: ReceiptDay.nullable() })
    .nullable()
    .meta({ description: 'Where the log of receipts ends; null for an instant in the past.' }),
  liabilities: z
    .array(LiabilityRoot)
    .meta({ description: 'What was published last of each tree by that instant.' }),
});
export type Books = z.infer<typeof Books>;

/** A holder's own leaf, and the way from it to the published root. */
export const LiabilityProof = z.object({
  root: LiabilityRoot,
  holder_id: z.string(),
  salt: z.string().meta({
    description: 'For the holder only: sha256 of "<day>|<holder_id>|<salt>" is the commitment of the leaf.',
  }),
  leaf: z.object({ commitment: z.string(), amount: z.string() }),
  proof: z.object({
    index: z.int(),
    size: z.int(),
    path: z.array(z.object({ hash: z.string(), sum: z.string() })),
  }),
});
export type LiabilityProof = z.infer<typeof LiabilityProof>;
