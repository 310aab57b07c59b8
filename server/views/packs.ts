import * as z from 'zod';
import { CreditPack } from '#api/wallet/shapes.ts';
import { micros } from '../kit/money.ts';
import { PACKS, type PackSlug } from '../offers.ts';

export function presentPack(slug: PackSlug): z.infer<typeof CreditPack> {
  const { price_usd_cents, paid_micros, promo_micros } = PACKS[slug];
  return { slug, price_usd_cents, paid_micros: micros(paid_micros), promo_micros: micros(promo_micros) };
}

export const allPacks = () => CreditPack.shape.slug.options.map(presentPack);
