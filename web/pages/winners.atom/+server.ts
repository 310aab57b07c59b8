import { answered, atomFeed } from '#web/feeds/xml.ts';
import { kindNames, placeName } from '#ui/competitions/round-words.ts';

const ENTRIES = 50;
const KEPT_S = 300;

/** Who won, the newest round first; also while it may be disputed, and it says so. */
export async function GET({ locals: { api, origin } }) {
  const { items } = await api.competitions.listWinners({ limit: ENTRIES });
  const entries = items.map(({ round, kind, place, provisional, work, at }) => ({
    path: `/competitions/${round.slug}/results#work-${work.id}`,
    title: `${placeName(place)} in ${kindNames[kind].toLowerCase()}: ${work.title}`,
    summary: [
      `${round.title}.`,
      ...(work.model ? [`Made with ${work.model.title} by ${work.model.creator.display_name}.`] : []),
      ...(provisional ? ['Provisional: it may still be disputed.'] : []),
    ].join(' '),
    author: work.people.map(({ display_name }) => display_name).join(', ') || 'Somebody',
    at,
    kind,
  }));
  const feed = {
    ...{ path: '/winners.atom', page: '/competitions/winners', entries },
    title: 'Winners of competitions on the Stellary Creators Program',
  };
  return answered(atomFeed(origin, feed), 'application/atom+xml', KEPT_S);
}
