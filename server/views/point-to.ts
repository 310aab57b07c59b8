import type { NotificationSaid } from '#api/marketplace/notification-shapes.ts';
import { notificationWords } from '#api/marketplace/notification-words.ts';
import { asId, type AssetId, type BoardId, type CommentId, type RatingId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';

/** What an id stands for on the pages: what it is called, what it says, and where it is found. */
export type Pointed = { title: string; text: string | null; path: string; said?: NotificationSaid };

/** Where nobody wrote what it says, it is made of what is known. */
export const saying = (path: string, said: NotificationSaid): Pointed => ({
  ...notificationWords(said),
  ...{ path, said },
});

/** Creations, comments, ratings, models, boards, campaigns, events, collaborations and rewards by their ids; of anything else nothing is known. */
export async function pointTo(db: Db, ids: readonly string[]): Promise<(id: string) => Pointed | null> {
  const asked = [...new Set(ids)];
  const [comments, ratings] = await Promise.all([
    marketplace.commentsByIds(
      db,
      asked.map((id) => asId<CommentId>(id)),
    ),
    marketplace.ratingsByIds(
      db,
      asked.map((id) => asId<RatingId>(id)),
    ),
  ]);
  const below = comments.flatMap(({ about }) => about.asset_id ?? about.model_id);
  const wanted = [...asked, ...below, ...ratings.map(({ model_id }) => model_id)];
  const [creations, models, boards, promotions, events, proposals, rewards] = await Promise.all([
    marketplace.creationsByIds(
      db,
      wanted.map((id) => asId<AssetId>(id)),
    ),
    registry.modelsByIds(db, wanted),
    generation.boardsById(
      db,
      asked.map((id) => asId<BoardId>(id)),
    ),
    campaigns.campaignNames(db, asked),
    campaigns.eventsByIds(db, asked),
    program.collaborationTitles(db, asked),
    campaigns.rewardsByIds(db, asked),
  ]);
  const places = new Map<string, Pointed>([
    ...creations.map(({ asset_id, title }): [string, Pointed] => [
      asset_id,
      { title, text: null, path: `/assets/${asset_id}` },
    ]),
    ...models.map(({ id, title, slug }): [string, Pointed] => [
      id,
      { title, text: null, path: `/models/${slug}` },
    ]),
    ...boards.map(({ id, name, description }): [string, Pointed] => [
      id,
      { title: name, text: description || null, path: `/boards/${id}` },
    ]),
  ]);
  for (const [id, { title, slug }] of promotions)
    places.set(id, { title, text: null, path: `/campaigns/${slug}` });
  for (const { id, title, words, state } of events) {
    const [path, text] = [`/events/${id}`, words || null];
    const is_off = state === 'cancelled';
    places.set(id, is_off ? saying(path, { code: 'event_cancelled', title, text }) : { title, text, path });
  }
  for (const { id, title } of proposals)
    places.set(id, { title, text: null, path: `/program/collaborations/${id}` });
  for (const { id, amount_micros } of rewards)
    places.set(id, saying('/wallet', { code: 'credits', amount_micros: micros(amount_micros) }));
  for (const { id, about, text } of comments) {
    const place = places.get(about.asset_id ?? about.model_id);
    if (place) places.set(id, { title: place.title, text, path: `${place.path}#comment-${id}` });
  }
  for (const { id, model_id, text } of ratings) {
    const place = places.get(model_id);
    if (place) places.set(id, { title: place.title, text, path: `${place.path}#ratings` });
  }
  return (id) => places.get(id) ?? null;
}
