import { sql } from 'kysely';
import { startOfDay } from '../../kit/clock.ts';
import type { Database } from '../../kit/database.ts';
import { foldInto, type State, takeTurn } from './fold.ts';
import { addPeople, addSums, sumDay } from './rollups.ts';

/**
 * Facts at once. News is not heard before every transaction that began earlier has ended, so that none of ours may be
 * long while the product runs.
 */
const CHUNK = 40_000;
const HOUR_MS = 3_600_000;

type Chunk = { from: Date; to: Date; n: number };
export type Rebuilt = { facts: number; seconds: number };

/**
 * Makes all roll-ups anew out of the facts while the product runs: into the edition that nobody reads, some hours at a
 * time and two side by side; then what was folded meanwhile; and only for the last of that is counting held, while the
 * editions change places. Killed anywhere, nothing has changed, and the next one begins again.
 */
export async function rebuild(
  database: Database,
  tell: (done: number, all: number) => void = () => {},
): Promise<Rebuilt> {
  const begun = performance.now();
  const lock = await database.pool.connect();
  try {
    const { rows } = await lock.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('analytics.rebuild')) as mine`,
    );
    if (!rows[0]?.mine) throw new Error('the roll-ups are being made anew by somebody else');
    const { folded, edition } = await stateOf(database);
    const fresh = 1 - edition;
    await sql`select analytics.clear_edition(${fresh}::int2)`.execute(database.db);
    await keepWhatHasNoFacts(database, edition, fresh);
    const chunks = await chunksOf(database, folded);
    const facts = chunks.reduce((sum, { n }) => sum + n, 0);
    let done = 0;
    const drain = async (work: (chunk: Chunk) => Promise<void>) => {
      for (const chunk of chunks) {
        await work(chunk);
        tell((done += chunk.n), 2 * facts);
      }
    };
    const chosen = ({ from, to }: Chunk) => ({ after: 0n, upto: folded, from, to });
    await Promise.all([
      drain((chunk) => database.inTransaction((tx) => addSums(tx, fresh, chosen(chunk)))),
      drain((chunk) =>
        database.inTransaction((tx) => addPeople(tx, fresh, chosen(chunk), startOfDay(chunk.from))),
      ),
    ]);
    for (const day of await daysToSum(database, chunks))
      await database.inTransaction((tx) => sumDay(tx, fresh, day));
    await changePlaces(database, fresh, folded);
    await sql`select analytics.clear_edition(${edition}::int2)`.execute(database.db);
    return { facts, seconds: (performance.now() - begun) / 1000 };
  } finally {
    lock.release(true); // the lock goes with the connection
  }
}

async function stateOf(database: Database): Promise<State> {
  const { rows } = await sql<State>`select fold, folded, edition from analytics.state`.execute(database.db);
  return rows[0] ?? { fold: 1n, folded: 0n, edition: 0 };
}

/** Hours of facts put together, and large ones taken apart, to about as many as are added at once. */
async function chunksOf(database: Database, folded: bigint): Promise<Chunk[]> {
  const { rows } = await sql<{ at: Date; n: bigint }>`
    select at, sum(n)::int8 as n from (
      select date_bin('1 hour', ended_at, '2000-01-01Z') as at, count(*) as n from analytics.fact where fold <= ${folded} group by 1
      union all
      select date_bin('1 hour', at, '2000-01-01Z'), count(*) from analytics.correction where fold <= ${folded} group by 1) c
    group by 1 order by 1`.execute(database.db);
  const chunks: Chunk[] = [];
  for (const { at, n: count } of rows) {
    const n = Number(count);
    const last = chunks.at(-1);
    const to = new Date(at.getTime() + HOUR_MS);
    if (last && last.n + n <= CHUNK && startOfDay(last.from).getTime() === startOfDay(at).getTime()) {
      last.to = to;
      last.n += n;
    } else {
      chunks.push(...partsOf({ from: at, to, n }));
    }
  }
  return chunks;
}

function partsOf({ from, to, n }: Chunk): Chunk[] {
  const parts = Math.ceil(n / CHUNK);
  const step = (to.getTime() - from.getTime()) / parts;
  return Array.from({ length: parts }, (_, part) => ({
    from: new Date(from.getTime() + Math.round(part * step)),
    to: new Date(from.getTime() + Math.round((part + 1) * step)),
    n: n / parts,
  }));
}

/** Those that are summed in the other edition. */
async function daysToSum(database: Database, chunks: readonly Chunk[]): Promise<Date[]> {
  const { rows } = await sql<{ summed_until: Date }>`select summed_until from analytics.state`.execute(
    database.db,
  );
  const until = rows[0]?.summed_until.getTime() ?? 0;
  const days = new Set(chunks.map(({ from }) => startOfDay(from).getTime()));
  return [...days].filter((day) => day < until).map((day) => new Date(day));
}

const TABLES = {
  'analytics.usage_hour': 'at',
  'analytics.usage_day': 'at',
  'analytics.failure_hour': 'at',
  'analytics.earned_hour': 'at',
  'analytics.earned_day': 'at',
  'analytics.payer': null,
} as const;

/** Of months whose facts were given away the roll-ups are all there is; and who came in them is known by payers alone. */
async function keepWhatHasNoFacts(database: Database, from: number, to: number): Promise<void> {
  for (const [table, at] of Object.entries(TABLES)) {
    const { rows } = await sql<{ column: string }>`
      select attname as column from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and attname <> 'edition'
      order by attnum`.execute(database.db);
    const columns = sql.join(rows.map(({ column }) => sql.ref(column)));
    const gone = sql`(select facts_from from analytics.state)`;
    await sql`
      insert into ${sql.table(table)} (edition, ${columns}) select ${to}::int2, ${columns} from ${sql.table(table)}
      where edition = ${from} and ${at === null ? sql`first_at < ${gone}` : sql`${sql.ref(at)} < ${gone}`}`.execute(
      database.db,
    );
  }
}

/** So much is left to be added when counting is held. */
const TAIL = 5n;

async function changePlaces(database: Database, fresh: number, done: bigint): Promise<void> {
  for (let upto = done; ;) {
    const after = upto;
    const changed = await database.inTransaction(async (tx) => {
      await takeTurn(tx);
      const { rows } = await sql<State>`select fold, folded, edition from analytics.state`.execute(tx);
      const { folded } = rows[0] ?? { folded: after };
      upto = folded - after > TAIL ? after + TAIL : folded;
      if (upto > after) await foldInto(tx, fresh, { after, upto });
      if (upto < folded) return false;
      await sql`update analytics.state set edition = ${fresh}`.execute(tx);
      return true;
    });
    if (changed) return;
  }
}
