import * as z from 'zod';
import { type AccountId, asId, type EntryId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { News, Subscriber } from '../kit/outbox.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { tellOfChange } from './acts-to-notifications.ts';

type Hear = (tx: Tx, news: News) => Promise<AccountId[]>;
const Stepped = z.object({ id: z.uuid() });
const idOf = ({ payload }: News) => Stepped.parse(payload).id;

/** Those who stand in an entry are told of what became of it; whoever took a step themselves knows. */
const toAuthors =
  (kind: 'entry' | 'finalist'): Hear =>
  async (tx, news) => {
    const entry_id = asId<EntryId>(idOf(news));
    const people = await competitions.peopleOf(tx, [entry_id]);
    return marketplace.tellPeople(
      tx,
      people
        .filter(({ accepted_at }) => accepted_at !== null)
        .map(({ person_id }) => ({ person_id, kind, about: entry_id, actor_id: null })),
      news.at,
    );
  };

/** Whoever was named has not said yet that they made it. */
const toNamed: Hear = async (tx, news) => {
  const entry_id = asId<EntryId>(idOf(news));
  const entry = await competitions.entryById(tx, entry_id);
  const people = await competitions.peopleOf(tx, [entry_id]);
  if (!entry) return [];
  return marketplace.tellPeople(
    tx,
    people
      .filter(({ accepted_at, declined_at }) => accepted_at === null && declined_at === null)
      .map(({ person_id }) => ({
        person_id,
        kind: 'entry_named',
        about: entry_id,
        actor_id: entry.person_id,
      })),
    news.at,
  );
};

const toJudge =
  (kind: 'judge_invited' | 'panel_ends'): Hear =>
  async (tx, news) => {
    const judge = await competitions.judgeById(tx, asId<competitions.Judge['id']>(idOf(news)));
    if (!judge) return [];
    const told = { person_id: judge.person_id, kind, about: judge.id, actor_id: null };
    return marketplace.tellPeople(tx, [told], news.at);
  };

/** The creators of what the winners were made with, but for those who won with their own. */
async function tellCreators(
  tx: Tx,
  places: readonly competitions.PlaceOut[],
  at: Date,
): Promise<AccountId[]> {
  const models = await registry.modelsByIds(
    tx,
    places.map(({ model_id }) => model_id),
  );
  const authors = await competitions.peopleOf(
    tx,
    places.map(({ entry_id }) => entry_id),
  );
  const told = places.flatMap(({ entry_id, model_id }): marketplace.Told[] => {
    const creator_id = models.find(({ id }) => id === model_id)?.creator_id;
    const own = authors.some((one) => one.entry_id === entry_id && one.person_id === creator_id);
    if (!creator_id || own) return [];
    return [{ person_id: asId<AccountId>(creator_id), kind: 'model_won', about: entry_id, actor_id: null }];
  });
  return marketplace.tellPeople(tx, told, at);
}

const HEARD: Record<string, Hear> = {
  'entry.submit': toNamed,
  'entry.admit': toAuthors('entry'),
  'entry.refuse': toAuthors('entry'),
  'entry.disqualify': toAuthors('entry'),
  'entry.reinstate': toAuthors('entry'),
  'entry.reinstate_finalist': toAuthors('entry'),
  'entry.choose': toAuthors('finalist'),
  async 'entry.place'(tx, news) {
    const places = await competitions.placesOut(tx, 'entry', [idOf(news)]);
    // of the first version all are told when the round is out
    return tellCreators(
      tx,
      places.filter(({ version }) => version > 1),
      news.at,
    );
  },
  async 'round.publish'(tx, news) {
    return tellCreators(tx, await competitions.placesOut(tx, 'round', [idOf(news)]), news.at);
  },
  async 'round.qualify'(tx, news) {
    const round_id = asId<competitions.Round['id']>(idOf(news));
    const people = await competitions.peopleToCallToVote(tx, round_id);
    return marketplace.tellMany(tx, people, { kind: 'voting', about: round_id, actor_id: null }, news.at);
  },
  async 'award.begin'(tx, news) {
    const award = await competitions.awardById(tx, asId<competitions.Award['id']>(idOf(news)));
    if (!award) return [];
    const told = { person_id: award.person_id, kind: 'won', about: award.id, actor_id: null } as const;
    return marketplace.tellPeople(tx, [told], news.at);
  },
  'judge.begin': toJudge('judge_invited'),
  'judge.remind': toJudge('panel_ends'),
};

/** What a round brings somebody is told to them. */
export const roundsToNotifications: Subscriber = {
  name: 'rounds-to-notifications',
  topics: Object.keys(HEARD),
  async hear(tx, news) {
    const people = new Set<AccountId>();
    for (const item of news) for (const id of (await HEARD[item.topic]?.(tx, item)) ?? []) people.add(id);
    await tellOfChange(tx, people, news);
  },
};
