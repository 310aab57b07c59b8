import type { Context } from '../context.ts';
import * as ledger from '../modules/ledger/index.ts';

/**
 * Adds up what was posted since the last subtotal, when that is enough for another. The lock is held for a look only:
 * what was there then never changes. Answers whether one was made: the worker asks again until there is none to make.
 */
export async function addUpBooks(
  { database }: Pick<Context, 'database'>,
  options: { postings?: number } = {},
): Promise<boolean> {
  if (!(await ledger.needsAddingUp(database.db, options))) return false;
  const newest = await database.inTransaction(async (tx) => {
    // while we hold it nobody is between taking a number for a batch and committing it
    await ledger.lock(tx);
    return ledger.newestBatch(tx);
  });
  return database.inTransaction((tx) => ledger.addUp(tx, newest?.id ?? 0n, options));
}
