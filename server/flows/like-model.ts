import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { demandNotBlocked } from './block-person.ts';

/** Likes a model or stops to; doing it twice is doing it once. */
export async function likeModel(
  context: Context,
  person_id: AccountId,
  slug: string,
  liked: boolean,
): Promise<{ likes: number; liked: boolean }> {
  const at = context.clock.now();
  const after = await context.database.inTransaction(async (tx) => {
    const model = (await registry.modelBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const model_id = asId<ModelId>(model.id);
    const creator_id = asId<AccountId>(model.creator_id);
    if (liked) await demandNotBlocked(tx, person_id, creator_id);
    if (await marketplace.likeModel(tx, { model_id, person_id, at }, liked))
      await tell(tx, liked ? 'model.liked' : 'model.unliked', { model_id, creator_id, person_id }, at);
    return marketplace.likesOfModel(tx, model_id, person_id);
  });
  context.wake.send('news');
  return after;
}
