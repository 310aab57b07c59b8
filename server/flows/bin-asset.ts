import type { Context } from '../context.ts';
import type { AccountId, AssetId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';

/**
 * Moves an asset to the bin, or back out of it. The bytes stay: a receipt goes on naming them. What was shown to others
 * is taken back with it, and not shown again by coming out.
 */
export async function binAsset(
  context: Context,
  owner_id: AccountId,
  id: AssetId,
  deleted: boolean,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    if (!(await generation.setDeleted(tx, id, owner_id, deleted ? at : null))) refuse('NOT_FOUND');
    if (deleted && (await marketplace.withdrawCreation(tx, id, at)))
      await tell(tx, 'creation.withdrawn', { asset_id: id, maker_id: owner_id }, at);
    await tell(tx, deleted ? 'asset.deleted' : 'asset.restored', { asset_id: id, owner_id }, at);
  });
  context.wake.send('news');
}
