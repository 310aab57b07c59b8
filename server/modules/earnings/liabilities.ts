import { createHmac, type KeyObject } from 'node:crypto';
import { liabilityCommitment, NO_PREVIOUS, type SumLeaf, type SumTree, sumTree } from '@stellary/proofs';
import { sql } from 'kysely';
import type { AccountId } from '../../ids.ts';
import { type Db, takeTurn, type Tx } from '../../kit/database.ts';
import { sha256AtOnce } from './blocks.ts';

/** What is published as owed, each as a tree: what creators have earned and still have here, and the paid credits of members. */
export const LIABILITIES = ['CREDIT:earned', 'CREDIT:paid'] as const;
export type Liability = (typeof LIABILITIES)[number];

// closed days ----------------------------------------------------------------------------------------------

export type ClosedDay = {
  day: string;
  batch: bigint;
  batches: bigint;
  postings: bigint;
  closed_at: Date;
};
const columns = sql`d.day::text as day, d.batch, d.batches, d.postings, d.closed_at`;

export async function lastClosedDay(db: Db): Promise<ClosedDay | null> {
  const { rows } = await sql<ClosedDay>`
    select ${columns} from earnings.closed_day d order by d.day desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** Every closed day, oldest first. */
export async function closedDays(db: Db): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select d.day::text as day from earnings.closed_day d order by d.day`.execute(db);
  return rows.map(({ day }) => day);
}

/** Whether there is a day up to this one that is not closed; asked before anything is locked. */
export async function dayIsOver(db: Db, day: string): Promise<boolean> {
  const last = await lastClosedDay(db);
  return !last || last.day < day;
}

/**
 * The day that an instant is the end of or lies in, if it is closed: what had been posted by then is what it says.
 * Before the first of them nothing had been posted, and nothing that bears such a time comes in any more.
 */
export async function closingOf(db: Db, before: Date): Promise<ClosedDay | null> {
  const day = new Date(before.getTime() - 1).toISOString().slice(0, 10);
  const { rows } = await sql<ClosedDay>`
    select ${columns} from earnings.closed_day d where d.day >= ${day}::date order by d.day limit 1`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The last day that was closed when there was no batch yet from this one on. */
export async function closedWithin(db: Db, from: bigint): Promise<ClosedDay | null> {
  const { rows } = await sql<ClosedDay>`
    select ${columns} from earnings.closed_day d where d.batch < ${from} order by d.day desc limit 1`.execute(
    db,
  );
  return rows[0] ?? null;
}

export async function insertClosedDay(tx: Tx, closed: ClosedDay): Promise<void> {
  const { day, ...rest } = closed;
  await tx
    .insertInto('earnings.closed_day')
    .values({ ...rest, day: sql`${day}::date` })
    .execute();
}

/** The oldest closed day of which nothing is published yet. */
export async function dayToPublish(db: Db): Promise<ClosedDay | null> {
  const { rows } = await sql<ClosedDay>`
    select ${columns} from earnings.closed_day d
    where d.day > coalesce((select max(day) from earnings.liability_day), '-infinity'::date) order by d.day limit 1`.execute(
    db,
  );
  return rows[0] ?? null;
}

// trees ----------------------------------------------------------------------------------------------------

/** Only the holder is told it: who has it can point at the holder's leaf, and nobody else can. */
export const liabilitySalt = (key: KeyObject, liability: Liability, day: string, holder: string): string =>
  createHmac('sha256', key).update(`${liability} ${day} ${holder}`).digest('hex');

export type Leaf = SumLeaf & { holder_id: string | null };

/** Fewer holders than this look like as many. */
const LEAVES_MIN = 16;

/**
 * The leaves of a tree: one for each holder, and as many of nothing as are missing to a power of two, so that the
 * size tells little. They lie in the order of their commitments, which is new every day and says nothing.
 */
export async function liabilityLeaves(
  key: KeyObject,
  { liability, day }: { liability: Liability; day: string },
  owed: ReadonlyMap<AccountId, bigint>,
): Promise<Leaf[]> {
  const holders = await Promise.all(
    [...owed].map(async ([holder_id, amount]) => ({
      holder_id,
      amount: amount.toString(),
      commitment: await liabilityCommitment(liabilitySalt(key, liability, day, holder_id), day, holder_id),
    })),
  );
  const size = Math.max(LEAVES_MIN, 2 ** Math.ceil(Math.log2(Math.max(1, holders.length))));
  const padding = Array.from({ length: size - holders.length }, (_, index) => ({
    holder_id: null,
    amount: '0',
    commitment: liabilitySalt(key, liability, day, `padding ${index}`),
  }));
  return [...holders, ...padding].sort((a, b) => (a.commitment < b.commitment ? -1 : 1));
}

export const liabilityTree = (leaves: readonly SumLeaf[]): Promise<SumTree> => sumTree(leaves, sha256AtOnce);

// what is published ----------------------------------------------------------------------------------------

export type LiabilityRoot = {
  day: string;
  liability: Liability;
  size: number;
  root: string;
  total_micros: bigint;
  hash: string;
  jws: string;
};

/** One who publishes at a time. */
export const mayPublish = (tx: Tx) => takeTurn(tx, 'earnings.liability_day');

/** What the header of the next day names. */
export async function hashBefore(db: Db, liability: Liability): Promise<string> {
  const row = await db
    .selectFrom('earnings.liability_day')
    .select('hash')
    .where('liability', '=', liability)
    .orderBy('day', 'desc')
    .executeTakeFirst();
  return row?.hash ?? NO_PREVIOUS;
}

const LEAVES_AT_ONCE = 10_000;

export async function insertLiabilities(tx: Tx, root: LiabilityRoot, leaves: readonly Leaf[]): Promise<void> {
  const { day, liability } = root;
  await tx
    .insertInto('earnings.liability_day')
    .values({ ...root, day: sql`${day}::date` })
    .execute();
  for (let from = 0; from < leaves.length; from += LEAVES_AT_ONCE) {
    const some = leaves.slice(from, from + LEAVES_AT_ONCE);
    await sql`
      insert into earnings.liability_leaf (day, liability, place, holder_id, amount_micros, commitment)
      select ${day}::date, ${liability}, l.* from unnest(${some.map((_, index) => from + index)}::int4[],
        ${some.map(({ holder_id }) => holder_id)}::uuid[], ${some.map(({ amount }) => amount)}::int8[], ${some.map(({ commitment }) => commitment)}::text[]) l`.execute(
      tx,
    );
  }
}

const rootColumns = sql`day::text as day, liability, size, root, total_micros, hash, jws`;

/** Published roots, the newest first. */
export async function liabilityRoots(
  db: Db,
  options: { before: { day: string; liability: string } | null; limit: number },
): Promise<LiabilityRoot[]> {
  const { before, limit } = options;
  const { rows } = await sql<LiabilityRoot>`
    select ${rootColumns} from earnings.liability_day
    where ${before === null} or (earnings.liability_day.day, liability) < (${before?.day ?? null}::date, ${before?.liability ?? null})
    order by earnings.liability_day.day desc, liability desc limit ${limit}`.execute(db);
  return rows;
}

/** The newest root of each liability, of days that had ended by an instant. */
export async function newestLiabilityRoots(db: Db, before: Date | null): Promise<LiabilityRoot[]> {
  const { rows } = await sql<LiabilityRoot>`
    select ${rootColumns} from earnings.liability_day
    where day = (select max(day) from earnings.liability_day
                 where ${before === null} or day < (${before}::timestamptz at time zone 'UTC')::date)
    order by liability`.execute(db);
  return rows;
}

/** All days of one liability, oldest first. */
export async function rootsOfLiability(db: Db, liability: Liability): Promise<LiabilityRoot[]> {
  const { rows } = await sql<LiabilityRoot>`
    select ${rootColumns} from earnings.liability_day where liability = ${liability} order by earnings.liability_day.day`.execute(
    db,
  );
  return rows;
}

export async function liabilityRootsOf(db: Db, day: string): Promise<LiabilityRoot[]> {
  const { rows } = await sql<LiabilityRoot>`
    select ${rootColumns} from earnings.liability_day where day = ${day}::date order by liability`.execute(
    db,
  );
  return rows;
}

/** All leaves of a tree, in its order. */
export async function leavesOf(
  db: Db,
  { day, liability }: Pick<LiabilityRoot, 'day' | 'liability'>,
): Promise<Leaf[]> {
  const { rows } = await sql<Leaf>`
    select holder_id, commitment, amount_micros::text as amount from earnings.liability_leaf
    where day = ${day}::date and liability = ${liability} order by place`.execute(db);
  return rows;
}
