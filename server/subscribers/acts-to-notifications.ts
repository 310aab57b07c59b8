import * as z from 'zod';
import { type AccountId, asId, type AssetId, type ModelId, type RewardId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { type News, type Subscriber, tell } from '../kit/outbox.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';

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
const LikedModel = z.object({ model_id: z.uuid(), creator_id: z.uuid(), person_id: z.uuid() });
const person = (id: string) => asId<AccountId>(id);

const like: Read = (payload) => {
  const { asset_id, maker_id, person_id } = Liked.parse(payload);
  return [{ person_id: person(maker_id), kind: 'like', about: asset_id, actor_id: person(person_id) }];
};
const likeOfModel: Read = (payload) => {
  const { model_id, creator_id, person_id } = LikedModel.parse(payload);
  return [{ person_id: person(creator_id), kind: 'like', about: model_id, actor_id: person(person_id) }];
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

const Told = z.object({
  event_id: z.uuid(),
  host_id: z.uuid(),
  kind: z.enum(['event_soon', 'event_changed']),
  people: z.array(z.uuid()),
});
const event: Read = (payload) => {
  const { event_id, host_id, kind, people } = Told.parse(payload);
  return people.map((id) => ({
    ...{ person_id: person(id), kind, about: event_id, actor_id: person(host_id) },
  }));
};
const Withdrawn = z.object({ event_id: z.uuid(), host_id: z.uuid(), by_id: z.uuid() });
const eventWithdrawn: Read = (payload) => {
  const { event_id, host_id, by_id } = Withdrawn.parse(payload);
  return [{ person_id: person(host_id), kind: 'event_withdrawn', about: event_id, actor_id: person(by_id) }];
};
const Proposed = z.object({ collaboration_id: z.uuid(), by_id: z.uuid(), to_id: z.uuid() });
const collaboration: Read = (payload) => {
  const { collaboration_id, by_id, to_id } = Proposed.parse(payload);
  return [
    { person_id: person(to_id), kind: 'collaboration', about: collaboration_id, actor_id: person(by_id) },
  ];
};

const Featured = z.object({ model_id: z.uuid(), creator_id: z.uuid(), by_id: z.uuid() });
const featured: Read = (payload) => {
  const { model_id, creator_id, by_id } = Featured.parse(payload);
  return [{ person_id: person(creator_id), kind: 'featured', about: model_id, actor_id: person(by_id) }];
};
const Fallen = z.object({ model_id: z.uuid(), creator_id: z.uuid(), booked_by: z.uuid() });
const placeLost: Read = (payload) => {
  const { model_id, creator_id, booked_by } = Fallen.parse(payload);
  return [
    { person_id: person(booked_by), kind: 'place_lost', about: model_id, actor_id: person(creator_id) },
  ];
};

const TOLD: Record<string, Read> = {
  'slot.booked': featured,
  'slot.fallen': placeLost,
  'event.told': event,
  'event.withdrawn': eventWithdrawn,
  'collaboration.told': collaboration,
  'creation.liked': like,
  'model.liked': likeOfModel,
  'creator.followed': follow,
  'model.rated': rating,
  'comment.written': comment,
  'ruling.made': ruling,
};
const UNTOLD: Record<string, Read> = {
  'creation.unliked': like,
  'model.unliked': likeOfModel,
  'creator.unfollowed': follow,
  'model.unrated': rating,
};

const Shown = z.object({ asset_id: z.uuid(), maker_id: z.uuid() });
const Settled = z.object({ id: z.uuid() });
const Published = z.object({ model_id: z.uuid(), creator_id: z.uuid() });
const Released = z.object({ model_id: z.uuid() });
const Blocked = z.object({ person_id: z.uuid(), other_id: z.uuid() });

/** What is told to whom is only known by looking. */
const LOOKED_UP: Record<string, (tx: Tx, news: News) => Promise<AccountId[]>> = {
  async 'reward.settle'(tx, { payload, at }) {
    const reward = await campaigns.rewardById(tx, asId<RewardId>(Settled.parse(payload).id));
    if (!reward) return [];
    const { id, owner_id, account_id } = reward;
    const told = [
      { person_id: owner_id, actor_id: account_id },
      { person_id: account_id, actor_id: owner_id },
    ];
    return marketplace.tellPeople(
      tx,
      told.map((each) => ({ ...each, kind: 'reward', about: id })),
      at,
    );
  },
  async 'creation.shown'(tx, { payload, at }) {
    const { asset_id, maker_id } = Shown.parse(payload);
    const creation = await marketplace.creationById(tx, asId<AssetId>(asset_id));
    // shown otherwise than before is not shown anew
    const isNew = creation?.published_at.getTime() === at.getTime();
    if (!creation || !isNew || !creation.listed || !marketplace.isShown(creation)) return [];
    return marketplace.tellFollowers(tx, { kind: 'shown', about: null, actor_id: person(maker_id) }, at);
  },
  async 'creation.withdrawn'(tx, { payload }) {
    return marketplace.untellOfMaker(tx, person(Shown.parse(payload).maker_id));
  },
  async 'model.published'(tx, { payload, at }) {
    const { model_id, creator_id } = Published.parse(payload);
    if (!(await isListed(tx, model_id))) return [];
    return marketplace.tellFollowers(
      tx,
      { kind: 'model', about: model_id, actor_id: person(creator_id) },
      at,
    );
  },
  async 'release.published'(tx, { payload, at }) {
    const { model_id } = Released.parse(payload);
    const [model] = await registry.modelsByIds(tx, [model_id]);
    if (!model) return [];
    return marketplace.tellUsers(
      tx,
      asId<ModelId>(model_id),
      { kind: 'release', about: model_id, actor_id: person(model.creator_id) },
      at,
    );
  },
  async 'person.blocked'(tx, { payload }) {
    const { person_id, other_id } = Blocked.parse(payload);
    return marketplace.untellOfBlocked(tx, person(person_id), person(other_id));
  },
};

const isListed = async (tx: Tx, model_id: string) =>
  (await registry.modelsByIds(tx, [model_id])).some(({ visibility }) => visibility === 'listed');

/** What goes out at once may be told to many; one piece of news stays small. */
const PEOPLE_IN_NEWS_MAX = 500;

/** What one person did becomes what another is told. */
export const actsToNotifications: Subscriber = {
  name: 'acts-to-notifications',
  topics: [...Object.keys(TOLD), ...Object.keys(UNTOLD), ...Object.keys(LOOKED_UP)],
  async hear(tx, news) {
    const people = new Set<AccountId>();
    for (const item of news) for (const id of await hearOne(tx, item)) people.add(id);
    await tellOfChange(tx, people, news);
  },
};

/** Whoever looks at their notifications now is told that there is something new. */
export async function tellOfChange(
  tx: Tx,
  people: ReadonlySet<AccountId>,
  news: readonly News[],
): Promise<void> {
  const last = news.at(-1);
  const changed = [...people];
  if (last)
    for (let from = 0; from < changed.length; from += PEOPLE_IN_NEWS_MAX)
      await tell(
        tx,
        'notifications.changed',
        { people: changed.slice(from, from + PEOPLE_IN_NEWS_MAX) },
        last.at,
      );
}

async function hearOne(tx: Tx, item: News): Promise<AccountId[]> {
  const { topic, payload, at } = item;
  const looksUp = LOOKED_UP[topic];
  if (looksUp) return looksUp(tx, item);
  const told = TOLD[topic]?.(payload) ?? [];
  const untold = UNTOLD[topic]?.(payload) ?? [];
  for (const one of untold) await marketplace.untell(tx, one);
  return [...(await marketplace.tellPeople(tx, told, at)), ...untold.map(({ person_id }) => person_id)];
}
