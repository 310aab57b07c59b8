import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import * as z from 'zod';
import type { Db, Tx } from './database.ts';

/**
 * Writes down who did what, in the transaction of the act itself. The row gets its number and joins the chain
 * of hashes when the transaction commits. Audited acts commit one after the other: what happens a thousand
 * times a second belongs into the ledger.
 */
export async function audit(
  tx: Tx,
  row: { at: Date; actor: string; act: string; subject: string; detail?: Record<string, unknown> },
): Promise<void> {
  const { at, actor, act, subject, detail = {} } = row;
  await sql`select kit.append_audit(${at}, ${actor}, ${act}, ${subject}, ${JSON.stringify(detail)})`.execute(
    tx,
  );
}

export const AuditHead = z.object({ n: z.int(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type AuditHead = z.infer<typeof AuditHead>;

/** The newest row and its hash; null while nothing was ever written down. */
export async function auditHead(db: Db): Promise<AuditHead | null> {
  const row = await db
    .selectFrom('kit.audit_log')
    .select(['id', 'hash'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { n: Number(row.id), hash: row.hash.toString('hex') } : null;
}

/** What was written down of some acts, the oldest first. */
export async function auditedActs(
  db: Db,
  acts: readonly string[],
): Promise<{ act: string; subject: string; detail: unknown }[]> {
  return db
    .selectFrom('kit.audit_log')
    .select(['act', 'subject', 'detail'])
    .where('act', 'in', [...acts])
    .orderBy('id')
    .execute();
}

/** The hashes of rows by their numbers; a row that is not there is not in the answer. */
export async function auditHashes(db: Db, numbers: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('kit.audit_log')
    .select(['id', 'hash'])
    .where('id', 'in', numbers.length > 0 ? numbers.map(BigInt) : [0n])
    .execute();
  return new Map(rows.map(({ id, hash }) => [Number(id), hash.toString('hex')]));
}

const PAGE = 5_000;

/** What is wrong with the chain, row by row: computed here, from the columns, and not by a function of the database. */
export async function verifyAuditChain(
  db: Db,
): Promise<{ rows: number; newest: AuditHead | null; broken: string[] }> {
  const broken: string[] = [];
  let rows = 0;
  let last: Link = { id: 0n, hash: Buffer.alloc(0) };
  for (;;) {
    const page = await pageAfter(db, last.id);
    for (const row of page) {
      const trouble = troubleWith(row, last);
      if (trouble) broken.push(trouble);
      last = row;
    }
    rows += page.length;
    if (page.length < PAGE) break;
  }
  return { rows, newest: rows > 0 ? { n: Number(last.id), hash: last.hash.toString('hex') } : null, broken };
}

type Link = { id: bigint; hash: Buffer };
type Row = Link & {
  at: string;
  actor: string;
  act: string;
  subject: string;
  detail: string;
  prev_hash: Buffer;
};

async function pageAfter(db: Db, id: bigint): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor, act, subject,
           detail::text as detail, prev_hash, hash
    from kit.audit_log where id > ${id} order by id limit ${PAGE}`.execute(db);
  return rows;
}

function troubleWith(row: Row, before: Link): string | null {
  if (row.id !== before.id + 1n) return `rows ${before.id + 1n} to ${row.id - 1n} are missing`;
  if (!row.prev_hash.equals(before.hash)) return `row ${row.id} does not follow the row before it`;
  return row.hash.equals(hashOf(row)) ? null : `row ${row.id} was changed`;
}

const hashOf = (row: Row) => {
  const fields = [String(row.id), row.at, row.actor, row.act, row.subject, row.detail];
  const text = fields.map((field) => `${Buffer.byteLength(field)}:${field},`).join('');
  return createHash('sha256').update(row.prev_hash).update(text).digest();
};
