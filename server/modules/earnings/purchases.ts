import { type AccountId, asId, type PurchaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type Purchase = {
  id: PurchaseId;
  buyer_id: AccountId;
  pack: string;
  paid_micros: bigint;
  promo_micros: bigint;
  provider: 'test';
  bought_at: Date;
};

/** Writes down what somebody bought, in the transaction that posts it. */
export async function insertPurchase(tx: Tx, purchase: Purchase): Promise<void> {
  await tx.insertInto('earnings.purchase').values(purchase).execute();
}

/** When each of those people last bought something after `since`, up to `at`; who did not is not in the answer. */
export async function lastPurchases(
  db: Db,
  people: readonly AccountId[],
  since: Date,
  at: Date,
): Promise<Map<AccountId, Date>> {
  const rows = await db
    .selectFrom('earnings.purchase')
    .select(['buyer_id', ({ fn }) => fn.max('bought_at').as('bought_at')])
    .where('buyer_id', 'in', [...people])
    .where('bought_at', '>', since)
    .where('bought_at', '<=', at)
    .groupBy('buyer_id')
    .execute();
  return new Map(rows.map(({ buyer_id, bought_at }) => [asId<AccountId>(buyer_id), bought_at]));
}

/** What was bought, as it was written down when it was posted. */
export async function purchaseById(db: Db, id: PurchaseId): Promise<Purchase | undefined> {
  const row = await db
    .selectFrom('earnings.purchase')
    .selectAll()
    .where('id', '=', id)
    .$narrowType<{ provider: Purchase['provider'] }>()
    .executeTakeFirst();
  return row && { ...row, id, buyer_id: asId<AccountId>(row.buyer_id) };
}
