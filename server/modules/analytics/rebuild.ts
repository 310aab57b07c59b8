import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { DAY_MS, startOfDay } from '../../kit/clock.ts';
import { type Database, type Db, sqlState, type Tx } from '../../kit/database.ts';
import { NOBODY } from './fact.ts';
import { foldInto, makesRollups, REBUILD, type State, takeTurn } from './fold.ts';
import { addPeopleAgain } from './people-again.ts';
import { addSums, DAY, REMEMBERED, sumDay } from './rollups.ts';

/**
 * Facts at once. News is not heard before every transaction that wrote earlier has ended, so that none of ours may write
 * for long while the product runs; and the more are added at once, the fewer rows of roll-ups are looked for.
 */
const CHUNK = 120_000;
/** Those who paid are counted of so many facts at once, which only reads. */
const PEOPLE_CHUNK = 20_000_000;
const HOUR_MS = 3_600_000;

type Chunk = { from: Date; to: Date; n: number };
export type Rebuilt = { facts: number; seconds: number };

/**
 * Makes all roll-ups anew out of the facts while the product runs: into the edition that nobody reads, some hours at a
 * time and two side by side; then what was folded meanwhile; and only for the last of that is counting held, while the
 * editions change places. Killed anywhere, nothing that is read has changed, and the next one goes on where it was.
 */
export async function rebuild(
  database: Database,
  tell: (done: number, all: number) => void = () => {},
): Promise<Rebuilt> {
  const begun = performance.now();
  const lock = await database.pool.connect();
  try {
    const { rows } = await lock.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('${REBUILD}')) as mine`,
    );
    if (!rows[0]?.mine) throw new Error('the roll-ups are being made anew by somebody else');
    const { edition: fresh, folded } = await beginOrGoOn(database);
    const hours = await hoursOf(database, folded);
    const facts = hours.reduce((sum, { n }) => sum + n, 0);
    let done = 0;
    const say = (n: number) => tell((done += n), 2 * facts);
    const queue = await notYet(database, hours);
    say(facts - queue.reduce((sum, { n }) => sum + n, 0));
    const addHours = async () => {
      for (let some = queue.shift(); some; some = queue.shift()) {
        await addChunk(database, fresh, folded, some);
        say(some.n);
      }
    };
    const addPeople = () =>
      database.db.connection().execute(async (db) => {
        for (const { n, ...span } of daysOf(hours)) {
          await addPeopleAgain(db, fresh, { ...span, upto: folded });
          say(n);
        }
      });
    await endTogether([addPeople().then(addHours), addHours()], queue);
    const summed = await sumDays(database, fresh, new Date(0));
    await changePlaces(database, fresh, { folded, summed });
    await clear(database, 1 - fresh);
    return { facts, seconds: (performance.now() - begun) / 1000 };
  } finally {
    // it goes with the connection at the latest
    await lock.query(`select pg_advisory_unlock(hashtext('${REBUILD}'))`).catch(() => {});
    lock.release(true);
  }
}

/** Lanes that take what they do from one queue: what fails in one of them ends all. */
const endTogether = (lanes: Promise<void>[], queue: unknown[]) =>
  Promise.all(lanes).catch(async (error: unknown) => {
    queue.length = 0;
    await Promise.allSettled(lanes);
    throw error;
  });

/** Goes on with the one that was left, or clears the edition that nobody reads. */
async function beginOrGoOn(database: Database): Promise<{ edition: number; folded: bigint }> {
  const left = await sql<{ edition: number; folded: bigint }>`
    select r.edition, r.folded from analytics.remaking r, analytics.state s where r.edition <> s.edition and r.facts_from = s.facts_from`.execute(
    database.db,
  );
  if (left.rows[0]) return left.rows[0];
  await sql`delete from analytics.remaking`.execute(database.db);
  await clear(database, 1 - (await stateOf(database.db)).edition);
  return database.inTransaction(async (tx) => {
    await takeTurn(tx);
    const { folded, edition } = await stateOf(tx);
    const fresh = 1 - edition;
    await sql`delete from analytics.remade`.execute(tx);
    await keepWhatHasNoFacts(tx, edition, fresh);
    await sql`
      insert into analytics.remaking (edition, folded, facts_from) select ${fresh}, ${folded}, facts_from from analytics.state`.execute(
      tx,
    );
    return { edition: fresh, folded };
  });
}

async function notYet(database: Database, hours: readonly Chunk[]): Promise<Chunk[]> {
  const { rows } = await sql<{ hours_from: Date }>`select hours_from from analytics.remade`.execute(
    database.db,
  );
  const done = new Set(rows.map(({ hours_from }) => hours_from.getTime()));
  return hours.flatMap(partsOf).filter(({ from }) => !done.has(from.getTime()));
}

/** Once: it says so in the same transaction. Nothing is there of whole hours; a part of one comes beside the others. */
const addChunk = (database: Database, edition: number, upto: bigint, { from, to }: Chunk) =>
  database.inTransaction(async (tx) => {
    const fresh = [from, to].every((at) => at.getTime() % HOUR_MS === 0);
    await makesRollups(tx, '128MB');
    await addSums(tx, { edition, minutes: false, people: false, fresh }, { after: 0n, upto, from, to });
    await sql`insert into analytics.remade (hours_from) values (${from})`.execute(tx);
  });

const LOOKS_MAX = 6_000;
const LOOK_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Empties an edition that nobody asks for any more: once all have ended who began when it was the one that is read, to
 * whom it would be empty at once. Who reads for long is waited for and keeps nobody else waiting.
 */
async function clear(database: Database, edition: number): Promise<void> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(database.db);
  const older = () =>
    sql`select from pg_stat_activity where datname = current_database() and xact_start < ${rows[0]?.at} limit 1`.execute(
      database.db,
    );
  await untilDone(async () => (await older()).rows.length === 0);
  for (const table of Object.keys(TABLES))
    await untilDone(async () => {
      try {
        await sql`select analytics.clear_rollup(${edition}::int2, ${table})`.execute(database.db);
        return true;
      } catch (error) {
        if (sqlState(error) === LOCK_NOT_AVAILABLE) return false;
        throw error;
      }
    });
}

async function untilDone(look: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (await look()) return;
    await sleep(LOOK_MS);
  }
  throw new Error(
    'somebody reads figures and does not end: the edition that nobody asks for cannot be emptied',
  );
}

async function stateOf(db: Db): Promise<State> {
  const { rows } = await sql<State>`select fold, folded, edition from analytics.state`.execute(db);
  return rows[0] ?? { fold: 1n, folded: 0n, edition: 0 };
}

/** Hours in which there is anything, put together to about as many facts as are added at once. */
async function hoursOf(database: Database, folded: bigint): Promise<Chunk[]> {
  const { rows } = await sql<{ at: Date; n: bigint }>`
    select at, sum(n)::int8 as n from (
      select date_bin('1 hour', ended_at, '2000-01-01Z') as at, count(*) as n from analytics.fact where fold + 0 <= ${folded} group by 1
      union all
      select date_bin('1 hour', at, '2000-01-01Z'), count(*) from analytics.correction where fold + 0 <= ${folded} group by 1) c
    group by 1 order by 1`.execute(database.db);
  const hours = rows.map(({ at, n }) => ({ from: at, to: new Date(at.getTime() + HOUR_MS), n: Number(n) }));
  return together(hours, (last, { from, n }) => last.n + n <= CHUNK && isSameDay(last.from, from));
}

/** Days put together to as many as are remembered of a payer at most, and to so many facts as there is memory for. */
const daysOf = (hours: readonly Chunk[]): Chunk[] =>
  together(
    hours,
    (last, { from, to, n }) =>
      isSameDay(last.from, from) ||
      (last.n + n <= PEOPLE_CHUNK && to.getTime() - startOfDay(last.from).getTime() <= REMEMBERED * DAY_MS),
  );

function together(chunks: readonly Chunk[], fits: (last: Chunk, next: Chunk) => boolean): Chunk[] {
  const merged: Chunk[] = [];
  for (const chunk of chunks) {
    const last = merged.at(-1);
    if (last && fits(last, chunk)) merged[merged.length - 1] = { ...last, to: chunk.to, n: last.n + chunk.n };
    else merged.push(chunk);
  }
  return merged;
}

const isSameDay = (one: Date, other: Date) => startOfDay(one).getTime() === startOfDay(other).getTime();

function partsOf({ from, to, n }: Chunk): Chunk[] {
  const parts = Math.max(1, Math.ceil(n / CHUNK));
  const step = (to.getTime() - from.getTime()) / parts;
  return Array.from({ length: parts }, (_, part) => ({
    from: new Date(from.getTime() + Math.round(part * step)),
    to: new Date(from.getTime() + Math.round((part + 1) * step)),
    n: n / parts,
  }));
}

/** Sums the days that are summed in the other edition, from a day on. Answers until when. */
async function sumDays(database: Database, fresh: number, from: Date): Promise<Date> {
  const { rows } = await sql<{ day: Date | null; until: Date }>`
    select ${DAY('u.at')} as day, s.summed_until as until from analytics.state s
    left join analytics.usage_hour u on u.edition = ${fresh} and u.creator_id = ${NOBODY} and u.at >= ${from} and u.at < s.summed_until
    group by 1, 2 order by 1`.execute(database.db);
  const queue = rows.flatMap(({ day }) => day ?? []);
  const sumOne = (day: Date) =>
    database.inTransaction(async (tx) => {
      await makesRollups(tx, '32MB');
      await sumDay(tx, fresh, day);
    });
  const lane = async () => {
    for (let day = queue.shift(); day; day = queue.shift()) await sumOne(day);
  };
  await endTogether([lane(), lane()], queue);
  return rows[0]?.until ?? from;
}

const TABLES = {
  usage_hour: 'at',
  usage_day: 'at',
  failure_hour: 'at',
  earned_hour: 'at',
  earned_day: 'at',
  payer: null,
} as const;

/** Of months whose facts were given away the roll-ups are all there is; and who came in them is known by payers alone. */
async function keepWhatHasNoFacts(tx: Tx, from: number, to: number): Promise<void> {
  for (const [name, at] of Object.entries(TABLES)) {
    const table = `analytics.${name}`;
    const { rows } = await sql<{ column: string }>`
      select attname as column from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and attname <> 'edition'
      order by attnum`.execute(tx);
    const columns = sql.join(rows.map(({ column }) => sql.ref(column)));
    const gone = sql`(select facts_from from analytics.state)`;
    await sql`
      insert into ${sql.table(table)} (edition, ${columns}) select ${to}::int2, ${columns} from ${sql.table(table)}
      where edition = ${from} and ${at === null ? sql`first_at < ${gone}` : sql`${sql.ref(at)} < ${gone}`}`.execute(
      tx,
    );
  }
}

/** So much is left to be added when counting is held. */
const TAIL = 5n;

async function changePlaces(
  database: Database,
  fresh: number,
  { folded: done, summed }: { folded: bigint; summed: Date },
): Promise<void> {
  for (let upto = done; ;) {
    const after = upto;
    const changed = await database.inTransaction(async (tx) => {
      await takeTurn(tx);
      const { folded } = await stateOf(tx);
      upto = folded - after > TAIL ? after + TAIL : folded;
      if (upto > after) await foldInto(tx, fresh, { after, upto }, { minutes: false });
      if (upto < folded) return false;
      // a day may have ended meanwhile
      for (const day of await daysSince(tx, summed)) await sumDay(tx, fresh, day);
      await sql`update analytics.state set edition = ${fresh}`.execute(tx);
      await sql`update analytics.proof set fold = -1`.execute(tx);
      await sql`delete from analytics.remaking`.execute(tx);
      await sql`delete from analytics.remade`.execute(tx);
      return true;
    });
    if (changed) return;
  }
}

async function daysSince(tx: Tx, summed: Date): Promise<Date[]> {
  const { rows } = await sql<{ day: Date }>`
    select day from analytics.state s, generate_series(${summed}::timestamptz, s.summed_until - interval '1 day', interval '1 day', 'UTC') day`.execute(
    tx,
  );
  return rows.map(({ day }) => day);
}
