import { sql } from 'kysely';
import { paidCredits } from '../chart-of-accounts.ts';
import { type AccountId, asId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';

/**
 * Payers of generations whose promo half still waits and who bought something: those after `after`, at most so
 * many. One query over what earned, who paid for it and what they bought: nearly everybody who was given credits
 * has something waiting, and few of them buy.
 */
export async function payersToCover(
  db: Db,
  since: Date,
  after: AccountId | null,
  limit: number,
): Promise<AccountId[]> {
  const { rows } = await sql<{ payer_id: string }>`
    select distinct g.payer_id from earnings.line l join generation.generation g on g.id = l.generation_id
    where (l.settled_at >= ${since} or ${earnings.cameOutOfCaseSince(since)}) and (${after}::uuid is null or g.payer_id > ${after}) and ${earnings.STILL_WAITS} and exists (
      select from ledger.accounts a join ledger.rows j on j.acc0 = a.id
      where a.key = replace(${paidCredits(ANYBODY).key}, '%', g.payer_id::text) and j.kind = 'purchase')
    order by g.payer_id limit ${limit}`.execute(db);
  return rows.map(({ payer_id }) => asId<AccountId>(payer_id));
}

const ANYBODY = asId<AccountId>('%');
