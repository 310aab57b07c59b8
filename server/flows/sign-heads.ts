import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context.ts';
import type { Tx } from '../kit/database.ts';
import { appendHead, mayAppendHead, newestHead, type SignedHead } from '../kit/heads.ts';
import { BooksEnd, booksEnd, missingFromBooks } from '../views/heads.ts';

/** The books no longer have what was signed before. Nothing is signed until somebody has looked. */
export class BooksWereRewritten extends Error {}

/**
 * Signs where the books end and keeps it outside the database; nothing when nothing is new, or when another
 * process is at it. The file is written inside the transaction, which locks nothing but this act.
 */
export function signHeads({
  database,
  signer,
  config,
  clock,
}: Pick<Context, 'database' | 'signer' | 'config' | 'clock'>): Promise<SignedHead<BooksEnd> | null> {
  return database.inTransaction(async (tx) => {
    if (!(await mayAppendHead(tx))) return null;
    const before = await newestHead(tx, config.heads_dir, signer.verify, BooksEnd);
    if (before) await refuseRewritten(tx, before);
    const claims = await booksEnd(tx, before?.head.claims ?? null);
    if (before && isDeepStrictEqual(before.head.claims, claims)) return null;
    return appendHead(tx, config.heads_dir, signer, { before, claims, at: clock.now() });
  });
}

async function refuseRewritten(tx: Tx, { head }: SignedHead<BooksEnd>): Promise<void> {
  const missing = (await missingFromBooks(tx, [head.claims]))(head.claims);
  if (missing.length === 0) return;
  throw new BooksWereRewritten(
    `head ${head.number} of ${head.at} names what is not in the database as it was: ${missing.join(', ')}`,
  );
}
