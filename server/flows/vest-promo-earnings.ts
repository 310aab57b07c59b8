import { paidCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, type GenerationId, idOf, type TransactionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { sum } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import type { Posting } from '../modules/ledger/index.ts';
import { PURCHASED_PER_PROMO, VESTING_LIFE_DAYS } from '../offers.ts';
import { payersToCover } from '../views/payers-to-cover.ts';
import { promoLapsed, promoVested } from './postings/index.ts';
import { budgetsOf, openDrawer, promoHalf, type Subject, subjectsOf, wholeOf } from './standing.ts';

/**
 * Vests what promo credits of one payer earned creators, oldest first, as far as the payer's purchases cover
 * it. Answers how many generations that was. Running it again vests nothing twice.
 */
export async function vestPromoEarnings(context: Context, payer_id: AccountId): Promise<number> {
  return context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const funded = await generation.promoFunded(tx, payer_id);
    const waiting = await earnings.waitingToVest(tx, funded);
    const candidates = funded.filter((id) => waiting.has(id));
    if (candidates.length === 0) return 0;

    const bought = await netPurchases(tx, payer_id);
    const room = bought / PURCHASED_PER_PROMO - (await earnings.coveredSum(tx, funded));
    const subjects = await subjectsOf(tx, candidates);
    const covered = coveredBy(
      room,
      candidates.map((id) => present(subjects.get(id), `the standing of ${id}`)),
    );
    if (covered.length === 0) return 0;
    await ledger.post(tx, covered.flatMap(vested), at);
    await earnings.insertVested(
      tx,
      covered.map(({ id, promo_micros }) => ({ generation_id: id, promo_micros })),
      at,
    );
    return covered.length;
  });
}

/** The oldest that fit into the room, one after the other: a small one never overtakes a large one. */
function coveredBy(room: bigint, subjects: readonly Subject[]): Subject[] {
  let left = room;
  const first_beyond = subjects.findIndex(({ promo_micros }) => (left -= promo_micros) < 0n);
  return first_beyond < 0 ? [...subjects] : subjects.slice(0, first_beyond);
}

function vested({ id, day, promo_micros, resting, lines }: Subject): Posting[] {
  const parts = lines.map((line) => ({ creator: line.person_id, amount: line.vesting_micros, to: resting }));
  const platform = promo_micros - sum(parts.map(({ amount }) => amount));
  return promoVested(idOf<TransactionId>('vesting', id), day, parts, platform);
}

/** Paid credits that somebody bought, less those whose payment is disputed or was taken back. */
async function netPurchases(tx: Tx, payer_id: AccountId): Promise<bigint> {
  const bought = (await ledger.history(tx, paidCredits(payer_id))).filter(({ kind }) => kind === 'purchase');
  const disputed = await earnings.disputedAmong(
    tx,
    bought.map(({ id }) => id),
  );
  return sum(bought.filter(({ id }) => !disputed.has(id)).map(({ amount }) => amount));
}

const PAYERS_AT_ONCE = 100;

/** Vests for everybody whose purchases may cover something that waits. Answers how many generations that was. */
export async function vestWhatIsCovered(context: Context): Promise<number> {
  const since = new Date(context.clock.now().getTime() - (VESTING_LIFE_DAYS + 1) * DAY_MS);
  let vested = 0;
  // page by page to the end: many whose purchases cover nothing yet keep nobody waiting
  for (let after: AccountId | null = null; ;) {
    const payers: AccountId[] = await payersToCover(context.db, since, after, PAYERS_AT_ONCE);
    for (const payer of payers) vested += await vestPromoEarnings(context, payer);
    after = payers.at(-1) ?? null;
    if (payers.length < PAYERS_AT_ONCE) return vested;
  }
}

const LAPSES_AT_ONCE = 100;

/** Returns to its budget what was not covered in time. Answers how many generations that was. */
export async function lapsePromoEarnings(context: Context): Promise<number> {
  return context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const before = new Date(at.getTime() - VESTING_LIFE_DAYS * DAY_MS);
    const ids = await earnings.waitingSince(tx, before, LAPSES_AT_ONCE);
    for (const subject of (await subjectsOf(tx, ids)).values())
      await lapse(tx, subject, { reason: 'Not covered by purchases in time', case_id: null }, at);
    return ids.length;
  });
}

/** Takes the promo half of one generation back into the budgets that paid for it. */
export async function lapse(
  tx: Tx,
  subject: Subject,
  why: Pick<earnings.Reversal, 'reason' | 'case_id'>,
  at: Date,
): Promise<void> {
  const id = lapseOf(subject.id);
  const half = await promoHalf(tx, subject, await openDrawer(tx, [subject]));
  await ledger.post(tx, promoLapsed(id, half, await budgetsOf(tx, subject), why.reason), at);
  await earnings.insertReversal(
    tx,
    {
      id,
      generation_id: subject.id,
      cause: 'lapse',
      ...why,
      paid_micros: 0n,
      promo_micros: half.amount,
      lines: wholeOf(subject).map((line) => ({ ...line, pending_micros: 0n })),
    },
    at,
  );
}

const lapseOf = (generation_id: GenerationId) => idOf<TransactionId>('lapse', generation_id);
