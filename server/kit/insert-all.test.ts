import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { type Database, openDatabase } from './database.ts';
import { insertAll } from './insert-all.ts';

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((any) => any.replaceAll('\0', ''));
const news = fc.record({
  topic: text,
  payload: fc.record({ said: text, n: fc.integer(), of: fc.array(text), none: fc.constant(null) }),
  at: fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
});

test('rows come back as they were put in, and in their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(news, { minLength: 1, maxLength: 8 }), async (rows) => {
      const found = await database.inTransaction(async (tx) => {
        await tx.deleteFrom('kit.outbox').execute();
        await insertAll(tx, 'kit.outbox', rows);
        return tx.selectFrom('kit.outbox').select(['topic', 'payload', 'at']).orderBy('id').execute();
      });
      expect(found).toEqual(rows);
    }),
    { numRuns: 30, endOnFailure: true },
  );
});

test('whole numbers beyond those of JSON keep their last digit', async () => {
  const value = 9_007_199_254_740_993n;
  await database.inTransaction((tx) => insertAll(tx, 'kit.subscriber', [{ name: 'a', xid: '7', id: value }]));
  const row = await database.db
    .selectFrom('kit.subscriber')
    .select('id')
    .where('name', '=', 'a')
    .executeTakeFirst();
  expect(row).toEqual({ id: value });
});

test('what is there already is skipped where that is asked for, and refused where it is not', async () => {
  const row = { name: 'b', xid: '7', id: 1n };
  const insert = (options?: { skip_known: boolean }) =>
    database.inTransaction((tx) => insertAll(tx, 'kit.subscriber', [row], options));
  await insert();
  await insert({ skip_known: true });
  await expect(insert()).rejects.toMatchObject({ constraint: 'subscriber_pkey' });
});
