import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, type ModelId } from '../ids.ts';
import { assert } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { generationSettled } from './postings.ts';

/**
 * Charges a delivered generation and pays everyone their part, in one transaction: hold captured, price
 * divided under the terms frozen at the start, posted, receipt written. A second settlement finds nothing
 * to settle and says so.
 */
export async function settleGeneration(
  context: Context,
  id: GenerationId,
): Promise<'settled' | 'already_settled'> {
  const at = context.clock.now();
  const outcome = await context.database.inTransaction(async (tx) => {
    const job = await generation.lockDelivered(tx, id);
    if (!job) return 'already_settled';

    const { terms, payer_id, promo_micros, paid_micros, price_micros } = job;
    const { share_ppm } = terms.agreement;
    const parts = earnings.divide({
      promo_micros,
      paid_micros,
      share_ppm,
      parts: terms.split.parts,
      related: terms.related,
    });
    const postings = generationSettled(id, payer_id, job, parts, terms.model.title);
    const captures = [
      { id, account: promoCredits(payer_id), captured: promo_micros },
      { id, account: paidCredits(payer_id), captured: paid_micros },
    ].filter(({ captured }) => captured > 0n);
    await ledger.capture(tx, captures, postings, at);
    assert(await generation.succeed(tx, id, price_micros, at), 'a locked delivery can be settled');

    const lines = parts.filter(({ role }) => role !== 'platform').map((part) => lineOf(job, part, at));
    await earnings.insertLines(tx, lines);
    await earnings.insertReceipt(tx, {
      generation_id: id,
      settled_at: at,
      ...earnings.sealReceipt(moneyPart(job, parts, at, earnings.payerSalt(context.receipt_key, id))),
    });
    await tell(tx, 'generation.settled', news(job, lines), at);
    return 'settled';
  });
  if (outcome === 'settled') context.wake.send('news');
  return outcome;
}

function lineOf(job: generation.Generation, part: earnings.DividedPart, settled_at: Date): earnings.Line {
  assert(part.person_id !== null && part.role !== 'platform', 'a line belongs to a person');
  return {
    generation_id: job.id,
    person_id: asId<AccountId>(part.person_id),
    role: part.role,
    model_id: asId<ModelId>(job.terms.model.id),
    settled_at,
    price_micros: job.price_micros,
    amount_micros: part.amount_micros,
    pending_micros: part.pending_micros,
    vesting_micros: part.vesting_micros,
  };
}

/** What the receipt's digest is over: ids and whole amounts, nothing that could change or that is private. */
function moneyPart(
  job: generation.Generation,
  parts: readonly earnings.DividedPart[],
  settled_at: Date,
  salt: string,
) {
  const { agreement, split, rate_card, release, related, frozen_at } = job.terms;
  return {
    receipt_version: 1,
    generation_id: job.id,
    payer: earnings.payerCommitment(salt, job.id, job.payer_id),
    release: { id: release.id, digest: release.digest },
    terms: {
      agreement_id: agreement.id,
      terms_version: agreement.terms_version,
      share_ppm: agreement.share_ppm,
      split_version: split.version,
      rate_card_version: rate_card.version,
      frozen_at,
    },
    related,
    quoted_micros: micros(job.price_micros),
    charged_micros: micros(job.price_micros),
    funding: { promo_micros: micros(job.promo_micros), paid_micros: micros(job.paid_micros) },
    parts: parts.map((part) => ({
      role: part.role,
      person_id: part.person_id,
      part_ppm: part.part_ppm,
      amount_micros: micros(part.amount_micros),
      pending_micros: micros(part.pending_micros),
      vesting_micros: micros(part.vesting_micros),
    })),
    settled_at: settled_at.toISOString(),
  };
}

const news = (job: generation.Generation, lines: readonly earnings.Line[]) => ({
  generation_id: job.id,
  payer_id: job.payer_id,
  model_id: job.terms.model.id,
  charged_micros: micros(job.price_micros),
  lines: lines.map(({ person_id, amount_micros }) => ({ person_id, amount_micros: micros(amount_micros) })),
});
