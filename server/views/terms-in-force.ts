import type { AccountId, ModelId } from '../ids.ts';
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
  const [agreed, royalties, rate_card] = await Promise.all([
    agreedOn(db, release.model_id, at),
    earnings.royaltiesInForce(db, release.id, at),
    generation.rateCardInForce(db, at),
  ]);
  const { agreement, split } = agreed;
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
        // who agreed: the release was read before, and may have changed hands
        creator_id: agreement.creator_id,
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

/** How often it is looked again: a model changes hands once in a while. */
const LOOKS_MAX = 3;

/**
 * The agreement and the split of a model, both of one owner: while it changes hands one question may see what was
 * before, and the next what is now.
 */
async function agreedOn(db: Db, model_id: ModelId, at: Date) {
  for (let look = 1; ; look += 1) {
    const [agreed, shared] = await Promise.all([
      program.agreementInForce(db, model_id, at),
      earnings.splitInForce(db, model_id, at),
    ]);
    // published with its release, but for a moment that a clock has yet to come to
    const agreement = agreed ?? refuse('NOT_PRICED');
    const split = shared ?? refuse('NOT_PRICED');
    const owner = split.parts.find(({ role }) => role === 'creator')?.person_id;
    if (owner === agreement.creator_id || look === LOOKS_MAX) return { agreement, split };
  }
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
