import { sql } from 'kysely';
import { Modality } from '#api/base.ts';
import { type AccountId, asId, type AssetId, type ModelId, type ReleaseId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import { moveHeat } from './creation-listings.ts';

/** What its maker shows of what they made; `asset_id` is its name. */
export type Creation = {
  asset_id: AssetId;
  maker_id: AccountId;
  model_id: ModelId;
  release_id: ReleaseId;
  modality: Modality;
  title: string;
  /** null: its maker keeps it */
  prompt: string | null;
  /** whether it stands in lists, or is found by its link alone */
  listed: boolean;
  published_at: Date;
  withdrawn_at: Date | null;
  hidden_at: Date | null;
  likes: number;
  likes_of_others: number;
  comments: number;
};

type Row = Record<'asset_id' | 'maker_id' | 'model_id' | 'release_id' | 'modality', string> &
  Record<'likes' | 'likes_of_others' | 'comments', bigint> &
  Pick<Creation, 'title' | 'prompt' | 'listed' | 'published_at' | 'withdrawn_at' | 'hidden_at'>;
const read = (row: Row): Creation => ({
  ...row,
  asset_id: asId<AssetId>(row.asset_id),
  maker_id: asId<AccountId>(row.maker_id),
  model_id: asId<ModelId>(row.model_id),
  release_id: asId<ReleaseId>(row.release_id),
  modality: Modality.parse(row.modality),
  likes: Number(row.likes),
  likes_of_others: Number(row.likes_of_others),
  comments: Number(row.comments),
});

export type NewCreation = Pick<
  Creation,
  | 'asset_id'
  | 'maker_id'
  | 'model_id'
  | 'release_id'
  | 'modality'
  | 'title'
  | 'prompt'
  | 'listed'
  | 'published_at'
>;

/** Shows it, or shows it otherwise. What a moderator hid stays hidden; when it was first shown is kept while it is. */
export async function showCreation(tx: Tx, creation: NewCreation): Promise<void> {
  await tx
    .insertInto('marketplace.creation')
    .values(creation)
    .onConflict((conflict) =>
      conflict.column('asset_id').doUpdateSet({
        title: creation.title,
        prompt: creation.prompt,
        listed: creation.listed,
        published_at: sql<Date>`case when marketplace.creation.withdrawn_at is null
          then marketplace.creation.published_at else excluded.published_at end`,
        withdrawn_at: null,
      }),
    )
    .execute();
}

/** Takes it back; what was taken back before stays so. */
export async function withdrawCreation(tx: Tx, asset_id: AssetId, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('marketplace.creation')
    .set({ withdrawn_at: at })
    .where('asset_id', '=', asset_id)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function hideCreation(tx: Tx, asset_id: AssetId, at: Date | null): Promise<void> {
  await tx
    .updateTable('marketplace.creation')
    .set({ hidden_at: at })
    .where('asset_id', '=', asset_id)
    .execute();
}

/** Also those that are not shown any more. */
export async function creationsByIds(db: Db, ids: readonly AssetId[]): Promise<Creation[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('marketplace.creation')
    .selectAll()
    .where('asset_id', 'in', [...ids])
    .execute();
  return rows.map(read);
}

/** Which of these anybody may look at, in a list or by a link. */
export async function shownAmong(db: Db, ids: readonly AssetId[]): Promise<Set<AssetId>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('marketplace.creation')
    .select('asset_id')
    .where('asset_id', 'in', [...ids])
    .where('withdrawn_at', 'is', null)
    .where('hidden_at', 'is', null)
    .execute();
  return new Set(rows.map(({ asset_id }) => asId<AssetId>(asset_id)));
}

/** Of some lists, each in its order: how much everybody sees, what stands first of it, and whether a chosen one does. */
export async function shownOnEach(
  db: Db,
  lists: readonly { asset_ids: readonly AssetId[]; chosen: AssetId | null }[],
  without: readonly AccountId[],
): Promise<{ shown: number; face: AssetId | null }[]> {
  const rows = lists.flatMap(({ asset_ids }, list) => asset_ids.map((asset_id) => ({ list, asset_id })));
  if (rows.length === 0) return lists.map(() => ({ shown: 0, face: null }));
  const found = await sql<{ list: number; shown: number; first: string; has_chosen: boolean }>`
    select r.list, count(*)::int4 as shown, (array_agg(r.asset_id order by r.place))[1] as first,
           bool_or(r.asset_id = (${lists.map(({ chosen }) => chosen)}::uuid[])[r.list + 1]) as has_chosen
    from unnest(${rows.map(({ list }) => list)}::int4[], ${rows.map(({ asset_id }) => asset_id)}::uuid[])
      with ordinality r (list, asset_id, place)
    join marketplace.creation c on c.asset_id = r.asset_id
    where c.listed and c.withdrawn_at is null and c.hidden_at is null
      and c.maker_id <> all(${[...without]}::uuid[])
    group by r.list`.execute(db);
  const of = new Map(found.rows.map((row) => [row.list, row]));
  return lists.map(({ chosen }, list) => {
    const row = of.get(list);
    const face = row?.has_chosen ? chosen : (row?.first ?? null);
    return { shown: row?.shown ?? 0, face: face === null ? null : asId<AssetId>(face) };
  });
}

export async function creationById(db: Db, id: AssetId): Promise<Creation | undefined> {
  const [found] = await creationsByIds(db, [id]);
  return found;
}

/** The same, with whoever changes it next made to wait. */
export async function lockCreation(tx: Tx, id: AssetId): Promise<Creation | undefined> {
  const row = await tx
    .selectFrom('marketplace.creation')
    .selectAll()
    .where('asset_id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && read(row);
}

export const isShown = ({ withdrawn_at, hidden_at }: Pick<Creation, 'withdrawn_at' | 'hidden_at'>): boolean =>
  withdrawn_at === null && hidden_at === null;

type Place = { at: Date; id: string };

/** What everybody may see, the newest first. `without`: makers whom the one who looks does not want to see. */
export async function creationsPage(
  db: Db,
  filter: {
    modality?: Modality | undefined;
    model_id?: ModelId | undefined;
    makers?: readonly AccountId[] | undefined;
    without?: readonly AccountId[] | undefined;
    /** these and no others, or all but these */
    only?: readonly AssetId[] | undefined;
    beside?: readonly AssetId[] | undefined;
    after: Place | null;
    limit: number;
  },
): Promise<Creation[]> {
  if (filter.makers?.length === 0 || filter.only?.length === 0 || filter.limit <= 0) return [];
  let query = db
    .selectFrom('marketplace.creation')
    .selectAll()
    .where('listed', '=', true)
    .where('withdrawn_at', 'is', null)
    .where('hidden_at', 'is', null)
    .orderBy('published_at', 'desc')
    .orderBy('asset_id', 'desc')
    .limit(filter.limit);
  if (filter.modality) query = query.where('modality', '=', filter.modality);
  if (filter.model_id) query = query.where('model_id', '=', filter.model_id);
  if (filter.makers) query = query.where('maker_id', 'in', [...filter.makers]);
  if (filter.without && filter.without.length > 0)
    query = query.where('maker_id', 'not in', [...filter.without]);
  if (filter.only) query = query.where(isAnyOf('asset_id', filter.only));
  if (filter.beside && filter.beside.length > 0)
    query = query.where('asset_id', 'not in', [...filter.beside]);
  const { after } = filter;
  if (after)
    query = query.where(
      sql<boolean>`(published_at, asset_id) < (${after.at}::timestamptz, ${after.id}::uuid)`,
    );
  return (await query.execute()).map(read);
}

/** How many a maker shows to everybody. */
export async function countShown(db: Db, maker_id: AccountId): Promise<number> {
  const { n } = await db
    .selectFrom('marketplace.creation')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('maker_id', '=', maker_id)
    .where('listed', '=', true)
    .where('withdrawn_at', 'is', null)
    .where('hidden_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/**
 * Likes it, or stops to; doing it twice is doing it once. The row of the like decides, and the count on the creation
 * moves with it in one statement each: of two at once the second waits for the first and sees what it did.
 */
export async function likeCreation(
  tx: Tx,
  like: { asset_id: AssetId; person_id: AccountId; of_other: boolean; ranks: boolean; at: Date },
  liked: boolean,
): Promise<boolean> {
  const { asset_id, person_id, ranks, at } = like;
  const changed = liked
    ? await tx
        .insertInto('marketplace.creation_like')
        .values({ asset_id, person_id, ranks, at })
        .onConflict((conflict) => conflict.doNothing())
        .returning('ranks')
        .executeTakeFirst()
    : await tx
        .deleteFrom('marketplace.creation_like')
        .where('asset_id', '=', asset_id)
        .where('person_id', '=', person_id)
        .returning('ranks')
        .executeTakeFirst();
  if (!changed) return false;
  const by = liked ? 1n : -1n;
  await tx
    .updateTable('marketplace.creation')
    .set((eb) => ({
      likes: eb('likes', '+', by),
      likes_of_others: eb('likes_of_others', '+', like.of_other ? by : 0n),
    }))
    .where('asset_id', '=', asset_id)
    .execute();
  if (changed.ranks) await moveHeat(tx, asset_id, liked ? at : null);
  return true;
}

/** Which of these this person likes. */
export async function likedOf(db: Db, person_id: AccountId, ids: readonly AssetId[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('marketplace.creation_like')
    .select('asset_id')
    .where('person_id', '=', person_id)
    .where('asset_id', 'in', [...ids])
    .execute();
  return new Set(rows.map(({ asset_id }) => asset_id));
}
