import { paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, type CaseId, idOf, type TransactionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Db, Tx } from '../kit/database.ts';
import { sum } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { byPlace } from './hold-by-case.ts';
import { hasOwnInterest } from './own-interest.ts';
import { caseReleased, earningsForfeited, type Resting } from './postings/index.ts';
import { refundWhole } from './refund-generation.ts';
import { type Drawer, openDrawer, type Subject, subjectsOf } from './standing.ts';
import { lapse } from './vest-promo-earnings.ts';

export type Resolution = { case_id: CaseId; outcome: 'cleared' | 'forfeited' | 'refunded'; note: string };

/**
 * Resolves a case: cleared, and everything goes back to where it came from; forfeited, and it is ours; or
 * refunded, and the payers have it. To take from a creator somebody else is needed than who opened the case.
 */
export async function resolveCase(
  context: Context,
  actor_id: AccountId,
  resolution: Resolution,
): Promise<void> {
  const { case_id, outcome, note } = resolution;
  await context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const found = await earnings.caseById(tx, case_id);
    if (!found || found.purchase_id !== null) refuse('NOT_FOUND');
    const lines = await earnings.caseLines(tx, case_id);
    const subjects = await subjectsOfCase(tx, lines);
    const refused = whyNotResolved(actor_id, found, outcome, subjects);
    if (refused) refuse(refused);
    const drawer = await openDrawer(tx, subjects, { id: case_id, lines });
    const why = { reason: note, case_id };
    if (outcome === 'refunded') await lockPursesOf(tx, subjects);
    for (const subject of outcome === 'cleared' ? [] : subjects) {
      if (outcome === 'refunded' && !subject.refunded) await refundWhole(tx, subject, drawer, why, at);
      if (outcome === 'forfeited') await forfeit(tx, subject, drawer, why, at);
    }
    await release(tx, case_id, drawer, note, at);
    await earnings.insertResolution(tx, {
      case_id,
      outcome,
      note,
      resolved_by: actor_id,
      resolved_at: at,
    });
    await audit(tx, {
      at,
      actor: actor_id,
      act: 'case.resolve',
      subject: case_id,
      detail: { outcome, note },
    });
    await tell(tx, 'case.resolved', { case_id, outcome }, at);
  });
  context.wake.send('news');
}

/** All at once and in the order of everybody else: who holds credits for a start waits for no posting before it does. */
const lockPursesOf = (tx: Tx, subjects: readonly Subject[]) =>
  ledger.balances(
    tx,
    subjects.flatMap(({ payer_id }) => [paidCredits(payer_id), promoCredits(payer_id)]),
    { lock: true },
  );

export const subjectsOfCase = async (db: Db, lines: readonly earnings.CaseLine[]): Promise<Subject[]> => [
  ...(await subjectsOf(db, [...new Set(lines.map(({ generation_id }) => generation_id))])).values(),
];

export function whyNotResolved(
  actor_id: AccountId,
  found: earnings.ListedCase,
  outcome: Resolution['outcome'],
  subjects: readonly Subject[],
) {
  if (found.outcome !== null) return 'ALREADY_RESOLVED';
  if (found.claim_id !== null) return 'CLAIM_OPEN';
  if (outcome !== 'cleared' && found.opened_by === actor_id) return 'SECOND_PERSON_NEEDED';
  return hasOwnInterest(actor_id, subjects) ? 'OWN_INTEREST' : null;
}

/** Whether something of a generation has to vest yet, and goes back to its budget when it is forfeited. */
export const waitsToVest = (subject: Subject): boolean =>
  !subject.vested && subject.lines.some(({ vesting_micros }) => vesting_micros > 0n);

/** What a generation earned creators becomes ours; what had not vested goes back to its budget. */
async function forfeit(
  tx: Tx,
  subject: Subject,
  drawer: Drawer,
  why: { reason: string; case_id: CaseId },
  at: Date,
): Promise<void> {
  if (waitsToVest(subject)) await lapse(tx, subject, why, at);
  const { id, lines, postings } = forfeitOf(subject, drawer, why);
  if (postings.length === 0) return;
  await ledger.post(tx, postings, at);
  const none = { paid_micros: 0n, promo_micros: 0n };
  await earnings.insertReversal(
    tx,
    { id, generation_id: subject.id, cause: 'forfeit', ...why, ...none, lines },
    at,
  );
}

/** What a forfeit takes of what has vested or needs not to, and the lines that say so. */
export function forfeitOf(subject: Subject, drawer: Drawer, why: { reason: string; case_id: CaseId }) {
  const taken = subject.lines.map((line) => {
    const vesting_micros = subject.vested ? line.vesting_micros : 0n;
    return {
      line: { ...line, vesting_micros },
      from: drawer.take(subject, line, line.pending_micros + vesting_micros),
    };
  });
  const creators = taken.flatMap(({ from }) => from);
  const id = idOf<TransactionId>('forfeit', why.case_id, subject.id);
  const nothing = sum(creators.map(({ amount }) => amount)) === 0n;
  return {
    id,
    lines: taken.map(({ line: { held_micros: _, ...line } }) => line),
    postings: nothing ? [] : earningsForfeited(id, creators, why.reason),
  };
}

/** What a case holds in the end goes back to where it came from, or on if its day has matured since. */
export async function release(tx: Tx, id: CaseId, drawer: Drawer, note: string, at: Date): Promise<void> {
  const postings = await releaseMoves(tx, id, drawer, note);
  if (postings.length > 0) await ledger.post(tx, postings, at);
}

/** What a release moves; `left` false: all of the lines was taken back, so nothing of what is held is theirs. */
export async function releaseMoves(
  db: Db,
  id: CaseId,
  drawer: Drawer,
  note: string,
  { left = true }: { left?: boolean } = {},
) {
  const held = drawer.held();
  const subjects = await subjectsOf(db, [...new Set(held.map(({ line }) => line.generation_id))]);
  const parts = held.flatMap(({ line, amount }) => {
    const subject = present(subjects.get(line.generation_id), `the standing of ${line.generation_id}`);
    const back = left ? stillTheirs(subject, line, amount) : 0n;
    return [
      { creator: line.person_id, place: subject.resting, amount: back },
      { creator: line.person_id, place: 'receivable' as const, amount: amount - back },
    ];
  });
  return caseReleased(
    id,
    byPlace<Resting | 'receivable'>(parts).map(({ place, ...part }) => ({ ...part, to: place })),
    note,
  );
}

/** Of what a case held of a line: the rest was taken back by somebody else meanwhile. */
function stillTheirs(subject: Subject, of: earnings.CaseLine, held: bigint): bigint {
  const line = subject.lines.find(({ person_id, role }) => person_id === of.person_id && role === of.role);
  const left = line ? line.pending_micros + (subject.vested ? line.vesting_micros : 0n) : 0n;
  const by_others = line ? line.held_micros - of.amount_micros : 0n;
  const theirs = left - by_others;
  return theirs <= 0n ? 0n : theirs < held ? theirs : held;
}
