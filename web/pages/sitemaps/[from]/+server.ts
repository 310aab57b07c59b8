import { error } from '@sveltejs/kit';
import { answered, urlSet } from '#web/feeds/xml.ts';

const KEPT_S = 3_600;
const PART = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PAGES = ['/', '/explore', '/explore?show=images', '/explore?show=videos', '/explore?show=music'];
const MORE_PAGES = [
  '/program',
  '/books',
  '/help',
  '/help/ranking',
  '/help/campaigns',
  '/help/competitions',
  '/competitions',
  '/competitions/winners',
  '/campaigns',
  '/verify',
  '/docs/api',
];

/** One part: the pages that are always there, or models from one on with those who made them. */
export async function GET({ locals: { api, origin }, params: { from } }) {
  if (from === 'pages') {
    const pages = [...PAGES, ...MORE_PAGES].map((path) => ({ path }));
    return answered(urlSet(origin, pages), 'application/xml', KEPT_S);
  }
  if (from === 'showcases') {
    const { showcases } = await api.marketplace.listAddresses({ of: 'showcases' });
    const pages = showcases.map(({ slug, changed_at }) => ({
      path: `/models/${slug}/showcase`,
      at: changed_at,
    }));
    return answered(urlSet(origin, pages), 'application/xml', KEPT_S);
  }
  if (from === 'rounds') {
    const { rounds } = await api.marketplace.listAddresses({ of: 'rounds' });
    const pages = rounds.flatMap(({ slug, changed_at: at, results }) => [
      { path: `/competitions/${slug}`, at },
      ...(results ? [{ path: `/competitions/${slug}/results`, at }] : []),
    ]);
    return answered(urlSet(origin, pages), 'application/xml', KEPT_S);
  }
  if (!PART.test(from)) error(404, { message: 'The address leads nowhere.', code: 'NOT_FOUND' });
  const { models } = await api.marketplace.listAddresses({ from });
  const creators = new Set<string>(models.flatMap(({ creator }) => creator ?? []));
  const pages = [
    ...models.map(({ slug, published_at }) => ({ path: `/models/${slug}`, at: published_at })),
    ...[...creators].map((handle) => ({ path: `/creators/${handle}` })),
  ];
  return answered(urlSet(origin, pages), 'application/xml', KEPT_S);
}
