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
