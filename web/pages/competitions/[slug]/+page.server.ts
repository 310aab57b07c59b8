import { orNowhere, unlessToCome } from '#web/load.ts';
import { parseMarkdown } from '#ui/markdown/parse.ts';

export async function load({ locals, params: { slug }, url, depends, parent }) {
  depends('app:round');
  depends('app:entries');
  const { competitions } = locals.api;
  const { me } = await parent();
  const round = await orNowhere(competitions.getRound({ slug }), url);
  const [mine, roots] = await Promise.all([
    me.account ? competitions.listMyEntries({ limit: 50 }).catch(() => null) : null,
    unlessToCome(competitions.listBallotRoots({ slug })).catch(() => null),
  ]);
  return {
    round,
    story: parseMarkdown(round.story),
    mine: (mine?.items ?? []).filter((entry) => entry.round.slug === slug),
    roots: roots?.items ?? [],
  };
}
