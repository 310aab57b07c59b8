import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  type Database,
  isConnectionTrouble,
  openDatabase,
  OutcomeUnknown,
} from '../../server/kit/database.ts';
import { eventually } from '../eventually.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

// What becomes of the connections themselves when they die, each at another moment.
const CONNECTIONS = 3;
let fresh: FreshDatabase;
let database: Database;
let admin: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: CONNECTIONS });
  admin = new pg.Client(inject('admin_url'));
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await fresh.drop();
});

type Tx = Parameters<Parameters<Database['inTransaction']>[0]>[0];

async function cut(tx: Tx): Promise<void> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  // answers once it is gone
  await admin.query('select pg_terminate_backend($1, 10000)', [rows[0]?.pid]);
}

const failureOf = (act: (tx: Tx) => Promise<unknown>) =>
  database.inTransaction(act).then(
    () => null,
    (error: unknown) => error,
  );

test('a connection that dies at work is trouble with the connection, and the process lives', async () => {
  for (let time = 0; time < 2 * CONNECTIONS; time += 1) {
    const failure = await failureOf(async (tx) => {
      await cut(tx);
      await sql`select 1`.execute(tx);
    });
    expect(isConnectionTrouble(failure)).toBe(true);
  }
  expect(database.pool.totalCount).toBe(0);
});

test('one that dies before COMMIT is answered leaves the outcome unknown, and no connection is kept', async () => {
  for (let time = 0; time < 2 * CONNECTIONS; time += 1)
    expect(await failureOf(cut)).toBeInstanceOf(OutcomeUnknown);
  expect(database.pool.totalCount).toBe(0);
});

test('a COMMIT that the database refuses gives its connection back', async () => {
  await database.pool.query(
    `create table node (id int primary key, next int references node deferrable initially deferred)`,
  );
  for (let time = 0; time < 2 * CONNECTIONS; time += 1) {
    const failure = await failureOf((tx) => sql`insert into node values (${time}, 99)`.execute(tx));
    expect(failure).toMatchObject({ code: '23503' });
  }
  expect(database.pool.idleCount).toBe(database.pool.totalCount);
});

test('afterwards it works as before, and closes', async () => {
  await eventually(
    'a query is answered',
    async () => (await sql`select 1`.execute(database.db)).rows.length === 1,
  );
  await database.close();
  expect(database.pool.totalCount).toBe(0);
});
