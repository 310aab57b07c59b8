import { answered, atomFeed } from '#web/feeds/xml.ts';

const ENTRIES = 50;
const KEPT_S = 300;

/** Models as they are published, the newest first. */
export async function GET({ locals: { api, origin } }) {
  const { items } = await api.marketplace.exploreModels({ order: 'newest', limit: ENTRIES });
  const entries = items.map(({ model }) => ({
    path: `/models/${model.slug}`,
    title: model.title,
    summary: model.summary,
    author: model.creator.display_name,
    at: model.published_at,
    kind: model.modality,
  }));
  const feed = { path: '/models.atom', title: 'New models on the Stellary Creators Program', entries };
  return answered(atomFeed(origin, feed), 'application/atom+xml', KEPT_S);
}
