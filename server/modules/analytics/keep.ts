import { sql } from 'kysely';
import { DAY_MS, startOfDay, startOfMonth } from '../../kit/clock.ts';
import type { Database, Db, Tx } from '../../kit/database.ts';
import { NOBODY } from './fact.ts';
import { REBUILD, takeTurn } from './fold.ts';
import { addSketches, sumDay, within } from './rollups.ts';
import { makeMonths } from './write.ts';

/** So long minutes are kept; after that there are hours. */
const MINUTES_KEPT_DAYS = 7;
const MONTHS_AHEAD = 3;

/** The partitions of this month and of those to come. */
export async function makeMonthsAhead(db: Db, at: Date): Promise<void> {
  const month = startOfMonth(at);
  const months = Array.from(
    { length: MONTHS_AHEAD + 1 },
    (_, ahead) => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + ahead, 1)),
  );
  await makeMonths(db, months);
}

/** Lets minutes go that are in hours by now. */
export async function forgetMinutes(database: Database, at: Date): Promise<void> {
  const before = new Date(startOfDay(at).getTime() - MINUTES_KEPT_DAYS * DAY_MS);
  await database.inTransaction(async (tx) => {
    await takeTurn(tx);
    await sql`delete from analytics.usage_minute where at < ${before}`.execute(tx);
    await sql`update analytics.state set minutes_from = ${before} where minutes_from < ${before}`.execute(tx);
  });
}

type Next = { day: Date | null; folded: bigint; edition: number };

/** The first day at or after a mark, and before an instant, on which there is something; null where the mark has reached it. */
async function nextDay(
  tx: Tx,
  mark: 'summed_until' | 'sketched_until',
  until: Date,
): Promise<Next | undefined> {
  const { rows } = await sql<Next>`
    select s.folded, s.edition, (
      select date_bin('1 day', min(u.at), '2000-01-01Z') from analytics.usage_hour u
      where u.edition = s.edition and u.creator_id = ${NOBODY} and u.at >= s.${sql.ref(mark)} and u.at < ${until}) as day
    from analytics.state s where s.${sql.ref(mark)} < ${until}`.execute(tx);
  return rows[0];
}

/** Sums the hours of the next day that is over. Answers whether there was one. */
export async function sumNextDay(database: Database, over: Date): Promise<boolean> {
  const until = startOfDay(over);
  return database.inTransaction(async (tx) => {
    await takeTurn(tx);
    const next = await nextDay(tx, 'summed_until', until);
    if (!next) return false;
    if (next.day) await sumDay(tx, next.edition, next.day);
    const to = next.day ? new Date(next.day.getTime() + DAY_MS) : until;
    await sql`update analytics.state set summed_until = ${to}`.execute(tx);
    return true;
  });
}

/** Makes the sketches of each model of the next day that has been over for a day. Answers whether there was one. */
export async function sketchDay(database: Database, at: Date): Promise<boolean> {
  const until = new Date(startOfDay(at).getTime() - DAY_MS);
  return database.inTransaction(async (tx) => {
    await takeTurn(tx);
    const next = await nextDay(tx, 'sketched_until', until);
    if (!next) return false;
    const to = next.day ? new Date(next.day.getTime() + DAY_MS) : until;
    if (next.day)
      await addSketches(tx, within({ after: 0n, upto: next.folded, from: next.day, to }, 'ended_at'));
    await sql`update analytics.state set sketched_until = ${to}`.execute(tx);
    return true;
  });
}

/** Months of facts that are older are given away; roll-ups stay. Answers how many months that was. */
export async function dropMonths(database: Database, before: Date): Promise<number> {
  const month = startOfMonth(before);
  return database.inTransaction(async (tx) => {
    await takeTurn(tx);
    const { rows: free } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtext(${REBUILD})) as free`.execute(tx);
    if (!free[0]?.free) return 0;
    const { rows: waiting } = await sql`
      select from analytics.fact where ended_at < ${month} and fold > (select folded from analytics.state) limit 1`.execute(
      tx,
    );
    if (waiting.length > 0) return 0;
    // a statement of its own: a table that a statement reads is not dropped within it
    const { rows } = await sql<{
      dropped: number;
    }>`select analytics.drop_months(${month}) as dropped`.execute(tx);
    return rows[0]?.dropped ?? 0;
  });
}
