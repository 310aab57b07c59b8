import * as z from 'zod';
import { refreshCreations, refreshCreationsOf } from '../flows/refresh-creations.ts';
import { type AccountId, asId, type AssetId, type ModelId, type RulingId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { News, Subscriber } from '../kit/outbox.ts';
import * as moderation from '../modules/moderation/index.ts';

const Creation = z.object({ asset_id: z.uuid() });
const Ruling = z.object({ ruling_id: z.uuid() });
const Account = z.object({ account_id: z.uuid() });
const Models = z.object({ model_ids: z.array(z.uuid()) });

/** Whatever changes how something shown is found has it written anew. Likes move its place by themselves. */
export const newsToCreations: Subscriber = {
  name: 'news-to-creations',
  topics: ['creation.shown', 'creation.withdrawn', 'ruling.made', 'account.renamed', 'models.edited'],
  async hear(tx, news) {
    const told = [...of(news, 'creation.shown', Creation), ...of(news, 'creation.withdrawn', Creation)];
    const ids = told.map(({ asset_id }) => asId<AssetId>(asset_id));
    await refreshCreations(tx, [...new Set([...ids, ...(await ruledOn(tx, news))])]);
    const makers = of(news, 'account.renamed', Account).map((each) => asId<AccountId>(each.account_id));
    const models = of(news, 'models.edited', Models).flatMap((each) => each.model_ids);
    if (makers.length > 0 || models.length > 0)
      await refreshCreationsOf(tx, { makers, models: models.map((id) => asId<ModelId>(id)) });
  },
};

async function ruledOn(tx: Tx, news: readonly News[]): Promise<AssetId[]> {
  const ids = of(news, 'ruling.made', Ruling).map(({ ruling_id }) => asId<RulingId>(ruling_id));
  const rulings = await moderation.rulingsByIds(tx, ids);
  return rulings.filter(({ kind }) => kind === 'creation').map(({ subject_id }) => asId<AssetId>(subject_id));
}

const of = <Payload>(news: readonly News[], topic: string, payload: z.ZodType<Payload>): Payload[] =>
  news.filter((each) => each.topic === topic).map((each) => payload.parse(each.payload));
