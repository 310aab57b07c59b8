import { sql } from 'kysely';
import { CategoryKind } from '#api/competitions/shapes.ts';
import { RESULTS_OUT } from '#api/competitions/results-out.ts';
import { type AccountId, asId, type CategoryId, type EntryId, type RoundId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type Placed = {
  category_id: CategoryId;
  version: number;
  place_slot: number;
  place: number;
  shared: boolean;
  entry_id: EntryId;
  /** What stays of the work when it is gone. */
  title: string;
  asset_digest: string;
  model_title: string;
  creator_name: string;
  amount_nanos: bigint;
  at: Date;
};
export type PlacedPerson = { person_id: AccountId; display_name: string };

/** Writes who won, and it is never written again: what changes is another version. */
export async function insertPlace(tx: Tx, placed: Placed, people: readonly PlacedPerson[]): Promise<void> {
  await tx.insertInto('competitions.place').values(placed).execute();
  const { category_id, version, place_slot } = placed;
  if (people.length === 0) return;
  await tx
    .insertInto('competitions.place_person')
    .values(people.map((one) => ({ category_id, version, place_slot, ...one })))
    .execute();
}

const places = (db: Db) => db.selectFrom('competitions.place').selectAll('competitions.place');
type Row = Awaited<ReturnType<ReturnType<typeof places>['executeTakeFirstOrThrow']>>;
const read = (row: Row): Placed => ({
  ...row,
  category_id: asId(row.category_id),
  entry_id: asId(row.entry_id),
});

/** The places of one version, the first before the others. */
export async function placesOf(db: Db, category_id: CategoryId, version: number): Promise<Placed[]> {
  const rows = await places(db)
    .where('category_id', '=', category_id)
    .where('version', '=', version)
    .orderBy('place_slot')
    .execute();
  return rows.map(read);
}

/** Who has a place, as they were called when they won it. */
export async function peopleOfPlaces(
  db: Db,
  category_id: CategoryId,
  version: number,
): Promise<(PlacedPerson & { place_slot: number })[]> {
  const rows = await db
    .selectFrom('competitions.place_person')
    .select(['place_slot', 'person_id', 'display_name'])
    .where('category_id', '=', category_id)
    .where('version', '=', version)
    .orderBy('place_slot')
    .orderBy('person_id')
    .execute();
  return rows.map((row) => ({ ...row, person_id: asId<AccountId>(row.person_id) }));
}

/** Of places those of the newest standings that are published; `p` is the place, `c` its category. */
export const NEWEST = sql<boolean>`p.version = (
  select max(t.version) from competitions.tally t where t.category_id = c.id and t.published_at is not null)`;
/** Of rounds (`r`) those whose results are there for everybody. */
export const IS_OUT = sql<boolean>`r.state = any(${[...RESULTS_OUT]}::text[])`;

/** What the newest standings of a round owe, for awards: what those who share a place get is divided already. */
export async function awardsDue(
  db: Db,
  round_id: RoundId,
): Promise<Pick<Placed, 'category_id' | 'place_slot' | 'entry_id' | 'amount_nanos'>[]> {
  const { rows } = await sql<{
    category_id: string;
    place_slot: number;
    entry_id: string;
    amount_nanos: bigint;
  }>`
    select p.category_id, p.place_slot, p.entry_id, p.amount_nanos
    from competitions.place p join competitions.category c on c.id = p.category_id
    where c.round_id = ${round_id} and p.amount_nanos > 0 and ${NEWEST}
    order by p.category_id, p.place_slot`.execute(db);
  return rows.map((row) => ({
    ...row,
    category_id: asId<CategoryId>(row.category_id),
    entry_id: asId<EntryId>(row.entry_id),
  }));
}

export type HallRow = Placed & {
  round_id: RoundId;
  slug: string;
  round_title: string;
  month: string;
  state: string;
  kind: CategoryKind;
};

/** Winners of all rounds whose results are out, by their newest standings; the newest month first. */
export async function hallPage(
  db: Db,
  { kind, after, limit }: { kind: CategoryKind | undefined; after: readonly string[] | null; limit: number },
): Promise<HallRow[]> {
  const { rows } = await sql<Row & Omit<HallRow, keyof Placed>>`
    select p.*, r.id as round_id, r.slug, r.title as round_title, r.month::text as month, r.state, c.kind
    from competitions.place p
    join competitions.category c on c.id = p.category_id
    join competitions.round r on r.id = c.round_id
    where ${IS_OUT} and ${NEWEST}
      ${kind ? sql`and c.kind = ${kind}` : sql``}
      ${after ? sql`and (r.month::text, c.id::text, -p.place_slot) < (${after[0]}, ${after[1]}, -${after[2]}::int)` : sql``}
    order by r.month::text desc, c.id::text desc, p.place_slot
    limit ${limit}`.execute(db);
  return rows.map(({ round_id, slug, round_title, month, state, kind: is, ...row }) => ({
    ...read(row),
    ...{ round_id: asId<RoundId>(round_id), slug, round_title, month, state, kind: CategoryKind.parse(is) },
  }));
}
