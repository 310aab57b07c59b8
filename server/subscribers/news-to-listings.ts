import * as z from 'zod';
import { refreshListings, refreshListingsOf } from '../flows/refresh-listings.ts';
import { type AccountId, asId, type DeprecationId, type ModelId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { News, Subscriber } from '../kit/outbox.ts';
import * as registry from '../modules/registry/index.ts';

const Model = z.object({ model_id: z.uuid() }).transform(({ model_id }) => [model_id]);
const Models = z.object({ model_ids: z.array(z.uuid()) }).transform(({ model_ids }) => model_ids);
const Account = z.object({ account_id: z.uuid() });
const Deprecation = z.object({ id: z.uuid() });

/** Whatever changes how a model is found has it written anew. */
export const newsToListings: Subscriber = {
  name: 'news-to-listings',
  topics: [
    'model.published',
    'model.handed_over',
    'models.edited',
    'release.published',
    'release.withdrawn',
    'deprecation.end',
    'account.renamed',
  ],
  async hear(tx, news) {
    const at = news.reduce((latest, each) => (each.at > latest ? each.at : latest), new Date(0));
    await refreshListings(tx, await modelsIn(tx, news), at);
    for (const account_id of new Set(of(news, 'account.renamed', Account).map((each) => each.account_id)))
      await refreshListingsOf(tx, asId<AccountId>(account_id), at);
  },
};

async function modelsIn(tx: Tx, news: readonly News[]): Promise<ModelId[]> {
  const told = news.filter(({ topic }) => topic !== 'deprecation.end' && topic !== 'account.renamed');
  const ids = told.flatMap(({ payload }) => z.union([Model, Models]).parse(payload));
  const ended = of(news, 'deprecation.end', Deprecation).map(({ id }) => asId<DeprecationId>(id));
  const models = await registry.modelsOfDeprecations(tx, ended);
  return [...new Set([...ids.map((id) => asId<ModelId>(id)), ...models])];
}

const of = <Payload>(news: readonly News[], topic: string, payload: z.ZodType<Payload>): Payload[] =>
  news.filter((each) => each.topic === topic).map((each) => payload.parse(each.payload));
