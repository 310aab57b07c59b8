import { DISQUALIFICATIONS, DisqualificationReason } from '#api/competitions/results-shapes.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import type { Notification } from '../../modules/marketplace/index.ts';
import type { Pointed } from '../point-to.ts';

type Told = Pick<Notification, 'id' | 'kind' | 'about'>;

/** What notifications about rounds lead to and say, by the notification. Of what has changed since it is said as it is. */
export async function toldOfRounds(db: Db, told: readonly Told[]): Promise<Map<string, Pointed>> {
  const about = (...kinds: Notification['kind'][]) =>
    told.flatMap((one) => (kinds.includes(one.kind) && one.about ? [one.about] : []));
  const [entries, places, awards, judges] = await Promise.all([
    competitions.entriesByIds(db, about('entry', 'entry_named', 'finalist')),
    competitions.placesOut(db, 'entry', about('model_won')),
    competitions.awardsByIds(db, about('won')),
    competitions.judgesByIds(db, about('judge_invited')),
  ]);
  const rounds = await competitions.roundsByIds(db, [
    ...about('voting'),
    ...[...entries, ...awards, ...judges].map(({ round_id }) => round_id),
  ]);
  const won = await competitions.entriesByIds(
    db,
    awards.map(({ entry_id }) => entry_id),
  );
  const roundOf = (id: string) => rounds.find((round) => round.id === id);
  const byAbout = new Map<string, Pointed>([
    ...entries.map((entry): [string, Pointed] => [
      entry.id,
      { title: entry.title, text: whatOf(entry), path: '/competitions/mine' },
    ]),
    ...places.map(({ entry_id, title, removed, place, round }): [string, Pointed] => [
      `${entry_id} won`,
      {
        title: removed ? 'a work that was removed' : title,
        text: `Place ${place} in ${round.title}`,
        path: `/competitions/${round.slug}/results`,
      },
    ]),
    ...awards.map(({ id, entry_id, place_slot, round_id, state, answer_by }): [string, Pointed] => [
      id,
      {
        title: `place ${place_slot} in ${roundOf(round_id)?.title ?? 'a round'}`,
        text: `${won.find((entry) => entry.id === entry_id)?.title ?? ''}. ${
          state === 'created'
            ? `Say by ${dayOf(answer_by)} whether you take the prize.`
            : 'You have answered, or the time for it is over.'
        }`,
        path: '/competitions/mine',
      },
    ]),
    ...judges.map(({ id, round_id, emergency }): [string, Pointed] => [
      id,
      {
        title: roundOf(round_id)?.title ?? 'a round',
        text: emergency ? 'Too few judges are left: it is urgent.' : null,
        path: `/judging/${id}`,
      },
    ]),
    ...rounds.map(({ id, title, slug, theme }): [string, Pointed] => [
      id,
      { title, text: theme || null, path: `/competitions/${slug}` },
    ]),
  ]);
  return new Map(
    told.flatMap(({ id, kind, about: what }) => {
      const place = byAbout.get(kind === 'model_won' ? `${what} won` : (what ?? ''));
      return place ? [[id, place]] : [];
    }),
  );
}

function whatOf({ state, reason }: competitions.Entry): string {
  if (state === 'ineligible') return reason ? competitions.reasonOf(reason).says : 'It is not eligible.';
  if (state === 'withdrawn') return 'You took it back.';
  if (state !== 'disqualified') return 'It may be voted on.';
  const known = DisqualificationReason.safeParse(reason);
  return known.success ? `It was taken out. ${DISQUALIFICATIONS[known.data]}` : 'It was taken out.';
}
