import type { Context } from '../context.ts';
import { type AccountId, asId, newId, type PurchaseId } from '../ids.ts';
import { claimKey } from '../kit/idempotency.ts';
import { tell } from '../kit/outbox.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { PACKS, type PackSlug } from '../offers.ts';
import { refuse } from '../refuse.ts';
import { packBought } from './postings/index.ts';

/** Sells a pack for a test payment, which moves no money and exists in development only. */
export async function buyPack(
  context: Context,
  buyer_id: AccountId,
  purchase: { key: string; pack: PackSlug; payment: 'test' },
): Promise<PurchaseId> {
  if (context.config.mode !== 'development') refuse('TEST_PAYMENTS_OFF');
  const at = context.clock.now();
  const { key, ...body } = purchase;
  const bought = await context.database.inTransaction(async (tx) => {
    const claim = await claimKey(tx, { actor_id: buyer_id, key, endpoint: 'createPurchase', body, at });
    if ('conflict' in claim) refuse('IDEMPOTENCY_CONFLICT');
    if (!claim.first) return asId<PurchaseId>(claim.subject);
    const id = newId<PurchaseId>(at);
    try {
      await ledger.post(tx, packBought(id, buyer_id, PACKS[purchase.pack]), at);
    } catch (error) {
      if (error instanceof ledger.Overdrawn) refuse('BUDGET_EXHAUSTED');
      throw error;
    }
    const { paid_micros, promo_micros } = PACKS[purchase.pack];
    const { pack, payment: provider } = purchase;
    await earnings.insertPurchase(tx, {
      id,
      buyer_id,
      pack,
      paid_micros,
      promo_micros,
      provider,
      bought_at: at,
    });
    await claim.record(id);
    await tell(tx, 'credits.bought', { purchase_id: id, buyer_id, pack: purchase.pack }, at);
    return id;
  });
  context.wake.send('news');
  // more of what promo credits earned may be covered now
  context.wake.send('earnings');
  return bought;
}
