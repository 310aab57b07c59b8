import type { Receipt } from '#api/earnings/shapes.ts';
import * as z from 'zod';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import type * as identity from '../modules/identity/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { people } from './people.ts';

const Part = z.object({
  role: z.enum(['creator', 'collaborator', 'parent', 'platform']),
  person_id: z.string().nullable(),
  part_ppm: z.int(),
  amount_micros: z.string(),
  pending_micros: z.string(),
  vesting_micros: z.string(),
});
const Sealed = z.object({ parts: z.array(Part), related: z.boolean() });

/** Who reads: finance, signed in at a browser, reads everybody's; a key of theirs opens only their own. */
export type Reader = { id: AccountId; of_finance: boolean };
export const readerOf = ({ account, via }: identity.Caller): Reader => {
  if (!account) refuse('NOT_SIGNED_IN');
  return { id: account.id, of_finance: via === 'session' && account.roles.includes('finance') };
};

/** What was sealed, for the payer, for everyone who was paid, and for finance; to anybody else it does not exist. */
export async function sealedReceiptFor(db: Db, reader: Reader, id: GenerationId) {
  const [job, receipt] = await Promise.all([generation.generationById(db, id), earnings.receiptOf(db, id)]);
  if (!job) refuse('NOT_FOUND');
  const sealed = receipt && Sealed.parse(JSON.parse(receipt.canonical));
  const is_payer = job.payer_id === reader.id;
  const was_paid = sealed?.parts.some(({ person_id }) => person_id === reader.id) ?? false;
  if (!is_payer && !was_paid && !reader.of_finance) refuse('NOT_FOUND');
  if (!receipt || !sealed) refuse('NOT_SETTLED');
  return { job, receipt, sealed, is_payer };
}

/** The receipt. Who paid stands on it for the payer and for finance, the salt that shows it for the payer alone. */
export async function receiptFor(context: Context, reader: Reader, id: GenerationId): Promise<Receipt> {
  const { db } = context;
  const { job, receipt, sealed, is_payer: payer } = await sealedReceiptFor(db, reader, id);
  const [person, assets, batch, reversals] = await Promise.all([
    people(db, [
      job.payer_id,
      job.terms.model.creator_id,
      ...sealed.parts.flatMap(({ person_id }) => person_id ?? []),
    ]),
    generation.assetsOfGenerations(db, [id]),
    ledger.batchOf(db, id),
    earnings.reversalsOf(db, id),
  ]);
  const { terms } = job;
  const charged = present(job.charged_micros, 'the charge of a settled generation');
  const posted = present(batch, 'the batch of a settled generation');
  return {
    receipt_version: 1,
    generation_id: id,
    state: job.state,
    settled_at: receipt.settled_at.toISOString(),
    started_at: present(job.started_at, 'the start of a settled generation').toISOString(),
    model: {
      slug: terms.model.slug,
      title: terms.model.title,
      modality: job.modality,
      creator: person(terms.model.creator_id),
    },
    release: terms.release,
    payer: payer || reader.of_finance ? person(job.payer_id) : null,
    payer_salt: payer ? earnings.payerSalt(context.receipt_key, id) : null,
    quoted_micros: micros(job.price_micros),
    charged_micros: micros(charged),
    released_micros: micros(job.price_micros - charged),
    funding: { promo_micros: micros(job.promo_micros), paid_micros: micros(job.paid_micros) },
    related: sealed.related,
    reversals: reversals.map(({ at, cause, paid_micros, promo_micros }) => ({
      at: at.toISOString(),
      cause,
      paid_micros: micros(paid_micros),
      promo_micros: micros(promo_micros),
    })),
    parts: sealed.parts.map(({ person_id, ...part }) => ({
      ...part,
      person: person_id === null ? null : person(person_id),
    })),
    terms: {
      agreement_id: terms.agreement.id,
      terms_version: terms.agreement.terms_version,
      share_ppm: terms.agreement.share_ppm,
      split_version: terms.split.version,
      rate_card_version: terms.rate_card.version,
      frozen_at: terms.frozen_at,
    },
    assets: assets.map(({ digest, mime }) => ({ digest: `sha256:${digest}`, mime })),
    ledger: {
      transaction_id: asId<GenerationId>(id),
      batch: posted.id.toString(),
      batch_hash: posted.hash.toString('hex'),
    },
    digest: receipt.digest,
    canonical: receipt.canonical,
  };
}
