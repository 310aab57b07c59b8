import { sql } from 'kysely';
import * as z from 'zod';
import type { AccountId, GenerationId, ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll, oneOf } from '../../kit/insert-all.ts';
import { ClaimsChanged, type SettledUnder, stillUnder } from './claims.ts';

const Parts = z.array(
  z.object({ person_id: z.uuid(), role: z.enum(['creator', 'collaborator']), part_ppm: z.int() }),
);

/** One of those who agreed on a split; parents come by royalties. */
export type AgreedPart = z.infer<typeof Parts>[number];

export async function insertSplit(
  tx: Tx,
  split: { model_id: ModelId; parts: AgreedPart[]; agreed_at: Date; in_force_from: Date },
): Promise<number> {
  const { model_id, parts, agreed_at, in_force_from } = split;
  const last = await tx
    .selectFrom('earnings.split')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('model_id', '=', model_id)
    .executeTakeFirst();
  const version = (last?.version ?? 0) + 1;
  await tx
    .insertInto('earnings.split')
    .values({ model_id, version, parts: JSON.stringify(Parts.parse(parts)), agreed_at, in_force_from })
    .execute();
  return version;
}

export async function splitInForce(db: Db, model_id: ModelId, at: Date) {
  const row = await db
    .selectFrom('earnings.split')
    .select(['version', 'parts'])
    .where('model_id', '=', model_id)
    .where('in_force_from', '<=', at)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { version: row.version, parts: Parts.parse(row.parts) };
}

/** The split in force at an instant and those that were agreed to follow it, in the order in which they were. */
export async function splitsFrom(db: Db, model_id: ModelId, at: Date) {
  const now = await splitInForce(db, model_id, at);
  const rows = await db
    .selectFrom('earnings.split')
    .select(['version', 'parts', 'in_force_from'])
    .where('model_id', '=', model_id)
    .where('version', '>=', now?.version ?? 1)
    .orderBy('version')
    .execute();
  return rows.map(({ parts, ...row }) => ({ ...row, parts: Parts.parse(parts) }));
}

/** Who shares in a model with this person, in any version of its split; they themselves are among them. */
export async function sharersWith(db: Db, person_id: AccountId): Promise<Set<string>> {
  const { rows } = await sql<{ person_id: string }>`
    select distinct part ->> 'person_id' as person_id
    from earnings.split s, jsonb_array_elements(s.parts) part
    where s.parts @> jsonb_build_array(jsonb_build_object('person_id', ${person_id}::text))`.execute(db);
  return new Set(rows.map((row) => row.person_id));
}

/** Those of these models that somebody else than their owner was ever to be paid of, by any version of a split. */
export async function sharedAmong(db: Db, model_ids: readonly ModelId[]): Promise<Set<ModelId>> {
  const { rows } = await sql<{ model_id: ModelId }>`
    select distinct model_id from earnings.split
    where model_id = any(${[...model_ids]}::uuid[]) and parts @? '$[*] ? (@.role != "creator")'`.execute(db);
  return new Set(rows.map(({ model_id }) => model_id));
}

export async function insertReceipts(
  tx: Tx,
  receipts: { generation_id: GenerationId; settled_at: Date; canonical: string; digest: string }[],
): Promise<void> {
  await insertAll(tx, 'earnings.receipt', receipts);
}

/** As whom somebody has a line: what an upheld claim brought is its claimant's, whoever earned it first. */
export type LineRole = 'creator' | 'collaborator' | 'parent' | 'claimant';

export type Line = {
  generation_id: GenerationId;
  person_id: AccountId;
  role: LineRole;
  model_id: ModelId;
  settled_at: Date;
  /** The UTC day with which its paid half matures. */
  matures_day: string;
  price_micros: bigint;
  amount_micros: bigint;
  pending_micros: bigint;
  vesting_micros: bigint;
};

/** `under`: what the settlement went by. Where that has changed meanwhile nothing is written (`ClaimsChanged`). */
export async function insertLines(
  tx: Tx,
  lines: readonly Line[],
  under: SettledUnder | null = null,
): Promise<void> {
  const options = under ? { only_if: stillUnder(under) } : {};
  if ((await insertAll(tx, 'earnings.line', lines, options)) !== lines.length) throw new ClaimsChanged();
}

export async function receiptOf(db: Db, generation_id: GenerationId) {
  return db
    .selectFrom('earnings.receipt')
    .selectAll()
    .where('generation_id', '=', generation_id)
    .executeTakeFirst();
}

const sameGeneration = ['generation_id', 'person_id', 'model_id', 'settled_at', 'price_micros'] as const;
/** What refunds, disputes and cases took back of a line. */
const reversed = sql`(
  select sum(x.pending_micros + x.vesting_micros) from earnings.reversal_line x
  where x.generation_id = line.generation_id and x.person_id = line.person_id and x.role = line.role)`;

/** What a generation brought a person, who may have had several roles in it: creator of the model and of a parent. */
const earned = (db: Db) =>
  db
    .selectFrom('earnings.line')
    .select(sameGeneration)
    .select([
      sql<bigint>`sum(amount_micros)::int8`.as('amount_micros'),
      sql<bigint>`sum(pending_micros)::int8`.as('pending_micros'),
      sql<bigint>`sum(vesting_micros)::int8`.as('vesting_micros'),
      sql<bigint>`coalesce(sum(${reversed}), 0)::int8`.as('reversed_micros'),
    ])
    .groupBy(sameGeneration);

export async function linesOfPerson(
  db: Db,
  person_id: AccountId,
  options: {
    model_id: ModelId | null;
    from?: Date | undefined;
    to?: Date | undefined;
    before: { at: Date; id: string } | null;
    limit: number;
  },
) {
  let query = earned(db)
    .where('person_id', '=', person_id)
    .orderBy('settled_at', 'desc')
    .orderBy('generation_id', 'desc')
    .limit(options.limit);
  if (options.model_id) query = query.where('model_id', '=', options.model_id);
  if (options.from) query = query.where('settled_at', '>=', options.from);
  if (options.to) query = query.where('settled_at', '<', options.to);
  const before = options.before;
  if (before)
    query = query.where(sql<boolean>`(settled_at, generation_id) < (${before.at}, ${before.id}::uuid)`);
  return query.execute();
}

export async function linesOfGeneration(db: Db, generation_id: GenerationId) {
  return earned(db).where('generation_id', '=', generation_id).execute();
}

/** What each of these generations brought a person, less what was taken back of it. */
export async function earnedBy(
  db: Db,
  person_id: AccountId,
  generation_ids: readonly GenerationId[],
): Promise<Map<string, bigint>> {
  if (generation_ids.length === 0) return new Map();
  const rows = await earned(db)
    .where('person_id', '=', person_id)
    .where('generation_id', '=', oneOf(generation_ids))
    .execute();
  return new Map(rows.map((row) => [row.generation_id, row.amount_micros - row.reversed_micros]));
}

/** Who earned something by any of these. */
export async function whoEarnedBy(db: Db, ids: readonly GenerationId[]): Promise<{ person_id: string }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('earnings.line')
    .select('person_id')
    .distinct()
    .where(sql<boolean>`generation_id = any(${[...ids]}::uuid[])`)
    .execute();
}

/** What a generation earned each, role by role, as it was settled. */
export async function partsOfGeneration(db: Db, generation_id: GenerationId) {
  return db
    .selectFrom('earnings.line')
    .select(['person_id', 'role', 'amount_micros'])
    .where('generation_id', '=', generation_id)
    .execute();
}

export async function linesBetween(db: Db, person_id: AccountId, from: Date, to: Date) {
  return earned(db)
    .where('person_id', '=', person_id)
    .where('settled_at', '>=', from)
    .where('settled_at', '<', to)
    .orderBy('settled_at')
    .orderBy('generation_id')
    .execute();
}

/** How many generations earned something in [from, to). */
export const countLines = async (db: Db, person_id: AccountId, from: Date, to: Date): Promise<number> =>
  (await countLinesOf(db, [person_id], from, to)).get(person_id) ?? 0;

/** The same of many; of whom nothing was settled is not among them. */
export async function countLinesOf(
  db: Db,
  people: readonly AccountId[],
  from: Date,
  to: Date,
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('earnings.line')
    .select(['person_id', sql<bigint>`count(distinct generation_id)`.as('n')])
    .where(sql<boolean>`person_id = any(${[...people]}::uuid[])`)
    .where('settled_at', '>=', from)
    .where('settled_at', '<', to)
    .groupBy('person_id')
    .execute();
  return new Map(rows.map(({ person_id, n }) => [person_id, Number(n)]));
}

export async function countByDay(db: Db, person_id: AccountId, from: Date): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('earnings.line')
    .select([
      sql<string>`to_char(settled_at at time zone 'UTC', 'YYYY-MM-DD')`.as('day'),
      sql<bigint>`count(distinct generation_id)`.as('n'),
    ])
    .where('person_id', '=', person_id)
    .where('settled_at', '>=', from)
    // what a claim brought was not earned on that day
    .where('role', '<>', 'claimant')
    .groupBy('day')
    .execute();
  return new Map(rows.map(({ day, n }) => [day, Number(n)]));
}

export async function sumsByModel(db: Db, person_id: AccountId, from: Date) {
  return db
    .selectFrom('earnings.line')
    .select([
      'model_id',
      sql<bigint>`sum(amount_micros)::int8`.as('amount_micros'),
      sql<bigint>`count(distinct generation_id)`.as('generations'),
    ])
    .where('person_id', '=', person_id)
    .where('settled_at', '>=', from)
    .groupBy('model_id')
    .orderBy('amount_micros', 'desc')
    .orderBy('model_id')
    .execute();
}
