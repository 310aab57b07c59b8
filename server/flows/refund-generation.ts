import type { Context } from '../context.ts';
import type { AccountId, CaseId, GenerationId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { refundOf } from './lots.ts';
import { refuseOwnInterest } from './own-interest.ts';
import { generationRefunded } from './postings/index.ts';
import {
  type Drawer,
  openDrawer,
  paidHalf,
  promoHalf,
  type Subject,
  subjectsOf,
  wholeOf,
} from './standing.ts';

/**
 * Gives the payer of a charged generation back what they paid, in the kinds in which they paid it, and takes
 * from everybody what it earned them, wherever that is by now. Once for each generation.
 */
export async function refundGeneration(
  context: Context,
  actor_id: AccountId,
  refund: { generation_id: GenerationId; reason: string },
): Promise<void> {
  const { generation_id, reason } = refund;
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const subject = (await subjectsOf(tx, [generation_id])).get(generation_id);
    if (!subject) refuse((await generation.generationById(tx, generation_id)) ? 'NOT_SETTLED' : 'NOT_FOUND');
    refuseOwnInterest(actor_id, [subject]);
    if (subject.refunded) refuse('ALREADY_REFUNDED');
    if ((await earnings.inOpenCase(tx, [generation_id])).size > 0) refuse('HELD_BY_CASE');
    const drawer = await openDrawer(tx, [subject]);
    const refunded = await refundWhole(tx, subject, drawer, { reason, case_id: null }, at);
    if (!refunded) refuse('ALREADY_REFUNDED');
    await audit(tx, {
      at,
      actor: actor_id,
      act: 'generation.refund',
      subject: generation_id,
      detail: { reason },
    });
  });
  context.wake.send('news');
}

/** The same inside an act that has already looked where the money is. Answers false when nothing is left to refund. */
export async function refundWhole(
  tx: Tx,
  subject: Subject,
  drawer: Drawer,
  why: { reason: string; case_id: CaseId | null },
  at: Date,
): Promise<boolean> {
  const { id: generation_id, payer_id, title } = subject;
  const id = refundOf(generation_id);
  const paid = paidHalf(subject, drawer);
  const promo = await promoHalf(tx, subject, drawer);
  if (paid.amount + promo.amount === 0n) return false;
  try {
    await ledger.post(tx, generationRefunded(id, payer_id, paid, promo, title), at);
  } catch (error) {
    // what lapsed is a budget's again, which may have given it away since
    if (error instanceof ledger.Overdrawn) refuse('BUDGET_EXHAUSTED');
    throw error;
  }
  await earnings.insertReversal(
    tx,
    {
      id,
      generation_id,
      cause: 'refund',
      ...why,
      paid_micros: paid.amount,
      // what lapsed had stopped counting as charged then
      promo_micros: promo.state === 'lapsed' ? 0n : promo.amount,
      lines: wholeOf(subject),
    },
    at,
  );
  const payload = {
    generation_id,
    payer_id,
    paid_micros: micros(paid.amount),
    promo_micros: micros(promo.amount),
  };
  await tell(tx, 'generation.refunded', payload, at);
  return true;
}
