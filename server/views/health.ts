import { sql } from 'kysely';
import type { Db } from '../kit/database.ts';

const PATIENCE_MS = 2_000;

/** Whether the database answers in time. */
export async function databaseAnswers(db: Db): Promise<boolean> {
  const tooLate = new Promise<boolean>((late) => setTimeout(late, PATIENCE_MS, false).unref());
  const answer = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, tooLate]);
}
