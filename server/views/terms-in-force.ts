import type { AccountId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as program from '../modules/program/index.ts';
import type { Release } from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/**
 * What is in force for a generation of this release that starts at `at`: the agreement, the split, the
 * royalties, the rate card. Quote and start both ask here, so that what is shown before the press is what is frozen.
 */
export async function termsInForce(
  db: Db,
  release: Release,
  payer_id: AccountId | null,
  at: Date,
): Promise<{ terms: generation.Terms; rate_card: generation.RateCard }> {
  const [agreed, shared, royalties, rate_card] = await Promise.all([
    program.agreementInForce(db, release.model_id, at),
    earnings.splitInForce(db, release.model_id, at),
    earnings.royaltiesInForce(db, release.id, at),
    generation.rateCardInForce(db, at),
  ]);
  // published with its release, but for a moment that a clock has yet to come to
  const agreement = agreed ?? refuse('NOT_PRICED');
  const split = shared ?? refuse('NOT_PRICED');
  const why = whyNotRun(agreement, at);
  if (why) refuse('MODEL_PAUSED', { why });
  const { id, version, digest, price_class } = release;
  return {
    rate_card,
    terms: {
      frozen_at: at.toISOString(),
      model: {
        id: release.model_id,
        slug: release.slug,
        title: release.title,
        creator_id: release.creator_id,
      },
      release: { id, version, digest },
      agreement: { id: agreement.id, terms_version: agreement.terms_version, share_ppm: agreement.share_ppm },
      split,
      royalties,
      rate_card: { version: rate_card.version, price_class },
      related: earnings
        .applyRoyalties(split.parts, royalties)
        .some(({ person_id, part_ppm }) => person_id === payer_id && part_ppm > 0),
    },
  };
}

/** Why a model may not be used now though nobody withdrew it; null where it may. */
export function whyNotRun(
  { standing, runs_out_at }: Pick<Agreed, 'standing' | 'runs_out_at'>,
  at: Date,
): string | null {
  if (!program.STANDINGS[standing].run) return program.WHY_NOT_RUN[standing] ?? 'Its creator is away.';
  if (runs_out_at && runs_out_at <= at) return 'Its creator has not agreed to the terms of today.';
  return null;
}
type Agreed = NonNullable<Awaited<ReturnType<typeof program.agreementInForce>>>;
