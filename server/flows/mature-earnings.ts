import { ownerOf, pendingSeries, receivable } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId } from '../ids.ts';
import { DAY_MS, dayOf, nextDay } from '../kit/clock.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { HOLD_DAYS } from '../offers.ts';
import { dayMatured } from './postings/index.ts';

/**
 * Matures the earliest UTC day whose hold period is over, for all creators at once. Answers whether there was
 * one: the worker asks again until there is none. Days mature in order, so a worker that was away for a month
 * leaves nothing out.
 */
export async function matureEarnings(context: Context): Promise<boolean> {
  return context.database.inTransaction(async (tx) => {
    // whoever decides where earnings rest does so under this lock, and so before or after a whole day
    await ledger.lock(tx);
    const at = context.clock.now();
    const last = await earnings.maturedUntil(tx);
    const day = last ? nextDay(last) : await earnings.firstDay(tx);
    if (day === null || day > lastOver(at)) return false;

    const waiting = await ledger.dayBalances(tx, day, pendingSeries(ANYBODY));
    const creators = waiting.map(({ series, amount }) => ({ creator: ownerOf(series), amount }));
    const owed = await ledger.accrued(
      tx,
      creators.map(({ creator }) => receivable(creator)),
    );
    const postings = creators.flatMap(({ creator, amount }) =>
      dayMatured(creator, day, amount, -owed(receivable(creator))),
    );
    if (postings.length > 0) await ledger.post(tx, postings, at);
    await earnings.insertMaturedDay(tx, day, creators.length, at);
    return true;
  });
}

const ANYBODY = asId<AccountId>('%');
/** The last day of which every minute is longer ago than the hold period. */
const lastOver = (at: Date) => dayOf(new Date(at.getTime() - (HOLD_DAYS + 1) * DAY_MS));
