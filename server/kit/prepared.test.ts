import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { type Database, openDatabase } from './database.ts';
import { createStatementNames, PLANNED_EACH_TIME } from './prepared.ts';

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 1 });
  await database.pool.query('create schema shelf; create table shelf.book (id int)');
  await database.pool.query('insert into shelf.book values (1), (2)');
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const booksFrom = async (id: number, db = database.db) =>
  (await sql`select * from shelf.book where id >= ${id}`.execute(db)).rows;
const prepared = async () =>
  (
    await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(database.db)
  ).rows.map(({ statement }) => statement);

test('what is asked often is prepared, what is asked now and then is not', async () => {
  for (let time = 0; time < 4; time += 1) await booksFrom(1);
  expect(await prepared()).toEqual([]);
  for (let time = 0; time < 10; time += 1) expect(await booksFrom(2)).toEqual([{ id: 2 }]);
  expect(await prepared()).toEqual(['select * from shelf.book where id >= $1']);
});

test('a table that gets another column is read with it, within a transaction and without', async () => {
  await database.pool.query('alter table shelf.book add column title text');
  expect(await booksFrom(2)).toEqual([{ id: 2, title: null }]);
  for (let time = 0; time < 12; time += 1) await booksFrom(1);
  await database.pool.query('alter table shelf.book add column author text');
  const found = await database.inTransaction((tx) => booksFrom(2, tx));
  expect(found).toEqual([{ id: 2, title: null, author: null }]);
});

test('there are never more than so many names, and one that was forgotten is given anew', () => {
  const names = createStatementNames();
  const ask = (text: string, times = 10) => Array.from({ length: times }, () => names.of(text)).at(-1);
  expect(ask('first', 9)).toBeUndefined();
  const first = ask('first', 1);
  expect(first).toBe('often_1');
  for (let n = 0; n < 500; n += 1) ask(`statement ${n}`);
  expect(ask('the last')).toBeUndefined();
  names.forget('first');
  expect(ask('first')).toBe('often_201');
});

test('a list that is written out is not: each length of it would take a place', () => {
  const names = createStatementNames();
  const ask = (text: string) => Array.from({ length: 20 }, () => names.of(text)).at(-1);
  expect(ask('insert into shelf.book (id, title) values ($1, $2), ($3, $4)')).toBeUndefined();
  expect(ask('select from shelf.book where id in ($1, $2)')).toBeUndefined();
  expect(ask('insert into shelf.book (id, title) values ($1, $2)')).toBe('often_1');
});

test('what has to be planned for what it is asked with is planned each time', async () => {
  const planned = sql.raw(PLANNED_EACH_TIME);
  for (let time = 0; time < 12; time += 1)
    await sql`${planned} select title from shelf.book where id >= ${1}`.execute(database.db);
  expect((await prepared()).filter((text) => text.includes('select title'))).toEqual([]);
});
