import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../../tests/setup/database.ts';
import { type Database, openDatabase } from '../../kit/database.ts';
import * as ledger from './index.ts';

const at = new Date('2026-11-22T12:00:30Z');
const purse: ledger.Account = { key: 'purse:ada', asset: 'CREDIT', guarded: true };
const earner = (n: number): ledger.Account => ({ key: `earner:${n}`, asset: 'CREDIT', guarded: false });

let database: Database;
let drop: () => Promise<void>;

/** A gift, and a capture of it in two rows of which one has six legs: no column of the journal is empty. */
beforeAll(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 2 });
  drop = async () => {
    await database.close();
    await fresh.drop();
  };
  const id = uuidv7();
  await database.inTransaction(async (tx) => {
    const given = [
      { account: earner(0), amount: -100n },
      { account: purse, amount: 100n },
    ];
    await ledger.post(tx, [{ id: randomUUID(), kind: 'gift', memo: '', legs: given }], at);
    await ledger.authorize(tx, [{ id, first: purse, second: null, amount: 20n, expires_at: at }]);
    const earned = [1, 2, 3, 4, 5].map((n) => ({ account: earner(n), amount: BigInt(n) }));
    const charge = { id, kind: 'charge', memo: 'Drift' };
    await ledger.capture(
      tx,
      [
        { ...charge, part: 0, legs: [{ account: purse, amount: -15n }, ...earned] },
        {
          ...charge,
          part: 1,
          legs: [
            { account: purse, amount: -1n },
            { account: earner(1), amount: 1n },
          ],
        },
      ],
      at,
    );
  });
});
afterAll(() => drop());

const ANOTHER: Record<string, (column: string) => string> = {
  uuid: () => 'gen_random_uuid()',
  text: (column) => `${column} || '!'`,
  int2: (column) => `${column} + 5`,
  int4: (column) => `${column} + 4`,
  int8: (column) => `${column} + 1`,
};

/** What an owner of the database can do who drops every rule of the table first; undone afterwards. */
async function brokenBy(change: string): Promise<string[]> {
  let found: string[] = [];
  const undone = new Error('undone');
  const tampering = database.inTransaction(async (tx) => {
    await sql`alter table ledger.journal disable trigger user`.execute(tx);
    const { rows } = await sql<{ name: string }>`
      select conname as name from pg_constraint where conrelid = 'ledger.journal'::regclass and contype = 'c'`.execute(
      tx,
    );
    for (const { name } of rows)
      await sql`alter table ledger.journal drop constraint ${sql.ref(name)}`.execute(tx);
    await sql.raw(change).execute(tx);
    found = (await ledger.verifyChains(tx)).violations.map(({ invariant }) => invariant);
    throw undone;
  });
  await expect(tampering).rejects.toBe(undone);
  return found;
}

test('whatever is changed in a row of the journal, the chain shows it', async () => {
  expect((await ledger.verifyChains(database.db)).violations).toEqual([]);
  const columns = await columnsOf(database.db);
  expect(columns.length).toBeGreaterThan(15);
  for (const { name, type } of columns) {
    const another = ANOTHER[type]?.(name) ?? `null`;
    const whole_row = 'where part = 0 and acc5 is not null';
    expect(await brokenBy(`update ledger.journal set ${name} = ${another} ${whole_row}`), name).toEqual([
      'the chain of hashes is whole',
    ]);
  }
});

test('so it does when two rows of a batch change places, or one is gone', async () => {
  const swapped = `update ledger.journal set seq = (seq >> 20 << 20) + 3 - (seq - (seq >> 20 << 20)) where kind = 'charge'`;
  expect(await brokenBy(swapped)).toEqual(['the chain of hashes is whole']);
  expect(await brokenBy(`delete from ledger.journal where part = 1`)).toEqual([
    'the chain of hashes is whole',
  ]);
});

/** All but the place, which is the order of what is hashed, and the balance, which follows from the rows before. */
async function columnsOf(db: Database['db']) {
  const { rows } = await sql<{ name: string; type: string }>`
    select attname as name, typname as type from pg_attribute join pg_type on pg_type.oid = atttypid
    where attrelid = 'ledger.journal'::regclass and attnum > 0 and attname not in ('seq', 'bal0')`.execute(
    db,
  );
  return rows;
}
