import { answered, atomFeed } from '#web/feeds/xml.ts';

const ENTRIES = 50;
const KEPT_S = 300;

/** Showcases of models, the newest first. */
export async function GET({ locals: { api, origin } }) {
  const { items } = await api.showcase.listShowcases({ limit: ENTRIES });
  const entries = items.map(({ model, title, words, published_at }) => ({
    path: `/models/${model.slug}/showcase`,
    title,
    summary: words || `Made with ${model.title}`,
    author: model.creator.display_name,
    at: published_at,
    kind: model.modality,
  }));
  const title = 'New showcases on the Stellary Creators Program';
  return answered(
    atomFeed(origin, { path: '/showcases.atom', title, entries }),
    'application/atom+xml',
    KEPT_S,
  );
}
