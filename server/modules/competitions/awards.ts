import { sql } from 'kysely';
import {
  type AccountId,
  asId,
  type AwardId,
  type CategoryId,
  type EntryId,
  type RecoveryId,
  type RoundId,
} from '../../ids.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { type AwardAct, awardMachine, type AwardState } from './award-machine.ts';

/** Nobody answered: somebody else is next. */
export const ANSWER_TIMER = 'award.answer';
/** Nobody linked a wallet: it goes back. */
export const CLAIM_TIMER = 'award.claim';
/** What is due and was not minted, because the pool was empty or an epoch was voided, is looked at again. */
export const MINT_TIMER = 'round.mint';
export const ANSWER_DAYS = 10;
export const CLAIM_DAYS = 180;

export type Award = {
  id: AwardId;
  round_id: RoundId;
  category_id: CategoryId;
  place_slot: number;
  entry_id: EntryId;
  person_id: AccountId;
  amount_nanos: bigint;
  state: AwardState;
  version: number;
  minted_at: Date;
  answer_by: Date;
  answered_at: Date | null;
  expires_at: Date;
  returned_to: Source | null;
  /** What it was minted out of. */
  source: Source;
  /** Of somebody who was paid and has a better place now: what is missing to it. */
  tops_up: AwardId | null;
};
export type Source = 'escrow' | 'pool';
/** Owed, or paid already. */
export const OWED: readonly AwardState[] = ['created', 'accepted', 'payable', 'paid'];
/** Committed to a wallet, or paid: these stay, and what is too much of them is owed back. */
export const STAY: readonly AwardState[] = ['payable', 'paid'];

const all = (db: Db) => db.selectFrom('competitions.award').selectAll();
type Row = Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>;
const isState = (state: string): state is AwardState => Object.hasOwn(awardMachine.states, state);
function read(row: Row): Award {
  const { state } = row;
  if (!isState(state)) throw new Error(`no award is ${state}`);
  return {
    ...{ ...row, state, id: asId(row.id), round_id: asId(row.round_id), category_id: asId(row.category_id) },
    ...{ entry_id: asId(row.entry_id), person_id: asId(row.person_id) },
    returned_to: row.returned_to === null ? null : sourceOf(row.returned_to),
    ...{ source: sourceOf(row.source), tops_up: row.tops_up === null ? null : asId<AwardId>(row.tops_up) },
  };
}
const sourceOf = (named: string): Source => (named === 'pool' ? 'pool' : 'escrow');

type New = Pick<
  Award,
  | 'id'
  | 'round_id'
  | 'category_id'
  | 'place_slot'
  | 'entry_id'
  | 'person_id'
  | 'amount_nanos'
  | 'source'
  | 'tops_up'
>;

export async function insertAward(tx: Tx, award: New, by: Actor, at: Date): Promise<void> {
  const after = (days: number) => new Date(at.getTime() + days * DAY_MS);
  await tx
    .insertInto('competitions.award')
    .values({
      ...{ ...award, state: awardMachine.begins, minted_at: at },
      ...{ answer_by: after(ANSWER_DAYS), expires_at: after(CLAIM_DAYS) },
    })
    .execute();
  await begin(tx, awardMachine, { id: award.id, by, at });
}

export const moveAward = (
  tx: Tx,
  act: AwardAct,
  step: {
    id: AwardId;
    by: Actor;
    at: Date;
    version?: number | undefined;
    set?: Partial<Pick<Award, 'answered_at' | 'returned_to' | 'expires_at'>>;
  },
): Promise<number> => takeStep(tx, awardMachine, act, step);

export async function awardById(db: Db, id: AwardId): Promise<Award | undefined> {
  const row = await all(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

export async function awardsByIds(db: Db, ids: readonly string[]): Promise<Award[]> {
  if (ids.length === 0) return [];
  return (await all(db).where(isAnyOf('id', ids)).execute()).map(read);
}

export async function lockAward(tx: Tx, id: AwardId): Promise<Award | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

/** Nobody takes a step with them until the transaction ends. */
export async function lockAwards(tx: Tx, ids: readonly AwardId[]): Promise<Award[]> {
  if (ids.length === 0) return [];
  return (await all(tx).where(isAnyOf('id', ids)).orderBy('id').forUpdate().execute()).map(read);
}

/** What winners took and no epoch has, of everybody or of one. The oldest first. */
export async function acceptedAwards(db: Db, person_id?: AccountId): Promise<Award[]> {
  let query = all(db).where('state', '=', 'accepted').orderBy('id');
  if (person_id) query = query.where('person_id', '=', person_id);
  return (await query.execute()).map(read);
}

/** The same of a round: no epoch commits one of them meanwhile. */
export async function lockAwardsOfRound(tx: Tx, round_id: RoundId): Promise<Award[]> {
  await all(tx).where('round_id', '=', round_id).orderBy('id').forUpdate().execute();
  return awardsOfRound(tx, round_id);
}

/** Of a round, by category and place. */
export async function awardsOfRound(db: Db, round_id: RoundId): Promise<Award[]> {
  const rows = await all(db)
    .where('round_id', '=', round_id)
    .orderBy('category_id')
    .orderBy('place_slot')
    .orderBy('id')
    .execute();
  return rows.map(read);
}

/** The newest first. */
export async function awardsOfPerson(
  db: Db,
  person_id: AccountId,
  { after, limit }: { after: { at: Date; id: string } | null; limit: number },
): Promise<Award[]> {
  let query = all(db).where('person_id', '=', person_id);
  if (after)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('minted_at', 'id'), '<', tuple(after.at, after.id)),
    );
  return (await query.orderBy('minted_at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(read);
}

/** What somebody was given beyond what the standings owe them: one change of it. */
export type Recovery = {
  id: RecoveryId;
  round_id: RoundId;
  category_id: CategoryId;
  person_id: AccountId;
  amount_nanos: bigint;
};

export async function insertRecovery(tx: Tx, recovery: Recovery, at: Date): Promise<void> {
  await tx
    .insertInto('competitions.recovery')
    .values({ ...recovery, at })
    .execute();
}

/** Who was ever found to be paid too much. */
export async function peopleOfRecoveries(db: Db): Promise<AccountId[]> {
  const rows = await db.selectFrom('competitions.recovery').select('person_id').distinct().execute();
  return rows.map(({ person_id }) => asId<AccountId>(person_id)).toSorted();
}

/** What is owed back of each category, and by whom; of rounds, or of one person. */
export async function owedBack(
  db: Db,
  of: { round_ids: readonly RoundId[] } | { person_id: AccountId },
): Promise<Pick<Recovery, 'category_id' | 'person_id' | 'amount_nanos'>[]> {
  const query = db
    .selectFrom('competitions.recovery')
    .select(['category_id', 'person_id'])
    .select(sql<bigint>`sum(amount_nanos)::int8`.as('amount_nanos'))
    .groupBy(['category_id', 'person_id'])
    .having(sql<boolean>`sum(amount_nanos) <> 0`)
    .orderBy('category_id')
    .orderBy('person_id');
  const rows = await (
    'person_id' in of
      ? query.where('person_id', '=', of.person_id)
      : query.where(isAnyOf('round_id', of.round_ids))
  ).execute();
  return rows.map((row) => ({
    ...{ category_id: asId<CategoryId>(row.category_id), person_id: asId<AccountId>(row.person_id) },
    amount_nanos: row.amount_nanos,
  }));
}

/** What somebody won, by where it stands; `answer_by` is the first of those that wait for an answer. */
export async function awardSumsOf(
  db: Db,
  person_id: AccountId,
): Promise<(state: AwardState) => { awards: number; amount_nanos: bigint; answer_by: Date | null }> {
  const rows = await db
    .selectFrom('competitions.award')
    .select('state')
    .select(sql<number>`count(*)::int4`.as('awards'))
    .select(sql<bigint>`sum(amount_nanos)::int8`.as('amount_nanos'))
    .select(sql<Date>`min(answer_by)`.as('answer_by'))
    .where('person_id', '=', person_id)
    .groupBy('state')
    .execute();
  return (state) =>
    rows.find((row) => row.state === state) ?? { awards: 0, amount_nanos: 0n, answer_by: null };
}
