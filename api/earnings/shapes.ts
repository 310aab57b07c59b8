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
});
export type EarningsLine = z.infer<typeof EarningsLine>;

export const Earnings = z.object({
  at: Instant,
  today: z.object({ amount_micros: Micros, generations: z.int() }),
  month: z.object({ amount_micros: Micros, generations: z.int() }),
  balances: z.object({ pending_micros: Micros, vesting_micros: Micros }),
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
  payer: PersonRef.nullable().meta({ description: 'null: you are not the payer.' }),
  payer_salt: z.string().nullable().meta({
    description:
      'For the payer only: sha256 of "<generation_id>|<account id>|<payer_salt>" is the `payer` of the canonical part.',
  }),
  quoted_micros: Micros,
  charged_micros: Micros,
  released_micros: Micros,
  funding: z.object({ promo_micros: Micros, paid_micros: Micros }),
  related: z.boolean(),
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
