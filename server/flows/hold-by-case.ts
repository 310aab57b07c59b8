import type { Context } from '../context.ts';
import { type AccountId, asId, type CaseId, type GenerationId, newId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Db, Tx } from '../kit/database.ts';
import { claimKey } from '../kit/idempotency.ts';
import { micros, sum } from '../kit/money.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { refuse } from '../refuse.ts';
import { hasOwnInterest } from './own-interest.ts';
import { heldForCase } from './postings/index.ts';
import { openDrawer, type Subject, subjectsOf } from './standing.ts';

/** Opens a case about some generations: what they earned everybody lies aside until it is resolved. */
export async function holdByCase(
  context: Context,
  actor_id: AccountId,
  request: { key: string; generation_ids: readonly GenerationId[]; reason: string },
): Promise<CaseId> {
  const { key, ...body } = request;
  return context.database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    const at = context.clock.now();
    const claim = await claimKey(tx, { actor_id, key, endpoint: 'createCase', body, at });
    if ('conflict' in claim) refuse('IDEMPOTENCY_CONFLICT');
    if (!claim.first) return asId<CaseId>(claim.subject);

    const subjects = await subjectsOf(tx, body.generation_ids);
    const refused = await whyNotHeld(tx, actor_id, body.generation_ids, subjects);
    if (refused) refuse(refused);

    const id = newId<CaseId>(at);
    const opened = {
      id,
      reason: body.reason,
      purchase_id: null,
      reference: null,
      opened_by: actor_id,
      opened_at: at,
    };
    const held = await setAside(tx, opened, earningsOf(subjects), at);
    await claim.record(id);
    const detail = { reason: body.reason, generations: subjects.size, held_micros: micros(held) };
    await audit(tx, { at, actor: actor_id, act: 'case.open', subject: id, detail });
    await tell(tx, 'case.opened', { case_id: id }, at);
    return id;
  });
}

export async function whyNotHeld(
  db: Db,
  actor_id: AccountId,
  ids: readonly string[],
  subjects: ReadonlyMap<string, Subject>,
) {
  if (ids.some((id) => !subjects.has(id))) return 'NOT_SETTLED';
  if (hasOwnInterest(actor_id, subjects.values())) return 'OWN_INTEREST';
  if ((await earnings.inOpenCase(db, ids)).size > 0) return 'HELD_BY_CASE';
  // Where all of it has left or waits to vest there is nothing to hold and something to ask all the same: while
  // the case is open nothing vests and nobody refunds, and what it takes in the end is owed.
  const something = earningsOf(subjects).some(({ line, amount }) => amount + line.vesting_micros > 0n);
  return something ? null : 'NOTHING_TO_HOLD';
}

export type Wanted = { subject: Subject; line: earnings.Remainder; amount: bigint };

export const earningsOf = (subjects: ReadonlyMap<string, Subject>): Wanted[] =>
  [...subjects.values()].flatMap((subject) =>
    subject.lines.map((line) => ({ subject, line, amount: earnedBy(subject, line) })),
  );

/** All that a line earned and still is, but for what has to vest first: that cannot leave before it has. */
const earnedBy = (subject: Subject, line: earnings.Remainder) =>
  line.pending_micros + (subject.vested ? line.vesting_micros : 0n);

/** Writes a case down and holds what it asks for, as far as that is still here. Answers how much it was. */
export async function setAside(
  tx: Tx,
  opened: earnings.Case,
  wanted: readonly Wanted[],
  at: Date,
): Promise<bigint> {
  const { found, postings } = await holdOf(tx, opened, wanted);
  await earnings.insertCase(
    tx,
    opened,
    found.map(({ generation_id, person_id, role, amount }) => {
      return { generation_id, person_id, role, amount_micros: amount };
    }),
  );
  if (postings.length > 0) await ledger.post(tx, postings, at);
  return sum(found.map(({ amount }) => amount));
}

/** What a case finds of what it asks for, and what moves when it holds that. */
export async function holdOf(
  db: Db,
  { id, reason }: Pick<earnings.Case, 'id' | 'reason'>,
  wanted: readonly Wanted[],
) {
  const drawer = await openDrawer(
    db,
    wanted.map(({ subject }) => subject),
  );
  const found = wanted.map(({ subject, line, amount }) => ({
    generation_id: subject.id,
    person_id: line.person_id,
    role: line.role,
    ...drawer.reach(subject, line, amount),
  }));
  const parts = byPlace(
    found.map(({ person_id, from, amount }) => ({ creator: person_id, place: from, amount })),
  );
  const postings = heldForCase(
    id,
    parts.map(({ place, ...part }) => ({ ...part, from: place })),
    reason,
  );
  return { found, postings };
}

/** Thousands of lines of one creator lie in few places: each is one movement. */
export function byPlace<P>(parts: readonly { creator: AccountId; place: P; amount: bigint }[]) {
  const places = Map.groupBy(parts, ({ creator, place }) => `${creator} ${JSON.stringify(place)}`);
  return [...places.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first, amount: sum(same.map(({ amount }) => amount)) }] : [];
  });
}
