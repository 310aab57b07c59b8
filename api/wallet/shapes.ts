import * as z from 'zod';
import { Id, Instant, Micros } from '../base.ts';

export const Plan = z.object({
  name: z.enum(['free', 'supporter']),
  weight: z.int().meta({ description: 'How often one is served while others wait too; free is 1.' }),
  until: Instant.nullable().meta({ description: 'Buying credits again moves it; null: it does not end.' }),
});

export const Wallet = z.object({
  plan: Plan,
  paid: z.object({ available_micros: Micros, held_micros: Micros }),
  promo: z.object({ available_micros: Micros, held_micros: Micros }),
  available_micros: Micros,
  held_micros: Micros,
  grants: z
    .array(z.object({ reason: z.string(), granted_micros: Micros, expires_at: Instant }))
    .meta({ description: 'Promo credits granted, with their expiry.' }),
});
export type Wallet = z.infer<typeof Wallet>;

export const WalletEntry = z.object({
  id: z.string(),
  at: Instant,
  kind: z
    .enum([
      'hold',
      'charge',
      'release',
      'refund',
      'grant',
      'purchase',
      'expiry',
      'freeze',
      'unfreeze',
      'chargeback',
    ])
    .meta({ description: 'A freeze sets aside what is left of a purchase whose payment is disputed.' }),
  wallet: z.enum(['paid', 'promo']),
  amount_micros: Micros.meta({
    description: 'Signed change of the balance; for a hold and its release the amount set aside or freed.',
  }),
  held_micros: Micros.nullable().meta({
    description: 'Of a charge: what had been held for it. What it did not take was free again at once.',
  }),
  generation_id: Id.nullable(),
  what: z.string().meta({ description: 'In words, e.g. the model or the pack.' }),
});
export type WalletEntry = z.infer<typeof WalletEntry>;

export const CreditPack = z.object({
  slug: z.enum(['pack-1000', 'pack-3000', 'pack-5000']),
  price_usd_cents: z.int(),
  paid_micros: Micros,
  promo_micros: Micros,
});
