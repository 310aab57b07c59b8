import { sql } from 'kysely';
import type { JsonObject } from '#db';
import type { Db, Database, Tx } from './database.ts';
import { insertAll } from './insert-all.ts';

/** One piece of news. Payloads carry ids and whole amounts as strings, never prompts or secrets. */
export type News = { id: bigint; xid: string; topic: string; payload: Record<string, unknown>; at: Date };
export type Cursor = { xid: string; id: bigint };

export const tell = (tx: Tx, topic: string, payload: JsonObject, at: Date): Promise<void> =>
  tellAll(tx, topic, [payload], at);

/** Many pieces of news on one topic, in this order. */
export async function tellAll(
  tx: Tx,
  topic: string,
  payloads: readonly JsonObject[],
  at: Date,
): Promise<void> {
  await insertAll(
    tx,
    'kit.outbox',
    payloads.map((payload) => ({ topic, payload, at })),
  );
}

/**
 * The news after `cursor`, oldest first. Rows of transactions that began after the oldest one still
 * open are left for the next look, so that nothing that commits late is ever skipped.
 */
export async function newsAfter(db: Db, cursor: Cursor, limit: number): Promise<News[]> {
  const { rows } = await sql<News>`
    select n.id, n.xid::text as xid, n.topic, n.payload, n.at from kit.outbox n
    where (n.xid, n.id) > (${cursor.xid}::xid8, ${cursor.id})
      and n.xid < pg_snapshot_xmin(pg_current_snapshot())
    -- by the column, never by the name: that is the text of it, in which 1001 comes before 833
    order by n.xid, n.id limit ${limit}`.execute(db);
  return rows;
}

/** Whether there is news after `cursor` that only waits for an older transaction to end. */
export async function newsIsHeldBack(db: Db, cursor: Cursor): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    -- the next one by its index: asked whether there is any, the planner expects many and reads the whole table
    select (select id from kit.outbox where (xid, id) > (${cursor.xid}::xid8, ${cursor.id})
      order by outbox.xid, id limit 1) is not null as held`.execute(db);
  return rows[0]?.held ?? false;
}

/** The last news on some topics that `newsAfter` would have told by now, oldest first. */
export async function lastNews(db: Db, topics: readonly string[], limit: number): Promise<News[]> {
  const { rows } = await sql<News>`
    select n.id, n.xid::text as xid, n.topic, n.payload, n.at from kit.outbox n
    where n.xid < pg_snapshot_xmin(pg_current_snapshot()) and n.topic = any(${[...topics]})
    order by n.xid desc, n.id desc limit ${limit}`.execute(db);
  return rows.toReversed();
}

/** Whether one place in the news comes after another. */
export const isAfter = (one: Cursor, other: Cursor): boolean => {
  const [a, b] = [BigInt(one.xid), BigInt(other.xid)];
  return a === b ? one.id > other.id : a > b;
};

/** The place after everything that has been told so far. */
export async function newsEnd(db: Db): Promise<Cursor> {
  const { rows } = await sql<{ xid: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid`.execute(db);
  return { xid: rows[0]?.xid ?? '0', id: 0n };
}

export type Subscriber = {
  name: string;
  topics: readonly string[];
  /**
   * Hears the next news of its topics, oldest first. Runs in the transaction that moves the cursor: its own writes
   * happen exactly once.
   */
  hear(tx: Tx, news: readonly News[]): Promise<void>;
  /** How much it hears at once at most, where that is not what all do; and how long news gathers before it is heard. */
  batch_max?: number;
  gather_ms?: number;
};

const BATCH = 200;

/** Beyond so many it is only said that there are more. */
const COUNTED_MAX = 10_000;

/** Every subscriber with how much news there is that it has not heard, and when it last went on. */
export async function subscribersNow(db: Db): Promise<{ name: string; behind: number; moved_at: Date }[]> {
  const { rows } = await sql<{ name: string; behind: number; moved_at: Date }>`
    select s.name, s.moved_at, (select count(*)::int4 from (
      select from kit.outbox n where (n.xid, n.id) > (s.xid, s.id) limit ${COUNTED_MAX}) ahead) as behind
    from kit.subscriber s order by s.name`.execute(db);
  return rows;
}

/** Writes down a subscriber that is new; it begins with the oldest news there is. */
export async function register(database: Database, { name }: Subscriber): Promise<void> {
  await database.db
    .insertInto('kit.subscriber')
    .values({ name })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Lets one subscriber hear its next news. Answers how much there was; 0 when done or when another process has it. */
export function deliver(database: Database, subscriber: Subscriber): Promise<number> {
  return database.inTransaction(async (tx) => {
    const { rows } = await sql<Cursor>`
      select xid::text as xid, id from kit.subscriber where name = ${subscriber.name} for update skip locked`.execute(
      tx,
    );
    const cursor = rows[0];
    if (!cursor) return 0;
    const news = await newsAfter(tx, cursor, subscriber.batch_max ?? BATCH);
    const heard = news.filter(({ topic }) => subscriber.topics.includes(topic));
    if (heard.length > 0) await subscriber.hear(tx, heard);
    const last = news.at(-1);
    if (last) {
      await sql`update kit.subscriber set xid = ${last.xid}::xid8, id = ${last.id}, moved_at = now()
        where name = ${subscriber.name}`.execute(tx);
    }
    return news.length;
  });
}
