// How far finalized blocks are in the books, what newer ones say meanwhile, and what books and chain last said of
// each other.
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import * as z from 'zod';
import { newId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';

export type ChainCursor = {
  block_number: bigint;
  block_hash: string;
  block_at: Date;
  /** What lies in the distributor beyond whole nanos, in base units. */
  dust: bigint;
  moved_at: Date;
};

const cursor = (db: Db) =>
  db
    .selectFrom('rewards.cursor')
    .select(['block_number', 'block_hash', 'block_at', 'moved_at'])
    .select(sql<bigint>`dust::int8`.as('dust'));

/** Null until the chain was looked at for the first time. */
export async function cursorOf(db: Db): Promise<ChainCursor | null> {
  return (await cursor(db).executeTakeFirst()) ?? null;
}

/** Whoever holds it is the one who posts what the chain says. */
export async function lockCursor(tx: Tx): Promise<ChainCursor | null> {
  return (await cursor(tx).forUpdate().executeTakeFirst()) ?? null;
}

type Block = Pick<ChainCursor, 'block_number' | 'block_hash' | 'block_at'>;

/** The block before the first that can say anything. Several processes may come at once. */
export async function beginCursor(tx: Tx, block: Block, at: Date): Promise<void> {
  await tx
    .insertInto('rewards.cursor')
    .values({ ...block, moved_at: at })
    .onConflict((there) => there.doNothing())
    .execute();
}

export async function moveCursor(tx: Tx, block: Block, at: Date): Promise<void> {
  await tx
    .updateTable('rewards.cursor')
    .set({ ...block, moved_at: at })
    .execute();
}

export async function moveDust(tx: Tx, dust: bigint): Promise<void> {
  await tx
    .updateTable('rewards.cursor')
    .set({ dust: String(dust) })
    .execute();
}

// what newer blocks say ------------------------------------------------------------------------------------

export type Provisional = {
  block_number: bigint;
  log_index: number;
  block_hash: string;
  tx_hash: string;
  at: Date;
  kind: string;
  wallet: string | null;
  amount_nanos: bigint | null;
  cumulative_nanos: bigint | null;
  epoch: bigint | null;
  root: string | null;
};

const provisional = (db: Db) => db.selectFrom('rewards.provisional').selectAll();

/** All of it anew; nothing is written where nothing is new. */
export async function replaceProvisional(tx: Tx, events: readonly Provisional[]): Promise<void> {
  const before = await provisional(tx).orderBy('block_number').orderBy('log_index').execute();
  if (isDeepStrictEqual(before.map(placeOf), events.map(placeOf))) return;
  await tx.deleteFrom('rewards.provisional').execute();
  await insertAll(tx, 'rewards.provisional', events);
}

const placeOf = ({ block_hash, log_index }: Pick<Provisional, 'block_hash' | 'log_index'>) =>
  `${block_hash} ${log_index}`;

/** What of these wallets is in blocks that may still go. */
export async function provisionalOf(db: Db, wallets: readonly string[]): Promise<Provisional[]> {
  if (wallets.length === 0) return [];
  return provisional(db)
    .where(sql<boolean>`wallet = any(${wallets}::text[])`)
    .orderBy('block_number')
    .orderBy('log_index')
    .execute();
}

// books against chain --------------------------------------------------------------------------------------

const Digits = z.string().regex(/^\d+$/);
const StatedRoot = z
  .object({
    epoch: Digits,
    root: z.string(),
    manifest: z.string(),
    total_nanos: Digits,
    /** Pending: from when it may be activated. Previous: until when its proofs are taken. */
    eta: z.string(),
  })
  .nullable();
const StatedByChain = z.object({
  live: StatedRoot,
  pending: StatedRoot,
  previous: StatedRoot,
  is_paused: z.boolean(),
  reserved_total_nanos: Digits,
  delay_s: Digits,
  grace_s: Digits,
  dust: Digits,
});
/** What the contract said of itself at that block. */
export type StatedByChain = z.infer<typeof StatedByChain>;

export type LastReconciliation = {
  block_number: bigint;
  at: Date;
  books_nanos: bigint;
  chain_nanos: bigint;
  claimed_books_nanos: bigint;
  claimed_chain_nanos: bigint;
  agrees: boolean;
  state: StatedByChain;
};

export async function lastReconciliation(db: Db): Promise<LastReconciliation | null> {
  const row = await newest(db);
  return row ? row.said : null;
}

async function newest(db: Db): Promise<{ id: string; said: LastReconciliation } | null> {
  const row = await db
    .selectFrom('rewards.reconciliation')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const { id, state, ...figures } = row;
  return { id, said: { ...figures, state: StatedByChain.parse(state) } };
}

/** A row for each change: where both sides say what they said before, that one only becomes newer. */
export async function noteReconciliation(tx: Tx, said: LastReconciliation): Promise<void> {
  const before = await newest(tx);
  if (before && isDeepStrictEqual(figuresOf(before.said), figuresOf(said))) {
    const { at, block_number } = said;
    await tx
      .updateTable('rewards.reconciliation')
      .set({ at, block_number })
      .where('id', '=', before.id)
      .execute();
    return;
  }
  const { state, ...figures } = said;
  await tx
    .insertInto('rewards.reconciliation')
    .values({ id: newId(said.at), ...figures, state: JSON.stringify(state) })
    .execute();
}

const figuresOf = ({ at: _at, block_number: _block, ...figures }: LastReconciliation) => figures;
