import * as z from 'zod';
import { Id, Instant, Micros, PersonRef } from '../base.ts';
import { GenerationState, ModelRef, Recipient } from '../generation/shapes.ts';

export const EarningsLine = z.object({
  generation_id: Id,
  at: Instant,
  model: ModelRef,
  price_micros: Micros,
  amount_micros: Micros.meta({ description: 'My part of the price.' }),
  pending_micros: Micros.meta({ description: 'From paid credits: matures after the hold period.' }),
  vesting_micros: Micros.meta({
    description: "From promo credits: vests when the payer's purchases cover it.",
  }),
  reversed_micros: Micros.meta({
    description: 'What a refund, a dispute or a case took back of my part; up to all of it.',
  }),
});
export type EarningsLine = z.infer<typeof EarningsLine>;

/** Where earnings lie. Together they are all that was earned, was not reversed and has not left. */
export const Balances = z.object({
  vesting_micros: Micros.meta({ description: "From promo credits: waits for the payers' purchases." }),
  pending_micros: Micros.meta({ description: 'Waits out the hold period.' }),
  available_micros: Micros,
  held_micros: Micros.meta({ description: 'Set aside until a case is resolved.' }),
  reserved_micros: Micros.meta({ description: 'Set aside for payouts that are under way.' }),
  receivable_micros: Micros.meta({
    description:
      'Zero, or below: owed after a refund of what had left; later earnings pay it back, half of each day at most.',
  }),
});
export type Balances = z.infer<typeof Balances>;

export const Earnings = z.object({
  at: Instant,
  today: z.object({ amount_micros: Micros, generations: z.int() }),
  month: z.object({ amount_micros: Micros, generations: z.int() }),
  balances: Balances,
  hold_days: z.int().meta({ description: 'How long earnings wait before they are available.' }),
  total_micros: Micros,
  days: z.array(z.object({ day: z.iso.date(), amount_micros: Micros, generations: z.int() })),
  models: z.array(z.object({ model: ModelRef, amount_micros: Micros, generations: z.int() })),
});
export type Earnings = z.infer<typeof Earnings>;

/** The canonical record of one settled generation's money. Its parts sum to `charged_micros` exactly. */
export const Receipt = z.object({
  receipt_version: z.literal(1),
  generation_id: Id,
  state: GenerationState,
  settled_at: Instant,
  started_at: Instant,
  model: ModelRef,
  release: z.object({ id: Id, version: z.string(), digest: z.string() }),
  payer: PersonRef.nullable().meta({ description: 'null: you are neither the payer nor of finance.' }),
  payer_salt: z.string().nullable().meta({
    description:
      'For the payer only: sha256 of "<generation_id>|<account id>|<payer_salt>" is the `payer` of the canonical part.',
  }),
  quoted_micros: Micros,
  charged_micros: Micros,
  released_micros: Micros,
  funding: z.object({ promo_micros: Micros, paid_micros: Micros }),
  related: z.boolean(),
  reversals: z
    .array(
      z.object({
        at: Instant,
        cause: z.enum(['refund', 'chargeback', 'forfeit', 'lapse', 'claim']),
        paid_micros: Micros,
        promo_micros: Micros,
      }),
    )
    .meta({
      description:
        'What no longer counts of the charge, oldest first. It came after settlement, so `canonical` does not have it.',
    }),
  parts: z.array(Recipient.extend({ pending_micros: Micros, vesting_micros: Micros })),
  terms: z.object({
    agreement_id: Id,
    terms_version: z.string(),
    share_ppm: z.int(),
    split_version: z.int(),
    rate_card_version: z.int(),
    frozen_at: Instant,
  }),
  assets: z.array(z.object({ digest: z.string(), mime: z.string() })),
  ledger: z.object({ transaction_id: Id, batch: z.string(), batch_hash: z.string() }),
  digest: z
    .string()
    .meta({ description: 'sha256:<hex> of the canonical JSON (RFC 8785) of the money part.' }),
  canonical: z.string().meta({ description: 'The exact bytes that `digest` is over.' }),
});
export type Receipt = z.infer<typeof Receipt>;

const Hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256, 64 hexadecimal digits.' });
const Jws = z.string().meta({
  description: 'Compact JWS (RFC 7515), Ed25519, over the canonical JSON (RFC 8785) of the header.',
});
const Previous = Hash.meta({ description: '`hash` of the header before; zeros for the first.' });

/** One block of the log of receipts. `hash` is what the next header calls `previous`. */
export const ReceiptRoot = z.object({
  header: z.object({
    kind: z.literal('receipts-block'),
    number: z.int().meta({ description: 'Counts from 1.' }),
    first: z.int().meta({ description: 'Position of its first receipt among all receipts, from 0.' }),
    size: z.int(),
    root: Hash.meta({ description: 'Merkle root (RFC 9162) over the digests of its receipts, in order.' }),
    previous: Previous,
    closed_at: Instant,
  }),
  hash: Hash,
  jws: Jws,
});

/** One UTC day of the log: the blocks that were closed in it, which may be none. */
export const ReceiptDay = z.object({
  header: z.object({
    kind: z.literal('receipts-day'),
    day: z.iso.date(),
    first_block: z.int(),
    blocks: z.int(),
    root: Hash.meta({
      description: 'Merkle root (RFC 9162) over the hashes of its block headers, in order.',
    }),
    previous: Previous,
    closed_at: Instant,
  }),
  hash: Hash,
  jws: Jws,
});

const Inclusion = z.object({ index: z.int(), size: z.int(), path: z.array(Hash) });

/** Everything that a check of one receipt needs, without asking us again. `stellary-verify` and /verify read it. */
export const ReceiptProof = z.object({
  format: z.literal('stellary-receipt-proof/1'),
  receipt: z.string().meta({ description: 'The canonical text of the receipt.' }),
  digest: z.string().meta({ description: 'sha256:<hex> of that text.' }),
  block: Jws,
  proof: Inclusion.meta({ description: "The receipt's place in its block." }),
  day: Jws.optional().meta({ description: 'Once the day of the block is over.' }),
  day_proof: Inclusion.optional().meta({ description: "The block's place in its day." }),
  jwks: z
    .object({ keys: z.array(z.record(z.string(), z.unknown())) })
    .meta({ description: 'Our keys; get them from where you trust them, too.' }),
  payer: z
    .object({ id: Id, salt: z.string() })
    .optional()
    .meta({ description: 'Only for the payer who asks for it: shows who paid to whoever has this file.' }),
});
export type ReceiptProof = z.infer<typeof ReceiptProof>;
