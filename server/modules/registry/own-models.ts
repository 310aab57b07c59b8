import { sql } from 'kysely';
import { Modality } from '#api/base.ts';
import { Visibility } from '#api/registry/edit-shapes.ts';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';

export type OwnFilter = {
  modality?: Modality | undefined;
  visibility?: Visibility | undefined;
  search?: string | undefined;
  slug?: string | undefined;
};

/** Somebody's own models, listed or not, newest first. */
export async function ownModels(
  db: Db,
  creator_id: AccountId,
  filter: OwnFilter,
  { after, limit }: { after: { at: Date; id: string } | null; limit: number },
) {
  const { modality, visibility, search, slug } = filter;
  let query = db.selectFrom('registry.model').selectAll().where('creator_id', '=', creator_id);
  if (modality) query = query.where('modality', '=', modality);
  if (visibility) query = query.where('visibility', '=', visibility);
  if (slug !== undefined) query = query.where('slug', '=', slug);
  if (search) {
    const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(title ilike ${like} or slug ilike ${like} or summary ilike ${like}
        or exists (select from unnest(tags) tag where tag ilike ${like}))`,
    );
  }
  if (after)
    query = query.where(sql<boolean>`(published_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  const rows = await query.orderBy('published_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    ...row,
    id: asId<ModelId>(row.id),
    modality: Modality.parse(row.modality),
    visibility: Visibility.parse(row.visibility),
  }));
}

export async function countModelsOf(db: Db, creator_id: AccountId): Promise<number> {
  const { count } = await db
    .selectFrom('registry.model')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('creator_id', '=', creator_id)
    .executeTakeFirstOrThrow();
  return Number(count);
}
