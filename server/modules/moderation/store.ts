import { sql } from 'kysely';
import type { AccountId, PromptRefusalId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type PromptRefusal = {
  id: PromptRefusalId;
  account_id: AccountId;
  reason: string;
  rule: string;
  policy_version: string;
  prompt_digest: string;
  at: Date;
};

/** Refusals of one account are counted one after the other, so that many at once are counted right. */
export async function lockRefusals(tx: Tx, account_id: AccountId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`refusals ${account_id}`}, 0))`.execute(tx);
}

export async function insertRefusal(tx: Tx, refusal: PromptRefusal): Promise<void> {
  await tx.insertInto('moderation.refusal').values(refusal).execute();
}

/** When the newest refusals of an account were, newest first, back to an instant. */
export async function refusalsSince(
  db: Db,
  account_id: AccountId,
  since: Date,
  limit: number,
): Promise<Date[]> {
  const rows = await db
    .selectFrom('moderation.refusal')
    .select('at')
    .where('account_id', '=', account_id)
    .where('at', '>', since)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ at }) => at);
}
