import { sql } from 'kysely';
import { type AccountId, asId, type AssetId, type CommentId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { commentsByIds, deleteComment } from './comments.ts';
import { likeCreation } from './creations.ts';

/** What somebody shows and says, for whoever asks what would go with them. */
export async function shownAndSaidBy(db: Db, person_id: AccountId) {
  const { rows } = await sql<{ creations: number; comments: number; ratings: number; follows: number }>`
    select (select count(*)::int4 from marketplace.creation where maker_id = ${person_id} and withdrawn_at is null) as creations,
      (select count(*)::int4 from marketplace.comment where author_id = ${person_id} and deleted_at is null) as comments,
      (select count(*)::int4 from marketplace.rating where author_id = ${person_id}) as ratings,
      (select count(*)::int4 from marketplace.follow where creator_id = ${person_id}) as follows`.execute(db);
  return rows[0] ?? { creations: 0, comments: 0, ratings: 0, follows: 0 };
}

/** Takes back some of the likes of creations that somebody gave, with what they count for. Answers how many. */
export async function takeLikesBack(tx: Tx, person_id: AccountId, limit: number): Promise<number> {
  const { rows } = await sql<{ asset_id: string; of_other: boolean }>`
    select l.asset_id, c.maker_id <> l.person_id as of_other
    from marketplace.creation_like l join marketplace.creation c using (asset_id)
    where l.person_id = ${person_id} order by l.asset_id limit ${limit}`.execute(tx);
  for (const { asset_id, of_other } of rows) {
    const like = { asset_id: asId<AssetId>(asset_id), person_id, of_other, ranks: false, at: new Date(0) };
    await likeCreation(tx, like, false);
  }
  return rows.length;
}

/** Deletes the words of some of somebody's comments; replies of others stay. Answers what they stood below. */
export async function deleteCommentsOf(tx: Tx, person_id: AccountId, limit: number, at: Date) {
  const rows = await tx
    .selectFrom('marketplace.comment')
    .select('id')
    .where('author_id', '=', person_id)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .execute();
  const comments = await commentsByIds(
    tx,
    rows.map(({ id }) => asId<CommentId>(id)),
  );
  for (const comment of comments) await deleteComment(tx, comment, at);
  return comments.map(({ id, about }) => ({ id, about }));
}

/** The last of it: nothing is shown any more, and what it was called is gone as well. Answers which models were rated. */
export async function takeDown(tx: Tx, person_id: AccountId, at: Date): Promise<ModelId[]> {
  await sql`
    update marketplace.creation set title = 'Removed', prompt = null, withdrawn_at = coalesce(withdrawn_at, ${at})
    where maker_id = ${person_id}`.execute(tx);
  await sql`
    delete from marketplace.notification_actor where notification_id in (
      select id from marketplace.notification where person_id = ${person_id})`.execute(tx);
  await tx.deleteFrom('marketplace.notification').where('person_id', '=', person_id).execute();
  await tx.deleteFrom('marketplace.follow').where('creator_id', '=', person_id).execute();
  await tx.deleteFrom('marketplace.block').where('other_id', '=', person_id).execute();
  const rated = await tx
    .selectFrom('marketplace.rating')
    .select('model_id')
    .where('author_id', '=', person_id)
    .execute();
  return rated.map(({ model_id }) => asId<ModelId>(model_id));
}
