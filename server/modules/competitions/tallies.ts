import { sql } from 'kysely';
import {
  type AccountId,
  asId,
  type CategoryId,
  type EntryId,
  type RoundId,
  type TallyId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import type { RoundState } from './round-machine.ts';

/**
 * The steps of a counting, in their order. What each of them made lies in a file by its digest, so whoever comes after
 * one that was killed goes on from there, and finds the same.
 */
export const TALLY_STEPS = [
  // when the final begins
  'qualifying_frozen',
  'finalists_found',
  // when it is over
  'panel_heard',
  'ballots_frozen',
  'counted',
  'looked_over',
  'bundled',
  'published',
] as const;
export type TallyStep = (typeof TALLY_STEPS)[number];
/** What is done with a round in its final; the rest waits for its end. */
export const AT_FINAL: readonly TallyStep[] = ['qualifying_frozen', 'finalists_found'];
/** A later version begins with what the one before was counted from. */
export const OF_LATER: readonly TallyStep[] = TALLY_STEPS.slice(2);

/** In these a category is counted to its end; whoever finds a round in another state writes no standings. */
export const COUNTED_IN: readonly RoundState[] = [
  ...(['tally', 'provisional', 'dispute_window', 'final', 'settled'] as const),
];

export type Tally = {
  id: TallyId;
  category_id: CategoryId;
  version: number;
  reason: string;
  says: string;
  asked_by: AccountId | null;
  asked_at: Date;
  fence: bigint;
  waits_for: string | null;
  bundle_digest: string | null;
  bundle_file: string | null;
  published_at: Date | null;
};

const columns = [
  ...(['id', 'category_id', 'version', 'reason', 'says', 'asked_by', 'asked_at'] as const),
  ...(['fence', 'waits_for', 'bundle_digest', 'bundle_file', 'published_at'] as const),
] as const;
type Row = Omit<Tally, 'id' | 'category_id' | 'asked_by'> & {
  id: string;
  category_id: string;
  asked_by: string | null;
};
const read = (row: Row): Tally => ({
  ...row,
  id: asId(row.id),
  category_id: asId(row.category_id),
  asked_by: row.asked_by === null ? null : asId(row.asked_by),
});

/** Somebody else counts by now: what this one has made is not written. */
export class LeaseLost extends Error {
  constructor() {
    super('another counting took this over');
    this.name = 'LeaseLost';
  }
}

/** The newest version whose standings are out, or 0. */
export async function versionOut(db: Db, category_id: CategoryId): Promise<number> {
  const { version } = await db
    .selectFrom('competitions.tally')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('category_id', '=', category_id)
    .where('published_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return version ?? 0;
}

/** Asks for a counting. Answers false while the version before it is not published, or where this one is there. */
export async function askForTally(
  tx: Tx,
  tally: Pick<Tally, 'id' | 'category_id' | 'version' | 'reason' | 'says' | 'asked_by'>,
  at: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('competitions.tally')
    .values({ ...tally, asked_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Categories of rounds in their final, or after it, that nobody has begun to count. */
export async function categoriesToCount(db: Db): Promise<CategoryId[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from competitions.category c join competitions.round r on r.id = c.round_id
    where r.state in ('final_round', 'tally')
      and not exists (select from competitions.tally t where t.category_id = c.id)
    order by c.id`.execute(db);
  return rows.map(({ id }) => asId<CategoryId>(id));
}

/** Takes a counting that can go on and that nobody has, with the next fence; the oldest first. */
export async function takeTally(tx: Tx, at: Date, lease_ms: number): Promise<Tally | null> {
  const { rows } = await sql<Row>`
    update competitions.tally set fence = fence + 1, leased_until = ${new Date(at.getTime() + lease_ms)}
    where id = (
      select t.id from competitions.tally t
      join competitions.category c on c.id = t.category_id
      join competitions.round r on r.id = c.round_id
      where t.published_at is null
        and (t.leased_until is null or t.leased_until <= ${at}) and (t.not_before is null or t.not_before <= ${at})
        and (r.state = any(${[...COUNTED_IN]}::text[])
          or (r.state = 'final_round' and not exists (
            select from competitions.tally_step s where s.tally_id = t.id and s.step = 'finalists_found')))
      order by t.asked_at, t.id limit 1 for update of t skip locked)
    returning ${sql.join(columns.map((column) => sql.ref(column)))}`.execute(tx);
  return rows[0] ? read(rows[0]) : null;
}

/**
 * Nobody counts on in a category until the transaction ends. Whoever counts keeps the counting before judges and entries,
 * so whoever changes these below it does so too: the round, the counting, then the rest.
 */
export async function lockTally(tx: Tx, category_id: CategoryId): Promise<void> {
  await tx
    .selectFrom('competitions.tally')
    .select('id')
    .where('category_id', '=', category_id)
    .where('published_at', 'is', null)
    .forUpdate()
    .execute();
}

/** The counting stays with whoever has this fence until the transaction ends; else it is theirs no more. */
export async function holdTally(tx: Tx, { id, fence }: Pick<Tally, 'id' | 'fence'>): Promise<void> {
  const row = await tx
    .selectFrom('competitions.tally')
    .select('id')
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('published_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new LeaseLost();
}

/** It is still being counted. */
export async function renewTally(tx: Tx, tally: Tally, until: Date): Promise<void> {
  await holdTally(tx, tally);
  await tx
    .updateTable('competitions.tally')
    .set({ leased_until: until })
    .where('id', '=', tally.id)
    .execute();
}

/** What a step made, once. */
export async function noteStep(
  tx: Tx,
  tally: Tally,
  { step, digest }: { step: TallyStep; digest: string },
  at: Date,
): Promise<void> {
  await holdTally(tx, tally);
  await tx
    .insertInto('competitions.tally_step')
    .values({ tally_id: tally.id, step, digest, fence: tally.fence, at })
    .execute();
}

/** Lets it rest, for somebody or something that it waits for, or for nobody: until then nobody takes it. */
export async function restTally(
  tx: Tx,
  tally: Tally,
  { waits_for, not_before }: { waits_for: string | null; not_before: Date | null },
): Promise<void> {
  await holdTally(tx, tally);
  await tx
    .updateTable('competitions.tally')
    .set({ leased_until: null, waits_for, not_before })
    .where('id', '=', tally.id)
    .execute();
}

/** What it waited for may have come. */
export async function wakeTally(tx: Tx, category_id: CategoryId): Promise<void> {
  await tx
    .updateTable('competitions.tally')
    .set({ not_before: null })
    .where('category_id', '=', category_id)
    .where('published_at', 'is', null)
    .execute();
}

/** Whoever counts loses it and begins the step anew: what it is counted from has changed. */
export async function interruptTally(tx: Tx, { id }: Pick<Tally, 'id'>): Promise<void> {
  await tx
    .updateTable('competitions.tally')
    .set(({ eb }) => ({ fence: eb('fence', '+', 1n), leased_until: null, not_before: null }))
    .where('id', '=', id)
    .execute();
}

export async function endTally(
  tx: Tx,
  { id }: Tally,
  bundle: { bundle_digest: string; bundle_file: string },
  at: Date,
): Promise<void> {
  await tx
    .updateTable('competitions.tally')
    .set({ ...bundle, published_at: at, leased_until: null, waits_for: null, not_before: null })
    .where('id', '=', id)
    .execute();
}

/** What each step of a counting made, by its name. */
export async function stepsOfTally(db: Db, tally_id: TallyId): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('competitions.tally_step')
    .select(['step', 'digest'])
    .where('tally_id', '=', tally_id)
    .execute();
  return new Map(rows.map(({ step, digest }) => [step, digest]));
}

/** Who is in the final, in ascending order of their ids, which may be nobody; null before they were found. */
export async function finalistsOf(db: Db, category_id: CategoryId): Promise<EntryId[] | null> {
  const rows = await db
    .selectFrom('competitions.finalist')
    .select('entry_id')
    .where('category_id', '=', category_id)
    .orderBy('entry_id')
    .execute();
  if (rows.length === 0 && !(await areFound(db, category_id))) return null;
  return rows.map(({ entry_id }) => asId<EntryId>(entry_id));
}

async function areFound(db: Db, category_id: CategoryId): Promise<boolean> {
  const found = await db
    .selectFrom('competitions.tally_step as s')
    .innerJoin('competitions.tally as t', 't.id', 's.tally_id')
    .select('s.tally_id')
    .where('t.category_id', '=', category_id)
    .where('s.step', '=', 'finalists_found')
    .executeTakeFirst();
  return found !== undefined;
}

export async function insertFinalists(
  tx: Tx,
  category_id: CategoryId,
  ids: readonly EntryId[],
): Promise<void> {
  await insertAll(
    tx,
    'competitions.finalist',
    ids.map((entry_id) => ({ category_id, entry_id })),
  );
}

/** Every version of a category, the oldest first. */
export async function talliesOf(db: Db, category_ids: readonly string[]): Promise<Tally[]> {
  if (category_ids.length === 0) return [];
  const rows = await db
    .selectFrom('competitions.tally')
    .select(columns)
    .where('category_id', 'in', [...category_ids])
    .orderBy('version')
    .execute();
  return rows.map(read);
}

/** The newest version of a category that is published, or before it the one that is being counted. */
export async function newestTally(db: Db, category_id: CategoryId): Promise<Tally | null> {
  const all = await talliesOf(db, [category_id]);
  return all.at(-1) ?? null;
}

/** Whether every category of a round is counted and nothing is being counted anew. */
export async function isCounted(db: Db, round_id: RoundId): Promise<boolean> {
  const { rows } = await sql<{ open: bigint }>`
    select count(*) as open from competitions.category c
    where c.round_id = ${round_id} and (
      not exists (select from competitions.tally t where t.category_id = c.id and t.published_at is not null)
      or exists (select from competitions.tally t where t.category_id = c.id and t.published_at is null))`.execute(
    db,
  );
  return rows[0]?.open === 0n;
}

/** Whose ballots weigh nothing, because votes were bought or faked. */
export async function voidVoters(
  tx: Tx,
  {
    category_id,
    pseudonyms,
    ...said
  }: {
    category_id: CategoryId;
    pseudonyms: readonly string[];
    version: number;
    says: string;
    by_id: AccountId;
  },
  at: Date,
): Promise<void> {
  await tx
    .insertInto('competitions.voided_voter')
    .values(pseudonyms.map((pseudonym) => ({ category_id, pseudonym, ...said, at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function voidedVoters(db: Db, category_id: CategoryId): Promise<Set<string>> {
  const rows = await db
    .selectFrom('competitions.voided_voter')
    .select('pseudonym')
    .where('category_id', '=', category_id)
    .execute();
  return new Set(rows.map(({ pseudonym }) => pseudonym));
}

/** Whether a category is being counted from what was frozen: nothing is changed below it until that is published. */
export async function isFrozen(db: Db, category_id: CategoryId): Promise<boolean> {
  const last = await newestTally(db, category_id);
  if (!last || last.published_at) return false;
  return (await stepsOfTally(db, last.id)).has('ballots_frozen');
}

/** Files of countings: nothing may take them away. */
export async function tallyFiles(db: Db): Promise<{ tally_id: string; digest: string }[]> {
  const { rows } = await sql<{ tally_id: string; digest: string }>`
    select tally_id, digest from competitions.tally_step order by tally_id, step`.execute(db);
  return rows;
}
