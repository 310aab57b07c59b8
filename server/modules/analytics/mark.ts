import { sql } from 'kysely';
import * as z from 'zod';
import type { Db } from '../../kit/database.ts';
import { NOBODY } from './fact.ts';
import { EDITION } from './read.ts';

/** The subscriber that counts. */
export const COUNTER = 'news-to-facts';

/** How far counting has come: everything that ended before `as_of` is counted. */
export type Mark = { as_of: Date; lag_ms: number; folded_at: Date | null };

export async function markOf(db: Db, now: Date): Promise<Mark> {
  const { rows } = await sql<{ waiting: Date | null; folded_at: Date | null }>`
    select (select n.at from kit.outbox n, kit.subscriber c where c.name = ${COUNTER} and (n.xid, n.id) > (c.xid, c.id)
            order by n.xid, n.id limit 1) as waiting,
           (select folded_at from analytics.state) as folded_at`.execute(db);
  const { waiting, folded_at } = rows[0] ?? { waiting: null, folded_at: null };
  const as_of = waiting && waiting < now ? waiting : now;
  return { as_of, lag_ms: now.getTime() - as_of.getTime(), folded_at };
}

const Differences = z.array(z.object({ what: z.string(), where: z.string() }));

/**
 * What the last comparison with facts and books has found; the last one that found anything, until its day is proved
 * again: a day that does not hold is not mended by the next one that does.
 */
export async function lastProof(db: Db) {
  const { rows } = await sql<{ day: string; at: Date; facts: bigint; differences: unknown }>`
    select day::text, at, facts, differences from analytics.proof
    order by differences <> '[]'::jsonb desc, day desc limit 1`.execute(db);
  const row = rows[0];
  if (!row) return null;
  const differences = Differences.parse(row.differences);
  return { ...row, facts: Number(row.facts), holds: differences.length === 0, differences };
}

/** The first day before an instant on which something was counted and that was never proved. */
export async function unprovedSince(db: Db, before: Date): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select min(day)::text as day from (
      select distinct (at at time zone 'UTC')::date as day from analytics.usage_hour
      where ${EDITION} and creator_id = ${NOBODY} and at >= (select facts_from from analytics.state) and at < ${before}) counted
    where not exists (select from analytics.proof p where p.day = counted.day)`.execute(db);
  return rows[0]?.day ?? null;
}
