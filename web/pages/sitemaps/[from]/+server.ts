import { error } from '@sveltejs/kit';
import type { ApiClient } from '#web/api-types.ts';
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
  if (from === 'showcases') return answered(urlSet(origin, await showcases(api)), 'application/xml', KEPT_S);
  if (!PART.test(from)) error(404, { message: 'The address leads nowhere.', code: 'NOT_FOUND' });
  const { models } = await api.marketplace.listAddresses({ from });
  const creators = new Set<string>(models.flatMap(({ creator }) => creator ?? []));
  const pages = [
    ...models.map(({ slug, published_at }) => ({ path: `/models/${slug}`, at: published_at })),
    ...[...creators].map((handle) => ({ path: `/creators/${handle}` })),
  ];
  return answered(urlSet(origin, pages), 'application/xml', KEPT_S);
}

/** The protocol takes fifty thousand addresses in one part. */
const SHOWCASES_MAX = 20_000;

async function showcases(api: ApiClient): Promise<{ path: string; at: string }[]> {
  const found = [];
  for (let cursor: string | null | undefined; cursor !== null && found.length < SHOWCASES_MAX;) {
    const page: Awaited<ReturnType<ApiClient['showcase']['listShowcases']>> =
      await api.showcase.listShowcases({ limit: 100, ...(cursor && { cursor }) });
    found.push(
      ...page.items.map(({ model, changed_at }) => ({
        path: `/models/${model.slug}/showcase`,
        at: changed_at,
      })),
    );
    cursor = page.next_cursor;
  }
  return found;
}
