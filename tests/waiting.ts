import { sql } from 'kysely';
import type { Db } from '../server/kit/database.ts';

/** Whether somebody in this database waits for a lock that somebody else has. */
export async function isAnyoneWaiting(db: Db): Promise<boolean> {
  const { rows } = await sql<{ n: bigint }>`
    select count(*) as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return (rows[0]?.n ?? 0n) > 0n;
}
