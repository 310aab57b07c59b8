import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import type { Notification } from '../../modules/marketplace/index.ts';
import { type Pointed, saying } from '../point-to.ts';

type Told = Pick<Notification, 'id' | 'kind' | 'about'>;

/** What notifications about rounds lead to and say, by the notification. Of what has changed since it is said as it is. */
export async function toldOfRounds(db: Db, told: readonly Told[]): Promise<Map<string, Pointed>> {
  const about = (...kinds: Notification['kind'][]) =>
    told.flatMap((one) => (kinds.includes(one.kind) && one.about ? [one.about] : []));
  const [entries, places, awards, judges] = await Promise.all([
    competitions.entriesByIds(db, about('entry', 'entry_named', 'finalist')),
    competitions.placesOut(db, 'entry', about('model_won')),
    competitions.awardsByIds(db, about('won')),
    competitions.judgesByIds(db, about('judge_invited', 'panel_ends')),
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
      saying('/competitions/mine', {
        code: 'entry',
        ...{ title: entry.title, state: entry.state, reason: entry.reason },
      }),
    ]),
    ...places.map(({ entry_id, title, removed, place, round }): [string, Pointed] => [
      `${entry_id} won`,
      saying(`/competitions/${round.slug}/results`, {
        code: 'model_won',
        ...{ title: removed ? null : title, place, round: round.title },
      }),
    ]),
    ...awards.map(({ id, entry_id, place_slot, round_id, state, answer_by }): [string, Pointed] => [
      id,
      saying('/competitions/mine', {
        code: 'award',
        ...{ place: place_slot, round: roundOf(round_id)?.title ?? null },
        entry: won.find((entry) => entry.id === entry_id)?.title ?? null,
        answer_by: state === 'created' ? answer_by.toISOString() : null,
      }),
    ]),
    ...judges.map(({ id, round_id, emergency }): [string, Pointed] => [
      id,
      saying(`/judging/${id}`, {
        code: 'judge',
        ...{ round: roundOf(round_id)?.title ?? null, emergency },
      }),
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
