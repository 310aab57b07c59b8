import { sql } from 'kysely';
import { type AccountId, asId, type ModelId, type RatingId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

export type Rating = {
  id: RatingId;
  model_id: ModelId;
  author_id: AccountId;
  stars: number;
  text: string;
  at: Date;
  changed_at: Date | null;
  hidden_at: Date | null;
};

type Row = Omit<Rating, 'id' | 'model_id' | 'author_id'> & Record<'id' | 'model_id' | 'author_id', string>;
const read = (row: Row): Rating => ({
  ...row,
  id: asId<RatingId>(row.id),
  model_id: asId<ModelId>(row.model_id),
  author_id: asId<AccountId>(row.author_id),
});

/** One of a person: another takes its place. */
export async function rate(
  tx: Tx,
  rating: Pick<Rating, 'id' | 'model_id' | 'author_id' | 'stars' | 'text' | 'at'>,
) {
  await tx
    .insertInto('marketplace.rating')
    .values(rating)
    .onConflict((conflict) =>
      conflict
        .columns(['model_id', 'author_id'])
        .doUpdateSet({ stars: rating.stars, text: rating.text, changed_at: rating.at }),
    )
    .execute();
}

export async function takeRatingBack(tx: Tx, model_id: ModelId, author_id: AccountId): Promise<boolean> {
  const result = await tx
    .deleteFrom('marketplace.rating')
    .where('model_id', '=', model_id)
    .where('author_id', '=', author_id)
    // what a moderator hid is not made anew by writing it again
    .where('hidden_at', 'is', null)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function hideRating(tx: Tx, id: RatingId, at: Date | null): Promise<void> {
  await tx.updateTable('marketplace.rating').set({ hidden_at: at }).where('id', '=', id).execute();
}

export async function ratingsByIds(db: Db, ids: readonly RatingId[]): Promise<Rating[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.rating')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}

export async function ratingOf(db: Db, model_id: ModelId, author_id: AccountId): Promise<Rating | undefined> {
  const row = await db
    .selectFrom('marketplace.rating')
    .selectAll()
    .where('model_id', '=', model_id)
    .where('author_id', '=', author_id)
    .executeTakeFirst();
  return row && read(row);
}

/** Those that are not hidden, the newest first. */
export async function ratingsPage(
  db: Db,
  model_id: ModelId,
  {
    without,
    after,
    limit,
  }: { without: readonly AccountId[]; after: { at: Date; id: string } | null; limit: number },
): Promise<Rating[]> {
  let query = db
    .selectFrom('marketplace.rating')
    .selectAll()
    .where('model_id', '=', model_id)
    .where('hidden_at', 'is', null)
    .orderBy('at', 'desc')
    .orderBy('author_id', 'desc')
    .limit(limit);
  if (without.length > 0) query = query.where('author_id', 'not in', [...without]);
  if (after)
    query = query.where(sql<boolean>`(at, author_id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  return (await query.execute()).map(read);
}

/** How many gave one star, two, and so on to five. Hidden ones do not count. */
export async function starsOf(db: Db, model_id: ModelId): Promise<number[]> {
  const rows = await db
    .selectFrom('marketplace.rating')
    .select(({ fn }) => ['stars', fn.countAll<bigint>().as('n')])
    .where('model_id', '=', model_id)
    .where('hidden_at', 'is', null)
    .groupBy('stars')
    .execute();
  const given = new Map(rows.map(({ stars, n }) => [stars, Number(n)]));
  return [1, 2, 3, 4, 5].map((stars) => given.get(stars) ?? 0);
}
