import { sql } from 'kysely';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type ModelId,
  type RevisionId,
  type SplitProposalId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { splitMachine, type SplitState } from './split-machine.ts';

export type Part = { person_id: AccountId; role: 'creator' | 'collaborator'; part_ppm: number };
export type ProposedPart = Part & { was_ppm: number | null; asked: boolean };

/**
 * What each would have beside what they have, in the order of the new split, and last those who would leave it. Asked
 * is who is new and whose part falls; whoever proposes it has consented by that, and whoever left can say nothing.
 */
export function proposedParts(
  before: readonly Part[],
  after: readonly Part[],
  proposer: AccountId,
  gone: ReadonlySet<string> = new Set(),
): ProposedPart[] {
  const had = new Map(before.map((part) => [part.person_id, part.part_ppm]));
  const leaving = before
    .filter(({ person_id }) => !after.some((part) => part.person_id === person_id))
    .map((part) => ({ ...part, part_ppm: 0 }));
  return [...after, ...leaving].map((part) => {
    const was_ppm = had.get(part.person_id) ?? null;
    const answers = part.person_id !== proposer && !gone.has(part.person_id);
    const asked = answers && (was_ppm === null || part.part_ppm < was_ppm);
    return { ...part, was_ppm, asked };
  });
}

type Subject =
  | { application_id: ApplicationId; revision_id: RevisionId; model_id: null; effective_from: null }
  | { application_id: null; revision_id: null; model_id: ModelId; effective_from: Date };
export type NewSplitProposal = Subject & {
  id: SplitProposalId;
  proposed_by: AccountId;
  proposed_at: Date;
  expires_at: Date;
  note: string;
  people: ProposedPart[];
};

export async function insertSplitProposal(tx: Tx, proposal: NewSplitProposal): Promise<void> {
  const { people, ...row } = proposal;
  await tx
    .insertInto('program.split_proposal')
    .values({ ...row, state: splitMachine.begins })
    .execute();
  await tx
    .insertInto('program.split_consent')
    .values(people.map((part, ordinal) => ({ proposal_id: row.id, ordinal, ...part })))
    .execute();
  await begin(tx, splitMachine, {
    id: row.id,
    by: { id: row.proposed_by, as: 'owner' },
    at: row.proposed_at,
  });
}

/** How many people somebody's proposals have asked since then. */
export async function countInvitations(tx: Tx, proposed_by: AccountId, since: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('invitations'), hashtext(${proposed_by}))`.execute(tx);
  const { asked } = await tx
    .selectFrom('program.split_proposal')
    .innerJoin('program.split_consent', 'proposal_id', 'id')
    .select(({ fn }) => fn.countAll<string>().as('asked'))
    .where('proposed_by', '=', proposed_by)
    .where('proposed_at', '>=', since)
    .where('asked', '=', true)
    .executeTakeFirstOrThrow();
  return Number(asked);
}

export const moveSplit = (
  tx: Tx,
  act: keyof typeof splitMachine.acts,
  step: { id: SplitProposalId; by: Actor; at: Date; detail?: Record<string, unknown> },
): Promise<number> => takeStep(tx, splitMachine, act, step);

/** Writes down what somebody answered, unless they have; answers whether it was written. */
export async function answerSplit(
  tx: Tx,
  id: SplitProposalId,
  { person_id, answer, at }: { person_id: AccountId; answer: 'accepted' | 'declined'; at: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('program.split_consent')
    .set({ answer, answered_at: at })
    .where('proposal_id', '=', id)
    .where('person_id', '=', person_id)
    .where('asked', '=', true)
    .where('answer', 'is', null)
    .returning('person_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** So that two who answer at once know of each other: the second looks when the first is done. */
export async function lockSplit(tx: Tx, id: SplitProposalId): Promise<void> {
  await tx.selectFrom('program.split_proposal').select('id').where('id', '=', id).forUpdate().execute();
}

const proposals = (db: Db) => db.selectFrom('program.split_proposal').selectAll();
const isState = (state: string): state is SplitState => Object.hasOwn(splitMachine.states, state);

async function withPeople(db: Db, rows: Awaited<ReturnType<ReturnType<typeof proposals>['execute']>>) {
  if (rows.length === 0) return [];
  const consents = await db
    .selectFrom('program.split_consent')
    .selectAll()
    .where(
      'proposal_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('proposal_id')
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => {
    const { state } = row;
    if (!isState(state)) throw new Error(`a split cannot be ${state}`);
    return {
      ...row,
      state,
      id: asId<SplitProposalId>(row.id),
      proposed_by: asId<AccountId>(row.proposed_by),
      application_id: row.application_id === null ? null : asId<ApplicationId>(row.application_id),
      revision_id: row.revision_id === null ? null : asId<RevisionId>(row.revision_id),
      model_id: row.model_id === null ? null : asId<ModelId>(row.model_id),
      people: consents
        .filter(({ proposal_id }) => proposal_id === row.id)
        .map(({ person_id, role, part_ppm, was_ppm, asked, answer, answered_at }) => ({
          person_id: asId<AccountId>(person_id),
          role: role === 'creator' ? ('creator' as const) : ('collaborator' as const),
          part_ppm,
          was_ppm,
          asked,
          answer:
            answer === null ? null : answer === 'accepted' ? ('accepted' as const) : ('declined' as const),
          answered_at,
        })),
    };
  });
}
export type SplitProposal = Awaited<ReturnType<typeof withPeople>>[number];

export async function splitById(db: Db, id: SplitProposalId): Promise<SplitProposal | undefined> {
  const rows = await proposals(db).where('id', '=', id).execute();
  return (await withPeople(db, rows))[0];
}

/** Everything that was proposed for an application or a model, newest first. */
export async function splitsOf(
  db: Db,
  subject: { application_id: ApplicationId } | { model_id: ModelId },
): Promise<SplitProposal[]> {
  let query = proposals(db);
  query =
    'model_id' in subject
      ? query.where('model_id', '=', subject.model_id)
      : query.where('application_id', '=', subject.application_id);
  return withPeople(db, await query.orderBy('proposed_at', 'desc').orderBy('id', 'desc').limit(50).execute());
}

/** The one that waits for answers or for its date, of an application or a model. */
export async function liveSplit(
  db: Db,
  subject: { application_id: ApplicationId } | { model_id: ModelId },
): Promise<SplitProposal | undefined> {
  const all = await splitsOf(db, subject);
  return all.find(({ state }) => state === 'proposed' || state === 'accepted');
}

/** What somebody was asked, newest first. */
export async function splitsAskedOf(db: Db, person_id: AccountId, limit: number): Promise<SplitProposal[]> {
  const rows = await proposals(db)
    .where('id', 'in', (query) =>
      query
        .selectFrom('program.split_consent')
        .select('proposal_id')
        .where('person_id', '=', person_id)
        .where('asked', '=', true),
    )
    .orderBy('proposed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return withPeople(db, rows);
}
