import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, newId, type RatingId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { whyNotRate } from '../views/why-not-rate.ts';
import { judgeWords } from './judge-words.ts';
import { demandNotBlocked } from './block-person.ts';

/** What somebody who generated with a model thinks of it, in place of what they thought before. */
export async function rateModel(
  context: Context,
  author_id: AccountId,
  slug: string,
  { stars, text }: { stars: number; text: string },
): Promise<void> {
  judgeWords(text);
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const model = (await registry.modelBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const model_id = asId<ModelId>(model.id);
    const creator_id = asId<AccountId>(model.creator_id);
    const why = await whyNotRate(tx, author_id, { model_id, creator_id }, at);
    if (why) refuse(why);
    await demandNotBlocked(tx, author_id, creator_id);
    await marketplace.rate(tx, { id: newId<RatingId>(at), model_id, author_id, stars, text, at });
    await tell(tx, 'model.rated', { model_id, author_id, creator_id }, at);
  });
  context.wake.send('news');
}

export async function unrateModel(context: Context, author_id: AccountId, slug: string): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const model = (await registry.modelBySlug(tx, slug)) ?? refuse('NOT_FOUND');
    const model_id = asId<ModelId>(model.id);
    if (!(await marketplace.takeRatingBack(tx, model_id, author_id))) refuse('NOT_FOUND');
    await tell(tx, 'model.unrated', { model_id, author_id, creator_id: model.creator_id }, at);
  });
  context.wake.send('news');
}
