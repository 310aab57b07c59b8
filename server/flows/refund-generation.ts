import { budgetByKey, budgetOf } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId, CaseId, GenerationId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Db, Tx } from '../kit/database.ts';
import { micros, sum } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { refundOf } from './lots.ts';
import { hasOwnInterest } from './own-interest.ts';
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
    const refused = await whyNotRefunded(tx, actor_id, subject);
    if (refused) refuse(refused);
    const drawer = await openDrawer(tx, [subject]);
    const refunded = await refundWhole(tx, subject, drawer, { reason, case_id: null }, at);
    if (!refunded) refuse('NOTHING_TO_REFUND');
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

export async function whyNotRefunded(db: Db, actor_id: AccountId, subject: Subject) {
  if (hasOwnInterest(actor_id, [subject])) return 'OWN_INTEREST';
  if (subject.refunded) return 'ALREADY_REFUNDED';
  if ((await earnings.inOpenCase(db, [subject.id])).size > 0) return 'HELD_BY_CASE';
  return null;
}

/** What lapsed is a budget's again, which may have given it away since. Nobody moves budgets while it is posted. */
export async function whyNotGiven(db: Db, postings: readonly ledger.Posting[]) {
  const legs = postings.flatMap((posting) => posting.legs);
  const budgets = new Set(legs.flatMap(({ account }) => budgetByKey(account.key) ?? []));
  const asked = [...budgets]
    .map((name) => {
      const budget = budgetOf(name);
      const of_it = legs.flatMap(({ account, amount }) => (account.key === budget.key ? amount : []));
      return { budget, amount: -sum(of_it) };
    })
    .filter(({ amount }) => amount > 0n);
  if (asked.length === 0) return null;
  const balance = await ledger.balances(
    db,
    asked.map(({ budget }) => budget),
  );
  return asked.some(({ budget, amount }) => balance(budget).available < amount) ? 'BUDGET_EXHAUSTED' : null;
}

/** What a refund of all that is left of a generation moves. Of what a drawer has promised it takes nothing twice. */
export async function refundOfWhole(db: Db, subject: Subject, drawer: Drawer) {
  const paid = paidHalf(subject, drawer);
  const promo = await promoHalf(db, subject, drawer);
  const id = refundOf(subject.id);
  const postings =
    paid.amount + promo.amount === 0n
      ? []
      : generationRefunded(id, subject.payer_id, paid, promo, subject.title);
  return { id, paid, promo, postings };
}

/** The same inside an act that has already looked where the money is. Answers false when nothing is left to refund. */
export async function refundWhole(
  tx: Tx,
  subject: Subject,
  drawer: Drawer,
  why: { reason: string; case_id: CaseId | null },
  at: Date,
): Promise<boolean> {
  const { id: generation_id, payer_id } = subject;
  const { id, paid, promo, postings } = await refundOfWhole(tx, subject, drawer);
  if (postings.length === 0) return false;
  const refused = await whyNotGiven(tx, postings);
  if (refused) refuse(refused);
  await ledger.post(tx, postings, at);
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
