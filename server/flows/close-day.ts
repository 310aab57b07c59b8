import type { Context } from '../context.ts';
import { DAY_MS, dayOf, nextDay } from '../kit/clock.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';

/**
 * How long after midnight a day is closed. Acts take their time when they begin and post within seconds; what
 * is slower than this is not lost: it belongs to the day that is open when it comes.
 */
const GRACE_MS = 10 * 60_000;

/**
 * Closes the earliest UTC day that is over: notes the newest batch, so that what the day says can be told from
 * what came later, for ever. Answers whether there was one: the worker asks again until there is none, so days
 * that were missed are closed in their order.
 */
export async function closeDayOfBooks({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): Promise<boolean> {
  if (!(await earnings.dayIsOver(database.db, lastOver(clock.now())))) return false;
  return database.inTransaction(async (tx) => {
    // while we hold it nobody is between taking a number for a batch and committing it
    await ledger.lock(tx);
    const closed_at = clock.now();
    const last = await earnings.lastClosedDay(tx);
    const first = last ? null : await ledger.firstPosted(tx);
    const day = last ? nextDay(last.day) : first && dayOf(first);
    if (!day || day > lastOver(closed_at)) return false;

    const newest = await ledger.newestBatch(tx);
    const since = await ledger.counted(tx, last?.batch ?? 0n);
    await earnings.insertClosedDay(tx, {
      day,
      batch: newest?.id ?? 0n,
      batches: (last?.batches ?? 0n) + since.batches,
      postings: (last?.postings ?? 0n) + since.postings,
      closed_at,
    });
    return true;
  });
}

/** The last day whose end is longer ago than the grace. */
const lastOver = (at: Date) => dayOf(new Date(at.getTime() - GRACE_MS - DAY_MS));
