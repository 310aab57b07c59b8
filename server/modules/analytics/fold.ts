import { sql } from 'kysely';
import { present } from '../../kit/assert.ts';
import { DAY_MS } from '../../kit/clock.ts';
import type { Database, Tx } from '../../kit/database.ts';
import { addPeople, addSketches, addSums, DAY, sumDay, within } from './rollups.ts';

/** Folds, rebuilds and their jobs come one after the other. */
export const takeTurn = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('analytics.fold'))`.execute(tx);

/** How long to rest after a fold: the more there is to count the more is folded at once, and never so much that it takes long. */
export const foldRestMs = (took_ms: number): number => Math.min(20 * took_ms, 5_000);

export type State = { fold: bigint; folded: bigint; edition: number };

/**
 * Adds what has come since the last fold to the roll-ups of hours and days: first the fold that is open is closed, so
 * that nothing more comes under its number; then all that lies under closed numbers is added, and in the same
 * transaction they are said to be. Killed anywhere, the next one goes on. Answers how many facts there were.
 */
export async function foldFacts(database: Database, at: Date): Promise<number> {
  if (!(await closeFold(database))) return 0;
  return database.inTransaction(async (tx) => {
    await takeTurn(tx);
    const { rows } = await sql<State>`select fold, folded, edition from analytics.state`.execute(tx);
    const state = rows[0];
    if (!state || state.folded + 1n >= state.fold) return 0;
    const n = await foldInto(tx, state.edition, { after: state.folded, upto: state.fold - 1n });
    await sql`update analytics.state set folded = ${state.fold - 1n}, folded_at = ${at}`.execute(tx);
    return n;
  });
}

/** Adds some folds to an edition, with all that follows of what came late. Answers how many facts and corrections there were. */
export async function foldInto(
  tx: Tx,
  edition: number,
  folds: { after: bigint; upto: bigint },
): Promise<number> {
  // it takes longer to compile than to do
  await sql`set local jit = off`.execute(tx);
  // what is folded has its minutes still
  const { rows: days } = await sql<{ day: Date; facts: bigint; corrections: bigint }>`
    select day, sum(facts)::int8 as facts, sum(corrections)::int8 as corrections from (
      select ${DAY('at')} as day, sum(succeeded + failed + cancelled + expired) as facts, 0 as corrections
      from analytics.usage_minute where fold > ${folds.after} and fold <= ${folds.upto} group by 1
      union all
      select ${DAY('at')}, 0, count(*) from analytics.correction where ${within(folds, 'at')} group by 1) d
    group by 1 order by 1`.execute(tx);
  const [first] = days;
  if (!first) return 0;
  await addSums(tx, edition, folds);
  for (const { day } of days.filter(({ facts }) => facts > 0n)) {
    const to = new Date(day.getTime() + DAY_MS);
    const chosen = days.length === 1 ? folds : { ...folds, from: day, to };
    await addPeople(tx, edition, chosen, day);
  }
  await addLate(
    tx,
    edition,
    folds,
    days.map(({ day }) => day),
  );
  return Number(days.reduce((sum, { facts, corrections }) => sum + facts + corrections, 0n));
}

/** Days that were summed and sketched are so again, and weeks that were broken down will be. */
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
  await sql`delete from analytics.week where (week + 7)::timestamp at time zone 'UTC' > ${days[0]}`.execute(
    tx,
  );
}

/** Answers whether something lies under closed numbers that is not folded yet. */
async function closeFold(database: Database): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    update analytics.state set fold = fold + 1
    where fold = folded + 1
      and (exists (select from analytics.fact where fact.fold = state.fold)
        or exists (select from analytics.correction where correction.fold = state.fold))
    returning true as waits`.execute(database.db);
  if (rows[0]) return true;
  const state = await sql<{ waits: boolean }>`select fold > folded + 1 as waits from analytics.state`.execute(
    database.db,
  );
  return state.rows[0]?.waits ?? false;
}
