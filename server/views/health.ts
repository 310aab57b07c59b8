import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Db } from '../kit/database.ts';
import * as rewards from '../modules/rewards/index.ts';

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

/** How the chain is that rewards are paid on, and whether what it said could be booked. */
export async function chainHealth(
  context: Pick<Context, 'db' | 'chainState'>,
  answering: { database: boolean },
): Promise<'none' | 'ok' | 'away' | 'halted'> {
  const state = await context.chainState();
  if (state === 'none' || !answering.database) return state;
  return (await rewards.haltOf(context.db)) ? 'halted' : state;
}
