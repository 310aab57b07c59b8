import { answered, atomFeed } from '#web/feeds/xml.ts';

const ENTRIES = 50;
const KEPT_S = 300;

/** What people show, the newest first. */
export async function GET({ locals: { api, origin } }) {
  const { items } = await api.marketplace.listCreations({ limit: ENTRIES });
  const entries = items.map((creation) => ({
    path: `/assets/${creation.id}`,
    title: creation.title,
    summary: creation.prompt ?? `Made with ${creation.model.title}`,
    author: creation.maker.display_name,
    at: creation.published_at,
    kind: creation.modality,
  }));
  const title = 'New creations on the Stellary Creators Program';
  return answered(
    atomFeed(origin, { path: '/creations.atom', title, entries }),
    'application/atom+xml',
    KEPT_S,
  );
}
