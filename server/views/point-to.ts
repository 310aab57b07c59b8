import { asId, type AssetId, type CommentId, type RatingId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';

/** What an id stands for on the pages: what it is called, what it says, and where it is found. */
export type Pointed = { title: string; text: string | null; path: string };

/** Creations, comments, ratings and models by their ids; of anything else nothing is known. */
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
  const [creations, models] = await Promise.all([
    marketplace.creationsByIds(
      db,
      wanted.map((id) => asId<AssetId>(id)),
    ),
    registry.modelsByIds(db, wanted),
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
  ]);
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
