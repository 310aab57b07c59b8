import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId, type ModelId } from '../ids.ts';
import { assert, present } from '../kit/assert.ts';
import type { Outcome } from '../kit/batcher.ts';
import { dayOf, nextDay } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import { tellAll } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { bySlot } from './by-slot.ts';
import { generationSettled, revenueRecognised } from './postings/index.ts';
import { type SetAside, setAsideBy } from './set-aside-claimed.ts';

export type Settlement = 'settled' | 'already_settled';

/**
 * Charges a delivered generation and pays everyone their part: hold captured, price divided under the terms
 * frozen at the start, posted, receipt written. A second settlement finds nothing to settle and says so. Those
 * that come together are settled in one transaction.
 */
export async function settleGeneration(
  context: Context,
  { id, payer_id }: { id: GenerationId; payer_id: AccountId },
): Promise<Settlement> {
  const settlement = await settlementsOf(context, payer_id).add(id);
  if (settlement === 'settled') context.wake.send('news');
  return settlement;
}

const settlementsOf = bySlot(settleAll);

async function settleAll(
  context: Context,
  ids: readonly GenerationId[],
  slot: number,
): Promise<Outcome<Settlement>[]> {
  const settled = await settledUnderClaims(context, ids, slot);
  return ids.map((id) => ({ value: settled.has(id) ? 'settled' : 'already_settled' }));
}

/** So often a claim may begin or end in between before a settlement is left for its next turn. */
const TRIES = 5;

async function settledUnderClaims(context: Context, ids: readonly GenerationId[], slot: number) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await settleTogether(context, ids, slot);
    } catch (error) {
      if (!(error instanceof earnings.ClaimsChanged) || tries >= TRIES) throw error;
    }
  }
}

async function settleTogether(
  context: Context,
  ids: readonly GenerationId[],
  slot: number,
): Promise<Set<GenerationId>> {
  return context.database.inTransaction(async (tx) => {
    const jobs = await generation.lockDelivered(tx, ids);
    if (jobs.length === 0) return new Set<GenerationId>();
    const under = await earnings.settlingUnder(tx, modelsOf(jobs));
    // after the look: what is settled under a claim that has begun, or without one that has ended, says so by its time
    const at = context.clock.now();
    const matures_day = openDay(dayOf(at), under.matured_until);
    const divided = jobs.map((job) => {
      const parts = partsOf(job);
      return { job, parts, lines: linesOf(job, parts, { at, matures_day }) };
    });
    const set_aside = setAsideBy(
      under,
      divided.flatMap(({ lines }) => lines),
    );
    await charge(context, tx, divided, set_aside, { at, matures_day }, slot);
    const settled_ids = jobs.map(({ id }) => id);
    assert(
      (await generation.succeed(tx, settled_ids, at)) === jobs.length,
      'a locked delivery can be settled',
    );

    await earnings.insertLines(
      tx,
      divided.flatMap(({ lines }) => lines),
      under,
    );
    await earnings.insertCaseLines(tx, set_aside.case_lines);
    await earnings.insertReceipts(
      tx,
      divided.map(({ job, parts }) => {
        const salt = earnings.payerSalt(context.receipt_key, job.id);
        return {
          generation_id: job.id,
          settled_at: at,
          ...earnings.sealReceipt(moneyPart(job, parts, at, salt)),
        };
      }),
    );
    await tellAll(
      tx,
      'generation.settled',
      divided.map(({ job, lines }) => news(job, lines)),
      at,
    );
    return new Set(settled_ids);
  });
}

type Divided = { job: generation.Generation; parts: earnings.DividedPart[]; lines: earnings.Line[] };

const modelsOf = (jobs: readonly generation.Generation[]) => [
  ...new Set(jobs.map(({ terms }) => asId<ModelId>(terms.model.id))),
];

/** Everybody's part of the price, under the terms that were frozen at the start. */
const partsOf = ({ terms, promo_micros, paid_micros }: generation.Generation) =>
  earnings.divide({
    promo_micros,
    paid_micros,
    share_ppm: terms.agreement.share_ppm,
    parts: earnings.applyRoyalties(terms.split.parts, terms.royalties),
    related: terms.related,
  });

/**
 * The day with which it matures: today, but never one that has matured. A clock that ran ahead for a while may have
 * matured days that were still to come, and what was put there later would wait for ever.
 */
const openDay = (today: string, matured_until: string | null): string =>
  matured_until === null || today > matured_until ? today : nextDay(matured_until);

/** When it is settled, and the day with which its paid half matures. */
type When = { at: Date; matures_day: string };

/**
 * Captures the holds and posts what they pay for; the dollars behind them are one posting for all. What is claimed goes
 * on to its case within the slot: those accounts are moved by nobody who does not have all the payers it needs.
 */
async function charge(
  context: Context,
  tx: Tx,
  divided: readonly Divided[],
  set_aside: SetAside,
  { at, matures_day }: When,
  slot: number,
): Promise<void> {
  const today = dayOf(at);
  const charges = divided.flatMap(({ job, parts }) =>
    generationSettled(job.id, job.payer_id, job, parts, today, job.terms.model.title, matures_day),
  );
  const paid = sum(divided.map(({ job }) => job.paid_micros));
  const first = present(divided[0], 'the first of a batch').job.id;
  const postings = paid > 0n ? [...charges, revenueRecognised(first, paid)] : charges;
  const accounts = [...postings, ...set_aside.postings].flatMap(({ legs }) =>
    legs.map(({ account }) => account),
  );
  const ids = await context.accounts.within(tx, accounts);
  await ledger.capture(tx, postings, at, { ids, slot });
  if (set_aside.postings.length > 0) await ledger.post(tx, set_aside.postings, at, { ids, slot });
}

/** One line for each person and role: whoever owns two parents of a release has one line for both. */
function linesOf(job: generation.Generation, parts: readonly earnings.DividedPart[], when: When) {
  const lines = new Map<string, earnings.Line>();
  for (const part of parts) {
    if (part.role === 'platform') continue;
    const line = lineOf(job, part, when);
    const key = `${line.role} ${line.person_id}`;
    const same = lines.get(key);
    lines.set(key, same ? added(same, line) : line);
  }
  return [...lines.values()];
}

const added = (a: earnings.Line, b: earnings.Line): earnings.Line => ({
  ...a,
  amount_micros: a.amount_micros + b.amount_micros,
  pending_micros: a.pending_micros + b.pending_micros,
  vesting_micros: a.vesting_micros + b.vesting_micros,
});

function lineOf(job: generation.Generation, part: earnings.DividedPart, when: When): earnings.Line {
  assert(part.person_id !== null && part.role !== 'platform', 'a line belongs to a person');
  return {
    generation_id: job.id,
    person_id: asId<AccountId>(part.person_id),
    role: part.role,
    model_id: asId<ModelId>(job.terms.model.id),
    settled_at: when.at,
    matures_day: when.matures_day,
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
  const { agreement, split, royalties, rate_card, release, related, frozen_at } = job.terms;
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
      split_parts: split.parts,
      royalties,
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
