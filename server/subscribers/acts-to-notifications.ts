import * as z from 'zod';
import { type AccountId, asId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { type News, type Subscriber, tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const Liked = z.object({ asset_id: z.uuid(), maker_id: z.uuid(), person_id: z.uuid() });
const Followed = z.object({ follower_id: z.uuid(), creator_id: z.uuid() });
const Rated = z.object({ model_id: z.uuid(), author_id: z.uuid(), creator_id: z.uuid() });
const Ruled = z.object({ ruling_id: z.uuid(), owner_id: z.uuid(), by_id: z.uuid() });
const Written = z.object({
  author_id: z.uuid(),
  told: z.array(
    z.object({ person_id: z.uuid(), kind: z.enum(['comment', 'reply', 'mention']), about: z.uuid() }),
  ),
});

type Read = (payload: News['payload']) => marketplace.Told[];
const person = (id: string) => asId<AccountId>(id);

const like: Read = (payload) => {
  const { asset_id, maker_id, person_id } = Liked.parse(payload);
  return [{ person_id: person(maker_id), kind: 'like', about: asset_id, actor_id: person(person_id) }];
};
const follow: Read = (payload) => {
  const { follower_id, creator_id } = Followed.parse(payload);
  return [{ person_id: person(creator_id), kind: 'follow', about: null, actor_id: person(follower_id) }];
};
const rating: Read = (payload) => {
  const { model_id, author_id, creator_id } = Rated.parse(payload);
  return [{ person_id: person(creator_id), kind: 'rating', about: model_id, actor_id: person(author_id) }];
};
const comment: Read = (payload) => {
  const { author_id, told } = Written.parse(payload);
  return told.map((one) => ({ ...one, person_id: person(one.person_id), actor_id: person(author_id) }));
};
const ruling: Read = (payload) => {
  const { ruling_id, owner_id, by_id } = Ruled.parse(payload);
  return [{ person_id: person(owner_id), kind: 'ruling', about: ruling_id, actor_id: person(by_id) }];
};

const TOLD: Record<string, Read> = {
  'creation.liked': like,
  'creator.followed': follow,
  'model.rated': rating,
  'comment.written': comment,
  'ruling.made': ruling,
};
const UNTOLD: Record<string, Read> = {
  'creation.unliked': like,
  'creator.unfollowed': follow,
  'model.unrated': rating,
};

/** What one person did becomes what another is told. */
export const actsToNotifications: Subscriber = {
  name: 'acts-to-notifications',
  topics: [...Object.keys(TOLD), ...Object.keys(UNTOLD)],
  async hear(tx, news) {
    const people = new Set<AccountId>();
    for (const item of news) for (const id of await hearOne(tx, item)) people.add(id);
    const last = news.at(-1);
    if (last && people.size > 0) await tell(tx, 'notifications.changed', { people: [...people] }, last.at);
  },
};

async function hearOne(tx: Tx, { topic, payload, at }: News): Promise<AccountId[]> {
  const told = TOLD[topic]?.(payload) ?? [];
  const untold = UNTOLD[topic]?.(payload) ?? [];
  for (const one of untold) await marketplace.untell(tx, one);
  return [...(await marketplace.tellPeople(tx, told, at)), ...untold.map(({ person_id }) => person_id)];
}
