import type { Context } from '../context.ts';
import type { AccountId, AssetId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { demandNotBlocked } from './block-person.ts';

/** Likes a creation or stops to; doing it twice is doing it once. */
export async function likeCreation(
  context: Context,
  person_id: AccountId,
  asset_id: AssetId,
  liked: boolean,
): Promise<{ likes: number; liked: boolean }> {
  const at = context.clock.now();
  const likes = await context.database.inTransaction(async (tx) => {
    const creation = await marketplace.creationById(tx, asset_id);
    if (!creation || !marketplace.isShown(creation)) refuse('NOT_FOUND');
    const { maker_id } = creation;
    if (liked) await demandNotBlocked(tx, person_id, maker_id);
    const of_other = person_id !== maker_id;
    const ranks = of_other && liked && (await marketplace.hasPaid(tx, person_id));
    const like = { asset_id, person_id, of_other, ranks, at };
    if (await marketplace.likeCreation(tx, like, liked))
      await tell(tx, liked ? 'creation.liked' : 'creation.unliked', { asset_id, maker_id, person_id }, at);
    return (await marketplace.creationById(tx, asset_id))?.likes ?? 0;
  });
  context.wake.send('news');
  return { likes, liked };
}
