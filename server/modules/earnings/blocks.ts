import { createHash } from 'node:crypto';
import {
  type BlockHeader,
  type Bytes,
  canonical,
  type DayHeader,
  fromHash,
  headerHash,
  type MerkleTree,
  merkleTree,
  NO_PREVIOUS,
} from '@stellary/proofs';
import { sql } from 'kysely';
import type { GenerationId } from '../../ids.ts';
import { type Db, takeTurn, type Tx } from '../../kit/database.ts';

/** A proof of one receipt asks for all digests of its block; what is more goes into the next block. */
const BLOCK_SIZE_MAX = 4096;

/** A header as it was signed. `hash` is what the next one calls `previous`. */
export type Closed<H> = { header: H; hash: string; jws: string };
type Sign = (canonical_header: string) => Promise<string>;

/** One closer at a time. */
export const mayCloseReceipts = (tx: Tx) => takeTurn(tx, 'earnings.receipt_log');

export type LogEnd = { block: Closed<BlockHeader> | null; day: Closed<DayHeader> | null };

export async function endOfReceiptLog(db: Db): Promise<LogEnd> {
  const [block] = await blocksWhere(db, sql`true`, 1, 'desc');
  const [day] = await daysWhere(db, sql`true`, 1, 'desc');
  return { block: block ?? null, day: day ?? null };
}

/**
 * Puts the receipts that have no place yet into the next block, in the order of their settlement. What commits
 * while this runs, or later, however long ago it was settled, comes into a later block. Answers how many there
 * were and whether more are waiting; an empty block is never closed.
 */
export async function closeBlock(
  tx: Tx,
  before: Closed<BlockHeader> | null,
  at: Date,
  sign: Sign,
): Promise<{ block: Closed<BlockHeader> | null; more: boolean }> {
  const waiting = await withoutPlace(tx, BLOCK_SIZE_MAX + 1);
  const receipts = waiting.receipts.slice(0, BLOCK_SIZE_MAX);
  const more = waiting.receipts.length > BLOCK_SIZE_MAX;
  if (receipts.length === 0) return { block: null, more };

  const tree = await receiptTree(receipts.map(({ digest }) => digest));
  const header: BlockHeader = {
    kind: 'receipts-block',
    number: (before?.header.number ?? 0) + 1,
    first: before ? before.header.first + before.header.size : 0,
    size: tree.size,
    root: tree.root,
    previous: before?.hash ?? NO_PREVIOUS,
    closed_at: at.toISOString(),
  };
  const block = await closed(header, sign);
  const seen_xid = more ? waiting.seen_before : waiting.seen_now;
  const { kind: _, previous: __, ...columns } = header;
  await tx
    .insertInto('earnings.receipt_block')
    .values({
      ...columns,
      first: BigInt(header.first),
      header: canonical(header),
      hash: block.hash,
      jws: block.jws,
      seen_xid,
    })
    .execute();
  await sql`
    insert into earnings.receipt_place (generation_id, block, index)
    select id, ${header.number}, n - 1
    from unnest(${receipts.map(({ generation_id }) => generation_id)}::uuid[]) with ordinality as placed(id, n)`.execute(
    tx,
  );
  return { block, more };
}

/**
 * Signs one UTC day that is over: the blocks that were closed in it, which may be none. The day after it is
 * the next, and so none is left out.
 */
export async function closeDay(
  tx: Tx,
  before: Closed<DayHeader> | null,
  day: string,
  at: Date,
  sign: Sign,
): Promise<Closed<DayHeader>> {
  const first_block = before ? before.header.first_block + before.header.blocks : 1;
  const { rows } = await sql<{ hash: string }>`
    select hash from earnings.receipt_block
    where number >= ${first_block} and closed_at < (${day}::date + 1)::timestamp at time zone 'UTC' order by number`.execute(
    tx,
  );
  const tree = await hashTree(rows.map(({ hash }) => hash));
  const header: DayHeader = {
    kind: 'receipts-day',
    day,
    first_block,
    blocks: tree.size,
    root: tree.root,
    previous: before?.hash ?? NO_PREVIOUS,
    closed_at: at.toISOString(),
  };
  const signed = await closed(header, sign);
  await sql`
    insert into earnings.receipt_day (day, first_block, blocks, root, header, hash, jws, closed_at)
    values (${day}, ${first_block}, ${tree.size}, ${tree.root}, ${canonical(header)}, ${signed.hash}, ${signed.jws}, ${at})`.execute(
    tx,
  );
  return signed;
}

// --- Reading ---------------------------------------------------------------------------------------------------

export const blocksAfter = (db: Db, number: number, limit: number) =>
  blocksWhere(db, sql`number > ${number}`, limit, 'asc');

export const blockByNumber = async (db: Db, number: number) =>
  (await blocksWhere(db, sql`number = ${number}`, 1, 'asc'))[0];

export const daysAfter = (db: Db, day: string | null, limit: number) =>
  daysWhere(db, day === null ? sql`true` : sql`day > ${day}::date`, limit, 'asc');

/** The signed day that a block lies in; none while the day is not over. */
export const dayOfBlock = async (db: Db, number: number) =>
  (
    await daysWhere(
      db,
      sql`day = (select (closed_at at time zone 'UTC')::date from earnings.receipt_block where number = ${number})`,
      1,
      'asc',
    )
  )[0];

/** Where a receipt lies; undefined as long as it is in no block. */
export const placeOfReceipt = (db: Db, generation_id: GenerationId) =>
  db
    .selectFrom('earnings.receipt_place')
    .select(['block', 'index'])
    .where('generation_id', '=', generation_id)
    .executeTakeFirst();

/** The tree of a block's receipts, as it was closed. */
export async function treeOfBlock(db: Db, number: number): Promise<MerkleTree> {
  const rows = await db
    .selectFrom('earnings.receipt_place as p')
    .innerJoin('earnings.receipt as r', 'r.generation_id', 'p.generation_id')
    .select('r.digest')
    .where('p.block', '=', number)
    .orderBy('p.index')
    .execute();
  return receiptTree(rows.map(({ digest }) => digest));
}

export async function treeOfDay(db: Db, { first_block, blocks }: DayHeader): Promise<MerkleTree> {
  const rows = await db
    .selectFrom('earnings.receipt_block')
    .select('hash')
    .where('number', '>=', first_block)
    .where('number', '<', first_block + blocks)
    .orderBy('number')
    .execute();
  return hashTree(rows.map(({ hash }) => hash));
}

/** The hashes that these blocks have now, by number. */
export async function hashesInReceiptLog(
  db: Db,
  blocks: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (blocks.length === 0) return new Map();
  const rows = await db
    .selectFrom('earnings.receipt_block')
    .select(['number', 'hash'])
    .where('number', 'in', [...blocks])
    .execute();
  return new Map(rows.map(({ number, hash }) => [number, hash]));
}

const receiptTree = (digests: readonly string[]): Promise<MerkleTree> =>
  hashTree(digests.map((digest) => digest.replace(/^sha256:/, '')));

export const hashTree = (hashes: readonly string[]): Promise<MerkleTree> =>
  merkleTree(hashes.map(fromHash), sha256AtOnce);

// --- Inside ----------------------------------------------------------------------------------------------------

/** The hash of Node answers at once, which is what a large tree wants. */
export const sha256AtOnce = (bytes: Bytes): Bytes =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

async function closed<H extends BlockHeader | DayHeader>(header: H, sign: Sign): Promise<Closed<H>> {
  return { header, hash: await headerHash(header), jws: await sign(canonical(header)) };
}

/**
 * Receipts that are in no block. Every transaction older than the oldest one that was open when a block was
 * closed had been seen then, so only what is younger is looked at. Both sides are of one snapshot: what is not
 * seen here is not counted as seen.
 */
async function withoutPlace(tx: Tx, limit: number) {
  const { rows: last } = await sql<{ seen: string }>`
    select coalesce((select seen_xid from earnings.receipt_block order by number desc limit 1), '0')::text as seen`.execute(
    tx,
  );
  const seen_before = last[0]?.seen ?? '0';
  const { rows } = await sql<{ generation_id: GenerationId; digest: string; seen_now: string }>`
    select r.generation_id, r.digest, pg_snapshot_xmin(pg_current_snapshot())::text as seen_now
    from earnings.receipt r
    where r.xid >= ${seen_before}::xid8
      and not exists (select from earnings.receipt_place p where p.generation_id = r.generation_id)
    order by r.settled_at, r.generation_id limit ${limit}`.execute(tx);
  return { receipts: rows, seen_before, seen_now: rows[0]?.seen_now ?? seen_before };
}

type Condition = ReturnType<typeof sql>;
type Direction = 'asc' | 'desc';
type Row = { header: string; hash: string; jws: string };

const blocksWhere = (db: Db, condition: Condition, limit: number, direction: Direction) =>
  sql<Row>`
    select header, hash, jws from earnings.receipt_block where ${condition}
    order by number ${sql.raw(direction)} limit ${limit}`
    .execute(db)
    .then(({ rows }) => rows.map((row) => read<BlockHeader>(row)));

const daysWhere = (db: Db, condition: Condition, limit: number, direction: Direction) =>
  sql<Row>`
    select header, hash, jws from earnings.receipt_day where ${condition}
    order by day ${sql.raw(direction)} limit ${limit}`
    .execute(db)
    .then(({ rows }) => rows.map((row) => read<DayHeader>(row)));

/** The text is ours: `verify` compares it with what was signed. */
const read = <H>({ header, hash, jws }: Row): Closed<H> => ({ header: JSON.parse(header) as H, hash, jws });
