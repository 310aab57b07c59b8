import {
  type BlockHeader,
  type DayHeader,
  headerHash,
  parseCanonical,
  type SignedHeader,
  verifyChain,
} from '@stellary/proofs';
import type { JSONWebKeySet } from 'jose';
import { sql } from 'kysely';
import { present } from '../kit/assert.ts';
import { dayOf, nextDay } from '../kit/clock.ts';
import { type Db, inOnePicture } from '../kit/database.ts';
import { gather, SUBJECTS_MAX, type Verification } from '../kit/findings.ts';
import * as earnings from '../modules/earnings/index.ts';

const PLACED = 'each receipt that is older than a minute lies in one block';
const ROOT = 'each block has the root of its receipts as they are';
const CHAIN = 'the chain of blocks of receipts is unbroken and signed';
const DAY_ROOT = 'each day has the root of its blocks, and every block lies in the day it was closed in';
const DAYS = 'the chain of days of receipts is unbroken and signed, and no day is left out';

const PAGE = 50;
const GRACE_MS = 60_000;

type Find = ReturnType<typeof gather>['find'];

/** Whether the log of receipts is still what was signed: every hash is computed again, every signature checked. */
export async function verifyReceiptLog(db: Db, jwks: JSONWebKeySet): Promise<Verification> {
  const { violations, find } = gather();
  const note = await inOnePicture(db, async (tx) => {
    const until = await lastSignOfLife(tx);
    await verifyPlaces(tx, until, find);
    const blocks = await verifyBlocks(tx, jwks, find);
    const days = await verifyDays(tx, jwks, until, find);
    return `receipts: ${blocks.receipts} in ${blocks.blocks} blocks of ${days} days that are over`;
  });
  return { checked: [PLACED, ROOT, CHAIN, DAYS, DAY_ROOT], violations, notes: [note] };
}

/**
 * The newest moment that the database knows of. A program that stopped in the middle of its work closes what is
 * new when it comes back, and until then it is not late; one that goes on without closing is.
 */
async function lastSignOfLife(tx: Db): Promise<Date> {
  const { rows } = await sql<{ at: Date | null }>`
    select greatest(
      (select settled_at from earnings.receipt order by xid desc limit 1),
      (select closed_at from earnings.receipt_block order by number desc limit 1),
      (select closed_at from earnings.receipt_day order by day desc limit 1),
      (select at from kit.outbox order by xid desc, id desc limit 1)) as at`.execute(tx);
  return rows[0]?.at ?? new Date(0);
}

async function verifyPlaces(tx: Db, until: Date, find: Find): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select r.generation_id as id from earnings.receipt r
    where r.settled_at < ${new Date(until.getTime() - GRACE_MS)}
      and not exists (select from earnings.receipt_place p where p.generation_id = r.generation_id)
    limit ${SUBJECTS_MAX}`.execute(tx);
  for (const { id } of rows) find(PLACED, id);
}

/** `header` is null where the text is none any more. */
type Row<H> = {
  header: H | null;
  hash: string;
  jws: string;
  columns: Record<string, unknown>;
  text: string;
};

async function verifyBlocks(tx: Db, jwks: JSONWebKeySet, find: Find) {
  const chain = chainOf('receipts-block', jwks, (subject) => find(CHAIN, subject));
  let count = { blocks: 0, receipts: 0 };
  for (let last = 0; ;) {
    const rows = await blockRows(tx, last);
    if (rows.length === 0) break;
    const digests = await digestsOf(tx, rows);
    for (const row of rows) {
      const { number } = row.columns;
      const name = `block ${String(number)}`;
      if (count.blocks === 0 && number !== 1) find(CHAIN, `${name}: it is not the first`);
      if (!(await isItself(row))) find(CHAIN, `${name}: the row is not what its header says`);
      const tree = await earnings.hashTree(digests.get(Number(number)) ?? []);
      if (tree.root !== row.header?.root || tree.size !== row.header.size) find(ROOT, name);
      count = { blocks: count.blocks + 1, receipts: count.receipts + tree.size };
    }
    await chain.go(rows.map(({ jws, columns }) => ({ jws, name: `block ${String(columns.number)}` })));
    last = Number(present(rows.at(-1), 'a last row').columns.number);
  }
  return count;
}

async function blockRows(tx: Db, after: number): Promise<Row<BlockHeader>[]> {
  const { rows } = await sql<{ text: string; hash: string; jws: string; columns: Record<string, unknown> }>`
    select header as text, hash, jws,
      jsonb_build_object('number', number, 'first', first, 'size', size, 'root', root,
        'closed_at', to_char(closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as columns
    from earnings.receipt_block where number > ${after} order by number limit ${PAGE}`.execute(tx);
  return rows.map((row) => ({ ...row, header: read<BlockHeader>(row.text) }));
}

/** The digests that the receipts of these blocks have now: of their text, not those that stand beside it. */
async function digestsOf(tx: Db, blocks: readonly Row<BlockHeader>[]): Promise<Map<number, string[]>> {
  const numbers = blocks.map(({ columns }) => Number(columns.number));
  const { rows } = await sql<{ block: number; hash: string }>`
    select p.block, encode(sha256(convert_to(r.canonical, 'UTF8')), 'hex') as hash
    from earnings.receipt_place p join earnings.receipt r on r.generation_id = p.generation_id
    where p.block = any(${numbers}::int4[]) order by p.block, p.index`.execute(tx);
  const digests = new Map<number, string[]>();
  for (const { block, hash } of rows) {
    const list = digests.get(block) ?? [];
    list.push(hash);
    digests.set(block, list);
  }
  return digests;
}

async function verifyDays(tx: Db, jwks: JSONWebKeySet, until: Date, find: Find): Promise<number> {
  const chain = chainOf('receipts-day', jwks, (subject) => find(DAYS, subject));
  let count = 0;
  let due = await firstDay(tx);
  for (let last: string | null = null; ;) {
    const rows: Row<DayHeader>[] = await dayRows(tx, last);
    if (rows.length === 0) break;
    for (const row of rows) {
      const { day, hashes } = row.columns as { day: string; hashes: string[] | null };
      if (day !== due) find(DAYS, `${String(due)} is not the day before ${day}`);
      if (!(await isItself(row))) find(DAYS, `${day}: the row is not what its header says`);
      const tree = await earnings.hashTree(hashes ?? []);
      if (tree.root !== row.header?.root || tree.size !== row.header.blocks) find(DAY_ROOT, day);
      due = nextDay(day);
      count += 1;
    }
    await chain.go(rows.map(({ jws, columns }) => ({ jws, name: String(columns.day) })));
    last = String(present(rows.at(-1), 'a last row').columns.day);
  }
  const today = dayOf(new Date(until.getTime() - GRACE_MS));
  for (; due !== null && due < today; due = nextDay(due)) find(DAYS, `${due} is over and was not closed`);
  return count;
}

async function firstDay(tx: Db): Promise<string | null> {
  const { rows } = await sql<{ at: Date }>`
    select closed_at as at from earnings.receipt_block order by number limit 1`.execute(tx);
  return rows[0] ? dayOf(rows[0].at) : null;
}

/** With the hashes of the blocks that were closed in the day, whatever its header says. */
async function dayRows(tx: Db, after: string | null): Promise<Row<DayHeader>[]> {
  const { rows } = await sql<{ text: string; hash: string; jws: string; columns: Record<string, unknown> }>`
    select header as text, hash, jws,
      jsonb_build_object('day', day::text, 'first_block', first_block, 'blocks', blocks, 'root', root,
        'closed_at', to_char(closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'hashes', (select jsonb_agg(b.hash order by b.number) from earnings.receipt_block b
                   where b.closed_at >= d.day::timestamp at time zone 'UTC'
                     and b.closed_at < (d.day + 1)::timestamp at time zone 'UTC')) as columns
    from earnings.receipt_day d where day > ${after ?? '0001-01-01'}::date order by day limit ${PAGE}`.execute(
    tx,
  );
  return rows.map((row) => ({ ...row, header: read<DayHeader>(row.text) }));
}

/** It is only compared with what was signed, whatever fields it has. */
const read = <H>(text: string): H | null => (parseCanonical(text)?.value ?? null) as H | null;

/** Whether columns, text, hash and signed payload of a row all say the same. */
async function isItself({
  header,
  hash,
  jws,
  columns,
  text,
}: Row<BlockHeader | DayHeader>): Promise<boolean> {
  const { hashes: _, ...named } = columns;
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  const said: Record<string, unknown> = { ...header };
  return (
    header !== null &&
    payload === text &&
    (await headerHash(header)) === hash &&
    Object.entries(named).every(([name, value]) => said[name] === value)
  );
}

/** Follows a chain page by page; after a break it goes on behind it, so that each break is told once. */
function chainOf(
  kind: 'receipts-block' | 'receipts-day',
  jwks: JSONWebKeySet,
  isBroken: (subject: string) => void,
) {
  let after: SignedHeader | undefined;
  return {
    async go(page: readonly { jws: string; name: string }[]): Promise<void> {
      for (let rest = page; rest.length > 0;) {
        const verdict = await verifyChain(
          rest.map(({ jws }) => jws),
          kind,
          jwks,
          after,
        );
        if (verdict.holds) {
          after = verdict.last;
          return;
        }
        isBroken(`${rest[verdict.position]?.name ?? ''}: ${verdict.detail}`);
        after = undefined;
        rest = rest.slice(verdict.position + 1);
      }
    },
  };
}
