import { sql } from 'kysely';
import * as z from 'zod';
import { CategoryKind, EntryRule } from '#api/competitions/shapes.ts';
import { type AccountId, asId, type CategoryId, newId, type RoundId, type TemplateId } from '../../ids.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import type { Instants } from './instants.ts';
import { type RoundAct, roundMachine, type RoundState } from './round-machine.ts';

/** Whatever comes next in a round by itself. */
export const TURN_TIMER = 'round.turn';

/** What is written about a round; its categories apart. */
export type RoundSaid = { slug: string; title: string; theme: string; story: string } & Instants;

export type Round = RoundSaid & {
  id: RoundId;
  template_id: TemplateId | null;
  month: string;
  state: RoundState;
  version: number;
  came_from: string | null;
  suspended_at: Date | null;
  announced_at: Date | null;
  rules_text: string | null;
  rules_digest: string | null;
  seed: Buffer | null;
  seed_commitment: Buffer | null;
  seed_revealed_at: Date | null;
  written_by: AccountId;
  written_at: Date;
  proposed_by: AccountId | null;
  approved_by: AccountId | null;
  funded_nanos: bigint | null;
  funded_at: Date | null;
  returned_nanos: bigint | null;
  returned_at: Date | null;
};

const all = (db: Db) => db.selectFrom('competitions.round').selectAll();
type Row = Awaited<ReturnType<ReturnType<typeof all>['executeTakeFirstOrThrow']>>;
const isState = (state: string): state is RoundState => Object.hasOwn(roundMachine.states, state);
function stateOf(state: string): RoundState {
  if (!isState(state)) throw new Error(`no round is ${state}`);
  return state;
}
const person = (id: string | null) => (id === null ? null : asId<AccountId>(id));
const read = (row: Row): Round => ({
  ...row,
  id: asId(row.id),
  template_id: row.template_id === null ? null : asId(row.template_id),
  written_by: asId(row.written_by),
  proposed_by: person(row.proposed_by),
  approved_by: person(row.approved_by),
  state: stateOf(row.state),
});

type Begun = RoundSaid & Pick<Round, 'id' | 'template_id' | 'month' | 'written_by'>;

export async function beginRound(tx: Tx, round: Begun, by: Actor, at: Date): Promise<void> {
  await tx
    .insertInto('competitions.round')
    .values({ ...round, written_at: at, state: roundMachine.begins })
    .execute();
  await begin(tx, roundMachine, { id: round.id, by, at });
}

/** Writes a draft anew; what was proposed before is not what stands there now. */
export async function writeRound(tx: Tx, { id, version }: Round, said: RoundSaid): Promise<void> {
  await tx
    .updateTable('competitions.round')
    .set({ ...said, version: version + 1, proposed_by: null })
    .where('id', '=', id)
    .execute();
}

type Ways = Partial<Omit<Round, 'id' | 'state' | 'version'>>;

export const moveRound = (
  tx: Tx,
  act: RoundAct,
  step: {
    id: RoundId;
    by: Actor;
    at: Date;
    version?: number | undefined;
    reason?: string | undefined;
    set?: Ways | undefined;
  },
): Promise<number> => takeStep(tx, roundMachine, act, step);

export async function roundById(db: Db, id: RoundId): Promise<Round | undefined> {
  const row = await all(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** Also a draft: who may see one is said by whoever shows it. */
export async function roundBySlug(db: Db, slug: string): Promise<Round | undefined> {
  const row = await all(db).where('slug', '=', slug).executeTakeFirst();
  return row && read(row);
}

/** Keeps the row of a round as it is until the transaction ends. */
export async function lockRound(tx: Tx, id: RoundId): Promise<Round | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && read(row);
}

/** The same for whoever only needs that it goes no further meanwhile: they do not wait for each other. */
export async function keepRound(tx: Tx, id: RoundId): Promise<Round | undefined> {
  const row = await all(tx).where('id', '=', id).forShare().executeTakeFirst();
  return row && read(row);
}

export async function roundsByIds(db: Db, ids: readonly string[]): Promise<Round[]> {
  if (ids.length === 0) return [];
  return (await all(db).where(isAnyOf('id', ids)).execute()).map(read);
}

/** Whose prizes lie aside: funded, and nothing of it went back yet. The newest first. */
export async function roundsWithEscrow(db: Db): Promise<Round[]> {
  const rows = await all(db)
    .where('funded_at', 'is not', null)
    .where('returned_at', 'is', null)
    .orderBy('opens_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(read);
}

/** In the order of their months, the newest first. */
export async function roundsPage(
  db: Db,
  {
    states,
    after,
    limit,
  }: {
    states: readonly RoundState[];
    after: { at: Date; id: string } | null;
    limit: number;
  },
): Promise<Round[]> {
  let query = all(db).where('state', 'in', [...states]);
  if (after)
    query = query.where(sql<boolean>`(opens_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  const rows = await query.orderBy('opens_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(read);
}

export async function roundsOfTemplate(db: Db, template_id: TemplateId): Promise<Round[]> {
  const rows = await all(db)
    .where('template_id', '=', template_id)
    .orderBy('month', 'desc')
    .limit(24)
    .execute();
  return rows.map(read);
}

export const slugIsTaken = async (db: Db, slug: string): Promise<boolean> =>
  (await roundBySlug(db, slug)) !== undefined;

// categories -------------------------------------------------------------------------------------------------

export type Category = {
  id: CategoryId;
  round_id: RoundId;
  kind: CategoryKind;
  theme: string;
  entries_max: number;
  rules: EntryRule[];
};
export type NewCategory = Omit<Category, 'id' | 'round_id'> & { prizes_nanos: readonly bigint[] };
export type Prize = { category_id: CategoryId; place: number; amount_nanos: bigint };

/** The categories of a draft with their prizes, instead of those that it had. */
export async function putCategories(
  tx: Tx,
  round_id: RoundId,
  wanted: readonly NewCategory[],
  at: Date,
): Promise<void> {
  const before = await categoriesOf(tx, round_id);
  for (const { id } of before) {
    await tx.deleteFrom('competitions.prize').where('category_id', '=', id).execute();
    await tx.deleteFrom('competitions.category').where('id', '=', id).execute();
  }
  const rows = wanted.map((category) => ({ ...category, id: newId<CategoryId>(at) }));
  if (rows.length === 0) return;
  await tx
    .insertInto('competitions.category')
    .values(
      rows.map(({ prizes_nanos: _, rules, ...row }) => ({ ...row, round_id, rules: JSON.stringify(rules) })),
    )
    .execute();
  await insertAll(
    tx,
    'competitions.prize',
    rows.flatMap(({ id, prizes_nanos }) =>
      prizes_nanos.map((amount_nanos, place) => ({ category_id: id, place: place + 1, amount_nanos })),
    ),
  );
}

const categories = (db: Db) => db.selectFrom('competitions.category').selectAll();
const readCategory = (
  row: Awaited<ReturnType<ReturnType<typeof categories>['executeTakeFirstOrThrow']>>,
): Category => ({
  ...row,
  id: asId(row.id),
  round_id: asId(row.round_id),
  kind: CategoryKind.parse(row.kind),
  rules: z.array(EntryRule).parse(row.rules),
});

/** In the order in which they are shown: creations, then models. */
export async function categoriesOf(db: Db, round_id: RoundId | readonly RoundId[]): Promise<Category[]> {
  const ids = typeof round_id === 'string' ? [round_id] : round_id;
  if (ids.length === 0) return [];
  const rows = await categories(db)
    .where(isAnyOf('round_id', ids))
    .orderBy(sql`array_position(${CategoryKind.options}::text[], kind)`)
    .execute();
  return rows.map(readCategory);
}

export async function categoryById(db: Db, id: CategoryId): Promise<Category | undefined> {
  const row = await categories(db).where('id', '=', id).executeTakeFirst();
  return row && readCategory(row);
}

export async function categoryOfKind(
  db: Db,
  round_id: RoundId,
  kind: CategoryKind,
): Promise<Category | undefined> {
  const row = await categories(db)
    .where('round_id', '=', round_id)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row && readCategory(row);
}

/** By category and place. */
export async function prizesOf(db: Db, ids: CategoryId | readonly CategoryId[]): Promise<Prize[]> {
  const list = typeof ids === 'string' ? [ids] : ids;
  if (list.length === 0) return [];
  const rows = await db
    .selectFrom('competitions.prize')
    .selectAll()
    .where(isAnyOf('category_id', list))
    .orderBy('category_id')
    .orderBy('place')
    .execute();
  return rows.map((row) => ({ ...row, category_id: asId(row.category_id) }));
}

// notices ----------------------------------------------------------------------------------------------------

export type Notice = {
  round_id: RoundId;
  at: Date;
  kind: 'extension' | 'suspension' | 'resumption' | 'wait' | 'cancellation';
  reason: string;
  shift_ms: bigint;
  by_id: AccountId | null;
};

export async function giveNotice(tx: Tx, notice: Notice): Promise<void> {
  await tx.insertInto('competitions.notice').values(notice).execute();
}

/** What was done to a round, the oldest first. */
export const noticesOf = (db: Db, round_id: RoundId): Promise<Notice[]> =>
  db
    .selectFrom('competitions.notice')
    .selectAll()
    .$narrowType<Notice>()
    .where('round_id', '=', round_id)
    .orderBy('at')
    .execute();
