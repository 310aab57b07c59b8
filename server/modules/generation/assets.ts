import { sql } from 'kysely';
import * as z from 'zod';
import { Modality } from '#api/base.ts';
import { type AccountId, asId, type AssetId, type GenerationId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { MediaFile } from '../../kit/media-file.ts';

const StoredPicture = z.object({ digest: z.string(), width: z.int(), height: z.int() });
/** How small frames lie on a sheet. */
const Storyboard = z.object({
  columns: z.int(),
  rows: z.int(),
  frames: z.int(),
  interval_ms: z.number(),
  width: z.int(),
  height: z.int(),
});
const Companion = z.object({
  role: z.enum(['midi', 'opus', 'webm', 'storyboard']),
  digest: z.string(),
  extension: z.string(),
  mime: z.string(),
  bytes: z.int(),
  storyboard: Storyboard.optional(),
});

export type NewAsset = MediaFile & {
  id: AssetId;
  generation_id: GenerationId;
  owner_id: AccountId;
  ordinal: number;
  modality: string;
  poster: z.infer<typeof StoredPicture> | null;
  companions: z.infer<typeof Companion>[];
  prompt: string;
  created_at: Date;
};

const readAsset = <T extends { modality: string; thumbnail: unknown; poster: unknown; companions: unknown }>(
  row: T,
) => ({
  ...row,
  modality: Modality.parse(row.modality),
  thumbnail: StoredPicture.nullable().parse(row.thumbnail),
  poster: StoredPicture.nullable().parse(row.poster),
  companions: z.array(Companion).parse(row.companions),
});

export async function assetsOfGenerations(db: Db, generation_ids: readonly string[]) {
  if (generation_ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.asset')
    .selectAll()
    .where('generation_id', 'in', [...generation_ids])
    .orderBy('ordinal')
    .execute();
  return rows.map(readAsset);
}
export type Asset = Awaited<ReturnType<typeof assetsOfGenerations>>[number];

export async function assetById(db: Db, id: AssetId): Promise<Asset | undefined> {
  const row = await db.selectFrom('generation.asset').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readAsset(row);
}

/** An asset of this owner of a succeeded generation: what was not paid for is nobody's yet. */
export async function paidAsset(db: Db, owner_id: AccountId, id: AssetId): Promise<Asset | undefined> {
  const row = await db
    .selectFrom('generation.asset as a')
    .innerJoin('generation.generation as g', 'g.id', 'a.generation_id')
    .selectAll('a')
    .where('a.id', '=', id)
    .where('a.owner_id', '=', owner_id)
    .where('g.state', '=', 'succeeded')
    .executeTakeFirst();
  return row && readAsset(row);
}

/** The same, which nobody puts into the bin until the end of the transaction. */
export async function assetToShow(tx: Tx, owner_id: AccountId, id: AssetId): Promise<Asset | undefined> {
  await tx.selectFrom('generation.asset').select('id').where('id', '=', id).forShare().execute();
  return paidAsset(tx, owner_id, id);
}

export async function assetsByIds(db: Db, ids: readonly AssetId[]): Promise<Asset[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('generation.asset')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(readAsset);
}

/** Which of these are this owner's, and paid for. */
export async function ownedAmong(
  db: Db,
  owner_id: AccountId,
  ids: readonly AssetId[],
): Promise<Set<AssetId>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('generation.asset as a')
    .innerJoin('generation.generation as g', 'g.id', 'a.generation_id')
    .select('a.id')
    .where('a.owner_id', '=', owner_id)
    .where('a.id', 'in', [...ids])
    .where('g.state', '=', 'succeeded')
    .execute();
  return new Set(rows.map(({ id }) => asId<AssetId>(id)));
}

/** Assets of succeeded generations only: what was not paid for is nobody's yet. */
export async function assetsOfOwner(
  db: Db,
  owner_id: AccountId,
  filter: {
    modality?: string;
    release_ids?: readonly string[];
    search?: string;
    board_id?: string;
    deleted: boolean;
    order: 'newest' | 'oldest';
    after: string | null;
    limit: number;
  },
): Promise<Asset[]> {
  if (filter.release_ids?.length === 0) return [];
  const newest = filter.order === 'newest';
  let query = db
    .selectFrom('generation.asset as a')
    .innerJoin('generation.generation as g', 'g.id', 'a.generation_id')
    .selectAll('a')
    .where('a.owner_id', '=', owner_id)
    .where('g.state', '=', 'succeeded')
    .where('a.deleted_at', filter.deleted ? 'is not' : 'is', null)
    .orderBy('a.id', newest ? 'desc' : 'asc')
    .limit(filter.limit);
  if (filter.modality) query = query.where('a.modality', '=', filter.modality);
  if (filter.release_ids) query = query.where('g.release_id', 'in', [...filter.release_ids]);
  if (filter.board_id)
    query = query
      .innerJoin('generation.board_asset as b', 'b.asset_id', 'a.id')
      .where('b.board_id', '=', filter.board_id);
  if (filter.search)
    query = query.where('a.prompt', 'ilike', `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`);
  if (filter.after) query = query.where('a.id', newest ? '<' : '>', filter.after);
  return (await query.execute()).map(readAsset);
}

/** Moves an asset to the bin (`at`) or out of it (null). */
export async function setDeleted(
  tx: Tx,
  id: AssetId,
  owner_id: AccountId,
  at: Date | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('generation.asset')
    .set({ deleted_at: at })
    .where('id', '=', id)
    .where('owner_id', '=', owner_id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Every file that a row names, once for each asset: the asset itself, what came with it, what was made of it. */
export async function storedFiles(db: Db): Promise<{ asset_id: string; digest: string }[]> {
  const { rows } = await sql<{ asset_id: string; digest: string }>`
    select id as asset_id, digest from generation.asset where forgotten_at is null
    union select id, thumbnail ->> 'digest' from generation.asset where thumbnail is not null
    union select id, poster ->> 'digest' from generation.asset where poster is not null
    union select id, companion ->> 'digest' from generation.asset, jsonb_array_elements(companions) companion
    union select asset_id, digest from generation.rendition where digest is not null
    order by 1, 2`.execute(db);
  return rows;
}
