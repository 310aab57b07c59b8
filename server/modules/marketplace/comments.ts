import { sql } from 'kysely';
import { type AccountId, asId, type AssetId, type CommentId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';

/** What a comment stands below: a creation or a model. */
export type Commented = { asset_id: AssetId; model_id: null } | { asset_id: null; model_id: ModelId };

export type Comment = {
  id: CommentId;
  about: Commented;
  author_id: AccountId;
  reply_to: CommentId | null;
  /** null: deleted */
  text: string | null;
  at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  hidden_at: Date | null;
};

type Row = Pick<Comment, 'text' | 'at' | 'edited_at' | 'deleted_at' | 'hidden_at'> &
  Record<'id' | 'author_id', string> &
  Record<'asset_id' | 'model_id' | 'reply_to', string | null>;
const read = ({ asset_id, model_id, ...row }: Row): Comment => ({
  ...row,
  id: asId<CommentId>(row.id),
  author_id: asId<AccountId>(row.author_id),
  reply_to: row.reply_to === null ? null : asId<CommentId>(row.reply_to),
  about:
    asset_id === null
      ? { asset_id: null, model_id: asId<ModelId>(model_id ?? '') }
      : { asset_id: asId<AssetId>(asset_id), model_id: null },
});

/** It counts on the creation that it stands below. */
export async function insertComment(
  tx: Tx,
  comment: Pick<Comment, 'id' | 'about' | 'author_id' | 'reply_to' | 'text' | 'at'>,
): Promise<void> {
  const { about, ...row } = comment;
  await tx
    .insertInto('marketplace.comment')
    .values({ ...row, ...about })
    .execute();
  await count(tx, about, 1n);
}

async function count(tx: Tx, { asset_id }: Commented, by: bigint): Promise<void> {
  if (asset_id === null) return;
  await tx
    .updateTable('marketplace.creation')
    .set((eb) => ({ comments: eb('comments', '+', by) }))
    .where('asset_id', '=', asset_id)
    .execute();
}

export async function editComment(tx: Tx, id: CommentId, text: string, at: Date): Promise<void> {
  await tx.updateTable('marketplace.comment').set({ text, edited_at: at }).where('id', '=', id).execute();
}

/** Its words are gone, not only unseen; replies stay. Answers false where it was deleted before. */
export async function deleteComment(tx: Tx, { id, about }: Comment, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('marketplace.comment')
    .set({ deleted_at: at, text: null })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) return false;
  await count(tx, about, -1n);
  return true;
}

export async function hideComment(tx: Tx, id: CommentId, at: Date | null): Promise<void> {
  await tx.updateTable('marketplace.comment').set({ hidden_at: at }).where('id', '=', id).execute();
}

export async function commentsByIds(db: Db, ids: readonly CommentId[]): Promise<Comment[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.comment')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(read);
}

/** One, with whoever changes it next made to wait. */
export async function lockComment(tx: Tx, id: CommentId): Promise<Comment | undefined> {
  const row = await tx
    .selectFrom('marketplace.comment')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && read(row);
}

/** Those that are no replies, newest first; a deleted one only where something was replied to it. */
export async function commentsPage(
  db: Db,
  about: Commented,
  { without, after, limit }: { without: readonly AccountId[]; after: string | null; limit: number },
): Promise<Comment[]> {
  let query = db
    .selectFrom('marketplace.comment as c')
    .selectAll('c')
    .where('c.reply_to', 'is', null)
    .where((eb) =>
      eb.or([
        eb('c.deleted_at', 'is', null),
        eb.exists(
          eb
            .selectFrom('marketplace.comment as r')
            .select('r.id')
            .whereRef('r.reply_to', '=', 'c.id')
            .where('r.deleted_at', 'is', null),
        ),
      ]),
    )
    .orderBy('c.id', 'desc')
    .limit(limit);
  query =
    about.asset_id === null
      ? query.where('c.model_id', '=', about.model_id)
      : query.where('c.asset_id', '=', about.asset_id);
  if (without.length > 0) query = query.where('c.author_id', 'not in', [...without]);
  if (after) query = query.where('c.id', '<', after);
  return (await query.execute()).map(read);
}

/** What was replied to these, the oldest first, so many to each at most. */
export async function repliesTo(
  db: Db,
  ids: readonly CommentId[],
  { without, each_max }: { without: readonly AccountId[]; each_max: number },
): Promise<Comment[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Row>`
    select r.* from unnest(${[...ids]}::uuid[]) as c (id)
    cross join lateral (
      select * from marketplace.comment where reply_to = c.id and deleted_at is null
        and author_id <> all(${[...without]}::uuid[])
      order by id limit ${each_max}) r`.execute(db);
  return rows.map(read);
}

/** How many stand below a model; a creation knows its own. */
export async function countComments(db: Db, model_id: ModelId): Promise<number> {
  const { n } = await db
    .selectFrom('marketplace.comment')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('model_id', '=', model_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}
