import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import * as z from 'zod';
import { type Db, takeTurn, type Tx } from './database.ts';
import { syncFolder } from './files.ts';
import type { Signer, Verify } from './signing.ts';
import { codeOf } from './system-error.ts';

/**
 * A head says what the newest hash of each chain in the database was at a time. It is signed, names the head
 * before it by its digest, and is appended to a file outside the database: a chain alone cannot tell that its
 * end was cut off or that all of it was written anew, a head that somebody kept can.
 */
export type Head<Claims> = Place & { claims: Claims };
type Place = { number: number; prev: string | null; at: string };

export type SignedHead<Claims> = { head: Head<Claims>; jws: string };

const HEAD_TYPE = 'head';
const HeadShape = z.object({
  number: z.int().min(1),
  prev: z.string().nullable(),
  at: z.string(),
  claims: z.unknown(),
});
const Line = z.object({ jws: z.string() });

/** What the next head and the outside know a head by. */
export const headDigest = (jws: string) => createHash('sha256').update(jws).digest('hex');

/** Reads a head if its signature is good; else throws. */
export async function readHead<Claims>(
  jws: string,
  verify: Verify,
  claims: z.ZodType<Claims>,
): Promise<SignedHead<Claims>> {
  const head = HeadShape.parse(JSON.parse(await verify(jws, HEAD_TYPE)));
  return { jws, head: { ...head, claims: claims.parse(head.claims) } };
}

/** One signer at a time. */
export const mayAppendHead = (tx: Tx) => takeTurn(tx, 'kit.head');

/** The newest head as the database remembers it, for those who ask. */
export async function notedHead(db: Db): Promise<string | null> {
  const row = await db.selectFrom('kit.head').select('jws').orderBy('number', 'desc').executeTakeFirst();
  return row?.jws ?? null;
}

/** What the database remembers of the heads from `number` on, oldest first. */
export async function notedHeads(db: Db, number: number): Promise<{ number: number; jws: string }[]> {
  const rows = await db
    .selectFrom('kit.head')
    .selectAll()
    .where('number', '>=', BigInt(number))
    .orderBy('number')
    .execute();
  return rows.map((row) => ({ number: Number(row.number), jws: row.jws }));
}

/**
 * The newest good head. Files that lost their end get back what the database still remembers of it; what is lost
 * in both stays a gap for `verify` to find. Only for who may append.
 */
export async function newestHead<Claims>(
  tx: Tx,
  folder: string,
  verify: Verify,
  claims: z.ZodType<Claims>,
): Promise<SignedHead<Claims> | null> {
  const kept = await newestLines(folder);
  let newest: SignedHead<Claims> | null = null;
  for (const jws of kept) newest = await laterOf(newest, jws, verify, claims);
  const noted = await notedHeads(tx, (newest?.head.number ?? 0) + 1);
  for (const { jws } of noted) {
    const later = await laterOf(newest, jws, verify, claims);
    if (later !== newest && later) await appendLine(folder, later);
    newest = later;
  }
  if (!newest && (kept.length > 0 || noted.length > 0))
    throw new Error(`there are heads in ${folder} or in the database, and none is signed by a key of ours`);
  return newest;
}

async function laterOf<Claims>(
  known: SignedHead<Claims> | null,
  jws: string,
  verify: Verify,
  claims: z.ZodType<Claims>,
): Promise<SignedHead<Claims> | null> {
  const read = await readHead(jws, verify, claims).catch(() => null);
  return read && read.head.number > (known?.head.number ?? 0) ? read : known;
}

/** Signs the claims as the head after `before`; it is on the disk before the database hears of it. */
export async function appendHead<Claims>(
  tx: Tx,
  folder: string,
  signer: Signer,
  next: { before: SignedHead<Claims> | null; claims: Claims; at: Date },
): Promise<SignedHead<Claims>> {
  const { before, claims, at } = next;
  const head: Head<Claims> = {
    number: (before?.head.number ?? 0) + 1,
    prev: before ? headDigest(before.jws) : null,
    at: at.toISOString(),
    claims,
  };
  const jws = await signer.sign(head, HEAD_TYPE);
  await appendLine(folder, { head, jws });
  await sql`select kit.note_head(${head.number}, ${jws})`.execute(tx);
  return { head, jws };
}

// --- Files -----------------------------------------------------------------------------------------------------

/** Every line of a file of heads, or of all files of a folder, oldest first. `jws` is null where it is half a line. */
export async function* linesOfHeads(place: string): AsyncGenerator<{ where: string; jws: string | null }> {
  const isFile = (await stat(place).catch(() => null))?.isFile();
  const files = isFile ? [place] : (await filesOf(place)).map((name) => path.join(place, name));
  for (const file of files) {
    let number = 0;
    const handle = await open(file, 'r');
    // closes the file at its end
    for await (const line of handle.readLines()) {
      number += 1;
      if (line !== '') yield { where: `${path.basename(file)}:${number}`, jws: jwsOf(line) };
    }
  }
}

/** Some of the last heads; more than one, because the last may be half written. */
const TAIL_BYTES = 16 * 1024;

async function newestLines(folder: string): Promise<string[]> {
  for (const name of (await filesOf(folder)).reverse()) {
    const tail = await readTail(path.join(folder, name));
    const lines = tail
      .split('\n')
      .map(jwsOf)
      .filter((jws) => jws !== null);
    if (lines.length > 0) return lines;
  }
  return [];
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await handle.read({ buffer: Buffer.alloc(length), position: size - length });
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

async function appendLine(folder: string, { head, jws }: SignedHead<unknown>): Promise<void> {
  const month = `${head.at.slice(0, 7)}.jsonl`;
  const line = JSON.stringify({ jws });
  await mkdir(folder, { recursive: true });
  // a clock that was set back must not put a head before the one it follows
  const name = [...(await filesOf(folder)), month].sort().at(-1) ?? month;
  const handle = await open(path.join(folder, name), 'a+', 0o644);
  let fresh: boolean;
  try {
    const { size } = await handle.stat();
    fresh = size === 0;
    // a power cut may have left half a line, and what was appended cannot be taken back
    const begun = !fresh && (await lastByte(handle, size)) !== '\n';
    await handle.appendFile(`${begun ? '\n' : ''}${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (!fresh) return;
  await syncFolder(folder);
  await syncFolder(path.dirname(folder));
}

async function lastByte(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<string> {
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer.toString('latin1');
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name)).sort();
}

function jwsOf(line: string): string | null {
  try {
    return Line.safeParse(JSON.parse(line)).data?.jws ?? null;
  } catch {
    return null; // half a line
  }
}
