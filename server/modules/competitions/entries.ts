import { sql } from 'kysely';
import {
  type AccountId,
  asId,
  type AssetId,
  type CategoryId,
  type EntryId,
  type ModelId,
  type ReleaseId,
  type RoundId,
} from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { type EntryAct, entryMachine, type EntryState } from './entry-machine.ts';

export type Entry = {
  id: EntryId;
  round_id: RoundId;
  category_id: CategoryId;
  person_id: AccountId;
  /** of a creation; null: it is a model */
  asset_id: AssetId | null;
  release_id: ReleaseId;
  model_id: ModelId;
  title: string;
  asset_digest: string;
  thumb_digest: string | null;
  state: EntryState;
  version: number;
  reason: string | null;
  generated_at: Date;
  submitted_at: Date;
  show_digest: string | null;
  show_extension: string | null;
  show_mime: string | null;
  show_bytes: bigint | null;
  show_duration_ms: number | null;
  show_attempts: number;
  removed_at: Date | null;
  stands: boolean;
};

const all = (db: Db) => db.selectFrom('competitions.entry').selectAll();
type Row = Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>;
const isState = (state: string): state is EntryState => Object.hasOwn(entryMachine.states, state);
function stateOf(state: string): EntryState {
  if (!isState(state)) throw new Error(`no entry is ${state}`);
  return state;
}
const read = (row: Row): Entry => ({
  ...row,
  id: asId(row.id),
  round_id: asId(row.round_id),
  category_id: asId(row.category_id),
  person_id: asId(row.person_id),
  asset_id: row.asset_id === null ? null : asId(row.asset_id),
  release_id: asId(row.release_id),
  model_id: asId(row.model_id),
  state: stateOf(row.state),
  // generated columns may be null to PostgreSQL
  stands: row.stands ?? false,
});

export type NewEntry = Pick<
  Entry,
  | 'id'
  | 'round_id'
  | 'category_id'
  | 'person_id'
  | 'asset_id'
  | 'release_id'
  | 'model_id'
  | 'title'
  | 'asset_digest'
  | 'thumb_digest'
  | 'generated_at'
>;

/**
 * Writes an entry down, only while its round is open: the clock is compared in the statement that writes. False: it is
 * not, and nothing was written.
 */
export async function draftEntry(tx: Tx, entry: NewEntry, by: Actor, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into competitions.entry (id, round_id, category_id, person_id, asset_id, release_id, model_id, title,
      asset_digest, thumb_digest, state, generated_at, submitted_at)
    select ${entry.id}, r.id, c.id, ${entry.person_id}, ${entry.asset_id}, ${entry.release_id}, ${entry.model_id},
      ${entry.title}, ${entry.asset_digest}, ${entry.thumb_digest}, 'draft', ${entry.generated_at}, ${at}
    from competitions.round r join competitions.category c on c.round_id = r.id and c.id = ${entry.category_id}
    where r.id = ${entry.round_id} and r.state = 'open' and r.opens_at <= ${at} and ${at} < r.locks_at`.execute(
    tx,
  );
  if (numAffectedRows !== 1n) return false;
  await begin(tx, entryMachine, { id: entry.id, by, at });
  return true;
}

/**
 * What was withdrawn is written anew under its own id: nobody draws another lot by coming back. Of a model that changed
 * hands it is by whoever has it now.
 */
export async function redraftEntry(
  tx: Tx,
  id: EntryId,
  entry: Pick<Entry, 'person_id' | 'title' | 'release_id' | 'asset_digest' | 'thumb_digest' | 'generated_at'>,
  at: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update competitions.entry e set person_id = ${entry.person_id}, title = ${entry.title}, release_id = ${entry.release_id},
      asset_digest = ${entry.asset_digest}, thumb_digest = ${entry.thumb_digest}, generated_at = ${entry.generated_at},
      submitted_at = ${at}, show_attempts = 0
    from competitions.round r
    where e.id = ${id} and e.state in ('withdrawn', 'ineligible') and r.id = e.round_id
      and r.state = 'open' and r.opens_at <= ${at} and ${at} < r.locks_at`.execute(tx);
  return numAffectedRows === 1n;
}

/** Whether the round of an entry is open at this instant; it stays as it is until the transaction ends. */
export async function isOpenFor(tx: Tx, round_id: RoundId, at: Date): Promise<boolean> {
  const { rows } = await sql`
    select from competitions.round where id = ${round_id} and state = 'open' and opens_at <= ${at} and ${at} < locks_at
    for share`.execute(tx);
  return rows.length === 1;
}

type Ways = Partial<Omit<Entry, 'id' | 'state' | 'version' | 'stands'>>;

export const moveEntry = (
  tx: Tx,
  act: EntryAct,
  step: {
    id: EntryId;
    by: Actor;
    at: Date;
    version?: number | undefined;
    reason?: string | undefined;
    set?: Ways | undefined;
  },
): Promise<number> => takeStep(tx, entryMachine, act, step);

export async function entryById(db: Db, id: EntryId): Promise<Entry | undefined> {
  const row = await all(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

export async function lockEntry(tx: Tx, id: EntryId): Promise<Entry | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

export async function entriesByIds(db: Db, ids: readonly string[]): Promise<Entry[]> {
  if (ids.length === 0) return [];
  return (await all(db).where(isAnyOf('id', ids)).execute()).map(read);
}

/** In canonical order: ascending ids. */
export async function entriesOf(
  db: Db,
  category_id: CategoryId,
  states?: readonly EntryState[],
): Promise<Entry[]> {
  let query = all(db).where('category_id', '=', category_id).orderBy('id');
  if (states) query = query.where('state', 'in', [...states]);
  return (await query.execute()).map(read);
}

/** The row of this asset, or of this model, in a category, whatever became of it. */
export async function entryOf(
  db: Db,
  category_id: CategoryId,
  { asset_id, model_id }: { asset_id: AssetId | null; model_id: ModelId },
): Promise<Entry | undefined> {
  let query = all(db).where('category_id', '=', category_id);
  query =
    asset_id === null
      ? query.where('asset_id', 'is', null).where('model_id', '=', model_id)
      : query.where('asset_id', '=', asset_id);
  const row = await query.executeTakeFirst();
  return row && read(row);
}

/** The entries of an asset, in whichever rounds. */
export async function entriesOfAsset(db: Db, asset_id: AssetId): Promise<EntryId[]> {
  const rows = await db
    .selectFrom('competitions.entry')
    .select('id')
    .where('asset_id', '=', asset_id)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => asId<EntryId>(id));
}

/** Which of these assets stand in a category. */
export async function standingAssets(
  db: Db,
  category_id: CategoryId,
  ids: readonly AssetId[],
): Promise<Map<string, EntryId>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('competitions.entry')
    .select(['id', 'asset_id'])
    .where('category_id', '=', category_id)
    .where(isAnyOf('asset_id', ids))
    .where('stands', '=', true)
    .execute();
  return new Map(rows.flatMap(({ id, asset_id }) => (asset_id ? [[asset_id, asId<EntryId>(id)]] : [])));
}

/** Of a person, and those they were named in, the newest first. */
export async function entriesOfPerson(
  db: Db,
  person_id: AccountId,
  { after, limit }: { after: string | null; limit: number },
): Promise<Entry[]> {
  let query = all(db).where(
    sql<boolean>`id in (select entry_id from competitions.entry_person where person_id = ${person_id})`,
  );
  if (after) query = query.where('id', '<', after);
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(read);
}

/** How many entries of each state there are, for each of these categories. */
export async function countEntries(
  db: Db,
  category_ids: readonly CategoryId[],
): Promise<{ category_id: CategoryId; state: EntryState; entries: number }[]> {
  if (category_ids.length === 0) return [];
  const rows = await db
    .selectFrom('competitions.entry')
    .select(['category_id', 'state', ({ fn }) => fn.countAll<bigint>().as('entries')])
    .where(isAnyOf('category_id', category_ids))
    .groupBy(['category_id', 'state'])
    .orderBy('state')
    .execute();
  return rows.map(({ category_id, state, entries }) => ({
    category_id: asId(category_id),
    state: stateOf(state),
    entries: Number(entries),
  }));
}
export const STANDS: readonly EntryState[] = [
  'submitted',
  'validating',
  'eligible',
  'finalist',
  'provisional_winner',
  'verified',
  'awarded',
  'disqualified',
  'declined',
  'unresponsive',
];

// whose they are ---------------------------------------------------------------------------------------------

export type EntryPerson = {
  entry_id: EntryId;
  person_id: AccountId;
  category_id: CategoryId;
  entries_max: number;
  display_name: string;
  ordinal: number;
  share_ppm: number;
  accepted_at: Date | null;
  declined_at: Date | null;
  slot: number | null;
};

/** Whose an entry is, instead of who stood there before; who submits it has agreed. */
export async function putPeople(
  tx: Tx,
  { id, category_id }: Pick<Entry, 'id' | 'category_id'>,
  entries_max: number,
  people: readonly Pick<EntryPerson, 'person_id' | 'display_name' | 'share_ppm' | 'accepted_at'>[],
): Promise<void> {
  await tx.deleteFrom('competitions.entry_person').where('entry_id', '=', id).execute();
  await tx
    .insertInto('competitions.entry_person')
    .values(people.map((person, ordinal) => ({ ...person, entry_id: id, category_id, entries_max, ordinal })))
    .execute();
}

/**
 * Takes one of the places that a category gives this person; false: none is left. The number is free when it is looked
 * for and unique when it is written, so that of two at once one goes without.
 */
export async function takePlace(tx: Tx, entry_id: EntryId, person_id: AccountId): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`entries ${person_id}`}, 0))`.execute(tx);
  const { numAffectedRows } = await sql`
    update competitions.entry_person p set slot = (
      select min(n) from generate_series(1, p.entries_max) n where not exists (
        select from competitions.entry_person o
        where o.category_id = p.category_id and o.person_id = p.person_id and o.slot = n))
    where p.entry_id = ${entry_id} and p.person_id = ${person_id}
      and (select count(*) from competitions.entry_person o
           where o.category_id = p.category_id and o.person_id = p.person_id and o.slot is not null) < p.entries_max`.execute(
    tx,
  );
  return numAffectedRows === 1n;
}

/** The places of an entry that stands no more are free for others. */
/** Entries that stand and were made with a model, or are the model itself. */
export async function entriesMadeWith(db: Db, model_id: ModelId): Promise<Entry[]> {
  const rows = await all(db)
    .where('model_id', '=', model_id)
    .where('state', 'in', [...MAY_BE_OUT])
    .orderBy('id')
    .execute();
  return rows.map(read);
}
const MAY_BE_OUT = entryMachine.acts.disqualify.from;

/** Whether somebody was given a place of a category back before, because another model of theirs infringed rights. */
export async function hasSwapped(
  db: Db,
  { category_id, person_id, model_id }: Pick<Entry, 'category_id' | 'person_id' | 'model_id'>,
): Promise<boolean> {
  const row = await db
    .selectFrom('competitions.entry')
    .select('id')
    .where('category_id', '=', category_id)
    .where('person_id', '=', person_id)
    .where('model_id', '<>', model_id)
    .where('state', '=', 'ineligible')
    .where('reason', '=', 'MODEL_RIGHTS')
    .executeTakeFirst();
  return row !== undefined;
}

export async function freePlaces(tx: Tx, entry_id: EntryId): Promise<void> {
  await tx
    .updateTable('competitions.entry_person')
    .set({ slot: null })
    .where('entry_id', '=', entry_id)
    .execute();
}

export async function countPlaces(db: Db, category_id: CategoryId, person_id: AccountId): Promise<number> {
  const { n } = await db
    .selectFrom('competitions.entry_person')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('category_id', '=', category_id)
    .where('person_id', '=', person_id)
    .where('slot', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function answerAsPerson(
  tx: Tx,
  { entry_id, person_id }: Pick<EntryPerson, 'entry_id' | 'person_id'>,
  answer: Pick<EntryPerson, 'accepted_at' | 'declined_at'>,
): Promise<void> {
  await tx
    .updateTable('competitions.entry_person')
    .set(answer)
    .where('entry_id', '=', entry_id)
    .where('person_id', '=', person_id)
    .execute();
}

/** By entry, in the order in which they were named; who submitted it first. */
export const peopleOf = (db: Db, entry_ids: readonly EntryId[]): Promise<EntryPerson[]> =>
  entry_ids.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('competitions.entry_person')
        .selectAll()
        .$narrowType<EntryPerson>()
        .where(isAnyOf('entry_id', entry_ids))
        .orderBy('entry_id')
        .orderBy('ordinal')
        .execute();

// being looked at --------------------------------------------------------------------------------------------

/**
 * Entries that can be looked at now, the one that came first before the others. Those that wait for nothing but the
 * answer of somebody who was named hold up nobody.
 */
export async function entriesToValidate(db: Db, limit: number): Promise<EntryId[]> {
  const rows = await db
    .selectFrom('competitions.entry')
    .select('id')
    .where('state', 'in', ['submitted', 'validating'])
    .where(
      sql<boolean>`(state = 'submitted' or (asset_id is not null and show_digest is null) or not exists (
        select from competitions.entry_person p where p.entry_id = entry.id and p.accepted_at is null))`,
    )
    .orderBy('submitted_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => asId<EntryId>(id));
}

export async function noteShown(
  tx: Tx,
  id: EntryId,
  shown: Pick<Entry, 'show_digest' | 'show_extension' | 'show_mime' | 'show_bytes' | 'show_duration_ms'>,
): Promise<void> {
  await tx.updateTable('competitions.entry').set(shown).where('id', '=', id).execute();
}

export async function noteAttempt(tx: Tx, id: EntryId): Promise<number> {
  const { show_attempts } = await tx
    .updateTable('competitions.entry')
    .set((eb) => ({ show_attempts: eb('show_attempts', '+', 1) }))
    .where('id', '=', id)
    .returning('show_attempts')
    .executeTakeFirstOrThrow();
  return show_attempts;
}

/** Whatever of a round is still being looked at. */
export async function openEntries(db: Db, round_id: RoundId): Promise<Entry[]> {
  const rows = await all(db)
    .where('round_id', '=', round_id)
    .where('state', 'in', ['submitted', 'validating'])
    .orderBy('id')
    .execute();
  return rows.map(read);
}

/** Every file that voters see, and the copies of it that show who looks. */
export async function shownFiles(db: Db): Promise<{ entry_id: string; digest: string }[]> {
  const { rows } = await sql<{ entry_id: string; digest: string }>`
    select id as entry_id, show_digest as digest from competitions.entry where show_digest is not null
    union select entry_id, digest from competitions.damaged_copy
    order by 1`.execute(db);
  return rows;
}
