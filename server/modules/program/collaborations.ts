import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type CollaborationId,
  type ModelId,
  type SplitProposalId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { collaborationMachine, type CollaborationState } from './collaboration-machine.ts';

export type Offered = { by_id: AccountId; words: string; owner_id: AccountId; partner_ppm: number };

export async function insertCollaboration(
  tx: Tx,
  proposal: {
    id: CollaborationId;
    from_id: AccountId;
    to_id: AccountId;
    model_id: ModelId | null;
    title: string;
    begun_at: Date;
    expires_at: Date;
  },
): Promise<void> {
  const { id, from_id, to_id, begun_at } = proposal;
  await tx
    .insertInto('program.collaboration')
    .values({ ...proposal, turn_id: to_id, state: collaborationMachine.begins })
    .execute();
  await begin(tx, collaborationMachine, { id, by: { id: from_id, as: 'proposer' }, at: begun_at });
}

export async function insertCollaborationOffer(
  tx: Tx,
  collaboration_id: CollaborationId,
  offer: Offered,
  made_at: Date,
): Promise<void> {
  await tx
    .insertInto('program.collaboration_offer')
    .values(({ selectFrom }) => ({
      ...{ id: uuidv7({ msecs: made_at.getTime() }), collaboration_id, ...offer, made_at },
      number: selectFrom('program.collaboration_offer')
        .select(({ fn }) => sql<number>`coalesce(${fn.max('number')}, 0) + 1`.as('number'))
        .where('collaboration_id', '=', collaboration_id),
    }))
    .execute();
}

export const moveCollaboration = (
  tx: Tx,
  act: keyof typeof collaborationMachine.acts,
  step: {
    id: CollaborationId;
    by: Actor;
    at: Date;
    version?: number;
    set?: { turn_id?: AccountId; expires_at?: Date; split_id?: SplitProposalId | null };
  },
): Promise<number> => {
  const set = act === 'counter' ? (step.set ?? {}) : { ...step.set, ended_at: step.at };
  return takeStep(tx, collaborationMachine, act, { ...step, set });
};

/** The application that came of a plan. */
export async function noteApplication(
  tx: Tx,
  id: CollaborationId,
  application_id: ApplicationId,
): Promise<void> {
  await tx.updateTable('program.collaboration').set({ application_id }).where('id', '=', id).execute();
}

export async function insertCollaborationMessage(
  tx: Tx,
  message: { collaboration_id: CollaborationId; by_id: AccountId; text: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('program.collaboration_message')
    .values({ id: uuidv7({ msecs: message.at.getTime() }), ...message })
    .execute();
}

/** How many somebody has proposed since then; who asks for the same account meanwhile waits. */
export async function countCollaborations(tx: Tx, from_id: AccountId, since: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('collaborations'), hashtext(${from_id}))`.execute(tx);
  const { n } = await tx
    .selectFrom('program.collaboration')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('from_id', '=', from_id)
    .where('begun_at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(n);
}

const collaborations = (db: Db) => db.selectFrom('program.collaboration').selectAll();
const isState = (state: string): state is CollaborationState =>
  Object.hasOwn(collaborationMachine.states, state);
const read = (row: Awaited<ReturnType<ReturnType<typeof collaborations>['executeTakeFirstOrThrow']>>) => {
  const { state } = row;
  if (!isState(state)) throw new Error(`a collaboration cannot be ${state}`);
  return {
    ...row,
    state,
    id: asId<CollaborationId>(row.id),
    from_id: asId<AccountId>(row.from_id),
    to_id: asId<AccountId>(row.to_id),
    turn_id: asId<AccountId>(row.turn_id),
    model_id: row.model_id === null ? null : asId<ModelId>(row.model_id),
    application_id: row.application_id === null ? null : asId<ApplicationId>(row.application_id),
  };
};
export type Collaboration = ReturnType<typeof read>;

export async function collaborationById(db: Db, id: CollaborationId): Promise<Collaboration | undefined> {
  const row = await collaborations(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** The same, with whoever answers it next made to wait. */
export async function lockCollaboration(tx: Tx, id: CollaborationId): Promise<Collaboration | undefined> {
  const row = await collaborations(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

/** What somebody proposed and what was proposed to them, newest first. */
export async function collaborationsOf(
  db: Db,
  person_id: AccountId,
  limit: number,
): Promise<Collaboration[]> {
  const rows = await collaborations(db)
    .where((eb) => eb.or([eb('from_id', '=', person_id), eb('to_id', '=', person_id)]))
    .orderBy('begun_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(read);
}

export async function collaborationTitles(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('program.collaboration')
    .select(['id', 'title'])
    .where('id', 'in', [...ids])
    .execute();
}

const offers = (db: Db) =>
  db
    .selectFrom('program.collaboration_offer as o')
    .leftJoin('program.hidden_words as h', 'h.said_id', 'o.id')
    .selectAll('o')
    .select('h.hidden_at');

/** Every offer that was made of it, in their order. */
export async function offersOf(db: Db, id: CollaborationId) {
  const rows = await offers(db).where('o.collaboration_id', '=', id).orderBy('o.number').execute();
  return rows.map((row) => ({
    ...row,
    by_id: asId<AccountId>(row.by_id),
    owner_id: asId<AccountId>(row.owner_id),
  }));
}

const MESSAGES_SHOWN = 500;

const messages = (db: Db) =>
  db
    .selectFrom('program.collaboration_message as m')
    .leftJoin('program.hidden_words as h', 'h.said_id', 'm.id')
    .select(['m.id', 'm.collaboration_id', 'm.by_id', 'm.text', 'm.at', 'h.hidden_at']);

/** What was written about it, oldest first; of very much the newest. */
export async function messagesOf(db: Db, id: CollaborationId) {
  const rows = await messages(db)
    .where('m.collaboration_id', '=', id)
    .orderBy('m.at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(MESSAGES_SHOWN)
    .execute();
  return rows.toReversed();
}

/** What can be reported of what two creators say to each other. */
export type SaidKind = 'message' | 'offer';

/** One message or offer, with the collaboration that it is about. */
export async function saidById(db: Db, kind: SaidKind, id: string) {
  const said =
    kind === 'message'
      ? await messages(db).where('m.id', '=', id).executeTakeFirst()
      : await offers(db).select('o.words as text').where('o.id', '=', id).executeTakeFirst();
  const about = said && (await collaborationById(db, asId<CollaborationId>(said.collaboration_id)));
  if (!said || !about) return undefined;
  const { text, hidden_at } = said;
  return { id, kind, text, hidden_at, by_id: asId<AccountId>(said.by_id), about };
}

/** Hides one, or shows it again. */
export async function hideSaid(tx: Tx, said_id: string, hidden_at: Date | null): Promise<void> {
  if (hidden_at === null)
    await tx.deleteFrom('program.hidden_words').where('said_id', '=', said_id).execute();
  else
    await tx
      .insertInto('program.hidden_words')
      .values({ said_id, hidden_at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
