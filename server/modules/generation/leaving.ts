import { sql } from 'kysely';
import { type AccountId, asId, type AssetId, type BoardId, type UploadId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { OPEN } from './states.ts';

/** What somebody made and keeps, for whoever asks what would go with them. */
export async function keptBy(db: Db, person_id: AccountId) {
  const { rows } = await sql<{ assets: number; boards: number; uploads: number }>`
    select (select count(*)::int4 from generation.asset where owner_id = ${person_id}) as assets,
      (select count(*)::int4 from generation.board where owner_id = ${person_id} and deleted_at is null) as boards,
      (select count(*)::int4 from generation.upload where owner_id = ${person_id} and deleted_at is null) as uploads`.execute(
    db,
  );
  return rows[0] ?? { assets: 0, boards: 0, uploads: 0 };
}

/** Assets that are not in the bin yet, some of them. */
export async function assetsToBin(db: Db, owner_id: AccountId, limit: number): Promise<AssetId[]> {
  const rows = await db
    .selectFrom('generation.asset as a')
    .select('a.id')
    .where('a.owner_id', '=', owner_id)
    .where('a.deleted_at', 'is', null)
    .orderBy('a.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => asId<AssetId>(id));
}

export async function uploadsToHide(db: Db, owner_id: AccountId): Promise<UploadId[]> {
  const rows = await db
    .selectFrom('generation.upload')
    .select('id')
    .where('owner_id', '=', owner_id)
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map(({ id }) => asId<UploadId>(id));
}

/** Boards lose their words and what lay on them; reports go on naming them. */
export async function emptyBoards(tx: Tx, owner_id: AccountId, at: Date): Promise<BoardId[]> {
  const { rows } = await sql<{ id: string }>`
    update generation.board set name = 'Removed', description = '', visibility = 'private', shown_at = null,
      cover_id = null, deleted_at = coalesce(deleted_at, ${at})
    where owner_id = ${owner_id} returning id`.execute(tx);
  const ids = rows.map(({ id }) => asId<BoardId>(id));
  await sql`delete from generation.board_asset where board_id = any(${ids}::uuid[])`.execute(tx);
  return ids;
}

export type Forgettable = { id: AssetId; digests: string[] };

/** Assets in the bin of somebody who goes, with every file that was made with them, some at a time. */
export async function assetsToForget(db: Db, owner_id: AccountId, limit: number): Promise<Forgettable[]> {
  const { rows } = await sql<{ id: string; digests: string[] }>`
    select a.id, array(select f.digest from generation.asset_file f where f.asset_id = a.id
      union select r.digest from generation.rendition r where r.asset_id = a.id and r.digest is not null
      union select a.digest) as digests
    from generation.asset a
    where a.owner_id = ${owner_id} and a.deleted_at is not null and a.forgotten_at is null
    order by a.id limit ${limit}`.execute(db);
  return rows.map(({ id, digests }) => ({ id: asId<AssetId>(id), digests }));
}

/** The row stays: a receipt names it, and whoever has a file can still ask whether it was made here. */
export async function forgetAssets(tx: Tx, ids: readonly AssetId[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  const these = sql`any(${[...ids]}::uuid[])`;
  await sql`delete from generation.rendition where asset_id = ${these}`.execute(tx);
  await sql`delete from generation.picture_print where asset_id = ${these}`.execute(tx);
  await sql`delete from generation.sound_print where asset_id = ${these}`.execute(tx);
  await sql`delete from generation.unheard where asset_id = ${these}`.execute(tx);
  await sql`
    update generation.asset set prompt = '', thumbnail = null, poster = null, thumbhash = null, waveform = null,
      companions = '[]', forgotten_at = ${at} where id = ${these}`.execute(tx);
}

/** Which of these files something else goes on needing: another asset, an upload, what still waits or runs. */
export async function filesAmong(
  db: Db,
  digests: readonly string[],
  but: readonly AssetId[],
): Promise<Set<string>> {
  const asked = sql`any(${[...digests]}::text[])`;
  const going = sql`all(${[...but]}::uuid[])`;
  const { rows } = await sql<{ digest: string }>`
    select f.digest from generation.asset_file f join generation.asset a on a.id = f.asset_id
      where f.digest = ${asked} and a.forgotten_at is null and a.id <> ${going}
    union select digest from generation.rendition where digest = ${asked} and asset_id <> ${going}
    union select digest from generation.upload where digest = ${asked}
    union select thumbnail ->> 'digest' from generation.upload where thumbnail ->> 'digest' = ${asked}
    union select p.digest from generation.input_picture p join generation.generation g on g.id = p.generation_id
      where p.digest = ${asked} and g.state = any(${[...OPEN]})`.execute(db);
  return new Set(rows.map(({ digest }) => digest));
}
