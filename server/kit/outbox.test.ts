import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFreshDatabase } from '../../tests/setup/database.ts';
import type { Database } from './database.ts';
import { deliver, newsAfter, register, type Subscriber } from './outbox.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openFreshDatabase());
  // transactions 98 to 101 told a hundred things each: their numbers gain a digit on the way
  await database.pool.query(`
    insert into kit.outbox (xid, topic, payload, at)
    select (98 + n / 100)::text::xid8, 'counted', jsonb_build_object('n', n), now() from generate_series(0, 399) n`);
});
afterAll(() => drop());

test('news comes in the order of its transactions, also where their numbers gain a digit', async () => {
  const news = await newsAfter(database.db, { xid: '0', id: 0n }, 1_000);
  expect(news.map(({ payload }) => payload.n)).toEqual(Array.from({ length: 400 }, (_, n) => n));
});

test('a subscriber that is far behind hears each piece once and in order', async () => {
  const heard: unknown[] = [];
  const subscriber: Subscriber = {
    name: 'test',
    topics: ['counted'],
    hear: async (_tx, news) => void heard.push(...news.map(({ payload }) => payload.n)),
  };
  await register(database, subscriber);
  while ((await deliver(database, subscriber)) > 0);
  expect(heard).toEqual(Array.from({ length: 400 }, (_, n) => n));
});
