import { error, redirect } from '@sveltejs/kit';
import { oneOf, orNowhere, orRefuse } from '#web/load.ts';

const KINDS = ['image', 'video', 'music', 'models'] as const;

export async function load({ locals, params, url, parent }) {
  const { me } = await parent();
  if (!me.account) redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`);
  const kind = oneOf(KINDS, params.kind);
  const { competitions } = locals.api;
  const round = await orNowhere(competitions.getRound({ slug: params.slug }), url);
  const category = round.categories.find((one) => one.kind === kind);
  if (!kind || !category) error(404, { message: 'The round has no such category.', code: 'NOT_FOUND' });
  const enterable = await orRefuse(competitions.listEnterable({ slug: params.slug, kind }), url);
  return { round, category, enterable, wanted: url.searchParams.get('asset') };
}
