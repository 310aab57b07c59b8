import { error, redirect } from '@sveltejs/kit';
import { oneOf, orNowhere } from '#web/load.ts';
import { modalities } from '#ui/words.ts';

export async function load({ locals, params, url, depends, parent }) {
  depends('app:voting');
  const { me } = await parent();
  if (!me.account) redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
  const { competitions } = locals.api;
  const kind = oneOf(modalities, params.category);
  const round = await orNowhere(competitions.getRound({ slug: params.slug }), url);
  const category = round.categories.find((one) => one.kind === kind);
  if (!kind || !category)
    error(404, { message: 'Nobody votes in such a category of this round.', code: 'NOT_FOUND' });
  const voting = await orNowhere(competitions.getVoting({ slug: params.slug, category: kind }), url);
  const others = round.categories.flatMap((one) =>
    one.kind === kind || one.kind === 'models' ? [] : [one.kind],
  );
  return {
    round: { slug: round.slug, title: round.title, theme: round.theme, state: round.state },
    ...{ kind, theme: category.theme, voting, others },
  };
}
