import { type ControlledTransaction, Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { DB } from '#db';
import { createStatementNames, isOutdatedPlan, prepareWhatIsOften } from './prepared.ts';

export type { DB } from '#db';
/** What readers take. A transaction is one too. */
export type Db = Kysely<DB>;
/** What writers take: whoever holds only a `Db` cannot change the world. */
export type Tx = Transaction<DB>;

pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

/** An error at COMMIT means unknown, never failed: the caller reads the state back or asks again by key. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('the answer to COMMIT was lost', { cause });
    this.name = 'OutcomeUnknown';
  }
}

const ATTEMPTS = 5;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

export type Database = {
  db: Db;
  pool: pg.Pool;
  url: string;
  /** Runs `act` in one transaction, again when PostgreSQL asks for it (40001, 40P01, a plan that is outdated). */
  inTransaction<T>(act: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export function openDatabase(url: string, options: { connections_max?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections_max ?? 16,
    connectionTimeoutMillis: 5_000,
    application_name: 'stellary',
  });
  // A connection that dies is replaced, idle or at work: whoever works on it is told by the query that
  // fails. Without a listener on both, its death would end the process.
  pool.on('error', () => {});
  const names = createStatementNames();
  pool.on('connect', (client) => {
    client.on('error', () => {});
    prepareWhatIsOften(client, names);
  });
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    url,
    async inTransaction(act) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(db, act);
        } catch (error) {
          if (attempt === ATTEMPTS || !asksForRetry(error)) throw error;
        }
      }
    },
    close: () => db.destroy(),
  };
}

async function once<T>(db: Db, act: (tx: Tx) => Promise<T>): Promise<T> {
  const tx: ControlledTransaction<DB> = await db.startTransaction().execute();
  let result: T;
  try {
    result = await act(tx);
  } catch (error) {
    await rollBack(tx);
    throw error;
  }
  try {
    await tx.commit().execute();
  } catch (error) {
    // a commit that failed keeps its connection: only this gives it back, or throws away what is broken
    await rollBack(tx);
    if (sqlState(error)) throw error; // the server itself said no
    throw new OutcomeUnknown(error);
  }
  return result;
}

/** The error before it is the one to tell; a connection that is gone has rolled back by itself. */
const rollBack = (tx: ControlledTransaction<DB>) =>
  tx
    .rollback()
    .execute()
    .catch(() => {});

const readingOnly = (db: Db) =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');

/** What is read twice within `act` says the same. */
export const inOnePicture = <T>(db: Db, act: (tx: Tx) => Promise<T>): Promise<T> =>
  readingOnly(db).execute(act);

/**
 * Works that only read, side by side on as many connections as there are lanes, all of them in one and the same
 * picture of the database.
 */
export async function inOneSnapshot<T>(
  db: Db,
  lanes: number,
  works: readonly ((tx: Tx) => Promise<T>)[],
): Promise<T[]> {
  const results: T[] = [];
  const queue = [...works.entries()];
  const drain = async (tx: Tx) => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await next[1](tx);
  };
  return readingOnly(db).execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
    const snapshot = sql.lit(rows[0]?.id ?? '');
    const others = Array.from({ length: lanes - 1 }, () =>
      readingOnly(db).execute(async (other) => {
        await sql`set transaction snapshot ${snapshot}`.execute(other);
        await drain(other);
      }),
    );
    await Promise.all([drain(tx), ...others]);
    return results;
  });
}

/** One at a time, over all processes on this database, until `tx` ends. Answers whether it is us; waits for nobody. */
export async function takeTurn(tx: Tx, act: string): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext(${act})) as mine`.execute(tx);
  return rows[0]?.mine ?? false;
}

/** SQLSTATE of an answer of the server; null when the server did not answer. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || !error.code) return null;
  // class 57P: the server is going down and may or may not have committed
  return error.code.startsWith('57P') || error.code.startsWith('08') ? null : error.code;
}

const asksForRetry = (error: unknown) => {
  const state = sqlState(error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK || isOutdatedPlan(error);
};

/** The name of the constraint that an error broke, if that is what happened. */
export const brokenConstraint = (error: unknown): string | null =>
  error instanceof pg.DatabaseError && error.code?.startsWith('23') ? (error.constraint ?? null) : null;

/** True when the database cannot be reached or is on its way down. */
export function isConnectionTrouble(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|57P|53)/.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      error.message,
    )
  );
}

const MUST_BE_ON = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/** A ledger on a database that may forget is no ledger: refuses to go on. */
export async function refuseUnsafeSettings(pool: pg.Pool): Promise<void> {
  for (const setting of MUST_BE_ON) {
    const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [setting]);
    if (rows[0]?.value === 'off') {
      throw new Error(`the database runs with ${setting}=off and could lose acknowledged money; turn it on`);
    }
  }
}
