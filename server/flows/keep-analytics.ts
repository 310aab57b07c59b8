import type { Context } from '../context.ts';
import { dayOf } from '../kit/clock.ts';
import * as analytics from '../modules/analytics/index.ts';
import { differencesOn } from '../views/analytics-checks.ts';

/** What is told late of a day is told by then. */
const GRACE_MS = 60 * 60_000;

/**
 * What counting needs every now and then: months made ahead, minutes and old months given away, sums and sketches of days and
 * breakdowns of weeks that are over, and the proof of each day. Answers how much it did.
 */
export async function keepAnalytics(context: Context): Promise<number> {
  const { database, clock, config } = context;
  const at = clock.now();
  await analytics.makeMonthsAhead(database.db, at);
  await analytics.forgetMinutes(database, at);
  await analytics.dropMonths(database, monthsBefore(at, config.facts_months));
  const over = new Date(at.getTime() - GRACE_MS);
  const done = [
    await analytics.sumNextDay(database, over),
    await analytics.sketchDay(database, at),
    await analytics.breakDownWeek(database, at),
    await proveDay(context, over),
  ];
  return done.filter(Boolean).length;
}

const monthsBefore = (at: Date, months: number) =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1));

/** Counts the next day that is over again, out of facts and books, and keeps what differs. Answers whether there was one. */
async function proveDay({ database, log, clock }: Context, over: Date): Promise<boolean> {
  const due = await analytics.dayToProve(database.db, over);
  if (!due) return false;
  const { day } = due;
  const differences = await differencesOn(database.db, day);
  await database.inTransaction((tx) => analytics.recordProof(tx, due, clock.now(), differences));
  if (differences.length > 0)
    log.error({ day: dayOf(day), differences }, 'figures of a day are not what its facts and the books say');
  return true;
}
