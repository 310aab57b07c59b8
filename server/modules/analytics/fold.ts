import { sql } from 'kysely';
import { present } from '../../kit/assert.ts';
import { DAY_MS, dayOf } from '../../kit/clock.ts';
import type { Database, Tx } from '../../kit/database.ts';
import { addPeople, addSketches, addSums, sumDay, within } from './rollups.ts';

/** Folds, rebuilds and their jobs come one after the other. */
export const takeTurn = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('analytics.fold'))`.execute(tx);

/** Who makes roll-ups anew holds this; nothing is given away meanwhile. */
export const REBUILD = 'analytics.rebuild';

/** How long to rest after a fold: the more there is to count the more is folded at once, and never so much that it takes long. */
export const foldRestMs = (took_ms: number): number => Math.min(20 * took_ms, 5_000);

/**
 * How a transaction that makes roll-ups is done: compiling its statements takes longer than doing them, and nobody waits
 * for the disk, since what a crash loses of it is lost with the word that it was done, and done again.
 */
export const makesRollups = (tx: Tx, work_mem: '32MB' | '128MB' | '256MB') =>
  sql`select set_config('jit', 'off', true), set_config('synchronous_commit', 'off', true), set_config('work_mem', ${work_mem}, true)`.execute(
    tx,
  );

export type State = { fold: bigint; folded: bigint; edition: number };

/**
 * Adds what has come since the last fold to the roll-ups: first the number that is open is closed, so that nothing more
 * comes under it; then what lies under each closed number is added, and in the same transaction it is said to be. Killed
 * anywhere, the next one goes on. Answers how many facts and corrections there were.
 */
export async function foldFacts(database: Database, at: Date): Promise<number> {
  await closeFold(database);
  let folded = 0;
  for (let more = true; more;)
    more = await database.inTransaction(async (tx) => {
      await takeTurn(tx);
      const { rows } = await sql<State>`select fold, folded, edition from analytics.state`.execute(tx);
      const state = rows[0];
      if (!state || state.folded + 1n >= state.fold) return false;
      const upto = state.folded + 1n;
      folded += await foldInto(tx, state.edition, { after: state.folded, upto }, { minutes: true });
      await sql`update analytics.state set folded = ${upto}, folded_at = ${at}`.execute(tx);
      return upto + 1n < state.fold;
    });
  return folded;
}

/** Adds some folds to an edition, with all that follows of what came late. Answers how many facts and corrections there were. */
export async function foldInto(
  tx: Tx,
  edition: number,
  folds: { after: bigint; upto: bigint },
  { minutes }: { minutes: boolean },
): Promise<number> {
  await makesRollups(tx, '32MB');
  // each who paid is looked for by the index: the planner would rather read everybody who ever did
  await sql`select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`.execute(
    tx,
  );
  const added = await addSums(tx, { edition, minutes, people: true, fresh: false }, folds);
  if (added.length === 0) return 0;
  // who paid on the last day is among it
  for (const { day } of added.filter(({ facts }) => facts > 0).slice(1)) {
    const to = new Date(day.getTime() + DAY_MS);
    await addPeople(tx, edition, { ...folds, from: day, to }, day);
  }
  const days = [...new Set(added.map(({ day }) => day.getTime()))].sort((a, b) => a - b);
  await addLate(
    tx,
    edition,
    folds,
    days.map((day) => new Date(day)),
  );
  return added.reduce((sum, { facts, corrections }) => sum + facts + corrections, 0);
}

/** Days that were summed and sketched are so again; those that were proved, and weeks that were broken down, will be. */
async function addLate(
  tx: Tx,
  edition: number,
  folds: { after: bigint; upto: bigint },
  days: readonly Date[],
): Promise<void> {
  const { rows } = await sql<{ summed_until: Date; sketched_until: Date }>`
    select summed_until, sketched_until from analytics.state`.execute(tx);
  const { summed_until, sketched_until } = present(rows[0], 'the state of counting');
  for (const day of days.filter((one) => one < summed_until)) await sumDay(tx, edition, day);
  if (days.some((day) => day < sketched_until))
    await addSketches(tx, within({ ...folds, to: sketched_until }, 'ended_at'));
  await sql`update analytics.proof set late_fold = ${folds.upto} where day = any(${days.map((day) => dayOf(day))}::date[])`.execute(
    tx,
  );
  await sql`delete from analytics.week where (week + 7)::timestamp at time zone 'UTC' > ${days[0]}`.execute(
    tx,
  );
}

/** Closes the number that is open, if there is anything under it and all before it is folded. */
const closeFold = (database: Database) =>
  sql`update analytics.state set fold = fold + 1, written = 0 where fold = folded + 1 and written > 0`.execute(
    database.db,
  );
