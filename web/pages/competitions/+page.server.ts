import { orRefuse } from '#web/load.ts';

/** All of the newest round, of which one category is shown. */
const WINNERS = 20;

export async function load({ locals, url, depends, parent }) {
  depends('app:round');
  depends('app:entries');
  const { competitions } = locals.api;
  const { me } = await parent();
  const [now, over, winners, mine, part] = await Promise.all([
    orRefuse(competitions.listRounds({ show: 'now' }), url),
    orRefuse(competitions.listRounds({ show: 'over' }), url),
    competitions.listWinners({ limit: WINNERS }).catch(() => null),
    me.account ? competitions.listMyEntries({ limit: 50 }).catch(() => null) : null,
    locals.api.slots.listFeatured({ surface: 'competitions' }).catch(() => ({ items: [] })),
  ]);
  return {
    ...{ rounds: now.items, over, part: part.items },
    ...{ winners: winners?.items ?? [], mine: mine?.items ?? [] },
  };
}
