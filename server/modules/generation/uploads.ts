import { sql } from 'kysely';
import * as z from 'zod';
import { type AccountId, asId, type GenerationId, type UploadId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { lockPayers } from './queue.ts';
import { OPEN } from './states.ts';

const Thumbnail = z.object({ digest: z.string(), width: z.int(), height: z.int() });

export type Upload = {
  id: UploadId;
  owner_id: AccountId;
  digest: string;
  extension: string;
  mime: string;
  bytes: bigint;
  width: number;
  height: number;
  thumbnail: z.infer<typeof Thumbnail>;
  thumbhash: string;
  created_at: Date;
};

/** Without having been used for so long, it is forgotten. */
export const UNUSED_MS_MAX = 30 * 24 * 3_600_000;

/** Unless its owner has as many as one may have. Those of one owner come one after the other. */
export async function insertUpload(tx: Tx, upload: Upload, limit: number): Promise<boolean> {
  await lockPayers(tx, [upload.owner_id]);
  if ((await countUploads(tx, upload.owner_id)) >= limit) return false;
  const row = { ...upload, thumbnail: JSON.stringify(upload.thumbnail) };
  await tx.insertInto('generation.upload').values(row).execute();
  return true;
}

export async function countUploads(db: Db, owner_id: AccountId): Promise<number> {
  const { n } = await db
    .selectFrom('generation.upload')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('owner_id', '=', owner_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** An upload, and when something was last started from it. */
export type KeptUpload = Upload & { used_at: Date | null };

const kept = (db: Db, owner_id: AccountId) =>
  db
    .selectFrom('generation.upload as u')
    .selectAll('u')
    .select((eb) =>
      eb
        .selectFrom('generation.input_picture as p')
        .innerJoin('generation.generation as g', 'g.id', 'p.generation_id')
        .select(({ fn }) => fn.max('g.created_at').as('used_at'))
        .whereRef('p.source_id', '=', 'u.id')
        .as('used_at'),
    )
    .where('u.owner_id', '=', owner_id)
    .where('u.deleted_at', 'is', null);

type Row = Awaited<ReturnType<ReturnType<typeof kept>['executeTakeFirstOrThrow']>>;
const read = ({ deleted_at: _, ...row }: Row): KeptUpload => ({
  ...row,
  id: asId<UploadId>(row.id),
  owner_id: asId<AccountId>(row.owner_id),
  thumbnail: Thumbnail.parse(row.thumbnail),
});

/** Newest first. */
export async function uploadsOf(db: Db, owner_id: AccountId): Promise<KeptUpload[]> {
  return (await kept(db, owner_id).orderBy('u.id', 'desc').execute()).map(read);
}

export async function uploadOf(db: Db, owner_id: AccountId, id: UploadId): Promise<KeptUpload | undefined> {
  const row = await kept(db, owner_id).where('u.id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** Nothing can be started from it any more. */
export async function hideUpload(tx: Tx, owner_id: AccountId, id: UploadId, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('generation.upload')
    .set({ deleted_at: at })
    .where('id', '=', id)
    .where('owner_id', '=', owner_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Hides what came, and was last used, before `since`. */
export async function hideUnused(tx: Tx, since: Date, at: Date): Promise<void> {
  await sql`
    update generation.upload u set deleted_at = ${at}
    where u.deleted_at is null and u.created_at < ${since} and not exists (
      select from generation.input_picture p join generation.generation g on g.id = p.generation_id
      where p.source_id = u.id and g.created_at >= ${since})`.execute(tx);
}

type Hidden = { id: UploadId; digests: string[] };

/** Hidden before `until`, and needed by nothing that still waits or runs. */
export async function uploadsToForget(db: Db, until: Date, limit: number): Promise<Hidden[]> {
  const { rows } = await sql<{ id: string; digest: string; thumbnail: string }>`
    select u.id, u.digest, u.thumbnail ->> 'digest' as thumbnail from generation.upload u
    where u.deleted_at < ${until} and not exists (
      select from generation.input_picture p join generation.generation g on g.id = p.generation_id
      where p.source_id = u.id and g.state = any(${[...OPEN]}))
    order by u.deleted_at limit ${limit}`.execute(db);
  return rows.map(({ id, digest, thumbnail }) => ({ id: asId(id), digests: [digest, thumbnail] }));
}

export async function forgetUploads(tx: Tx, ids: readonly UploadId[]): Promise<void> {
  if (ids.length > 0) await tx.deleteFrom('generation.upload').where('id', 'in', ids).execute();
}

/** Every file of an upload that can be used. */
export async function uploadFiles(db: Db): Promise<{ upload_id: string; digest: string }[]> {
  const { rows } = await sql<{ upload_id: string; digest: string }>`
    select id as upload_id, digest from generation.upload where deleted_at is null
    union all select id, thumbnail ->> 'digest' from generation.upload where deleted_at is null
    order by 1, 2`.execute(db);
  return rows;
}

// what generations are made from ---------------------------------------------------------------------------

export type Source = {
  source_id: string;
  origin: 'platform' | 'upload';
  digest: string;
  extension: string;
  mime: string;
};
export type InputPicture = Source & { field: string };

/** Of these ids those that are this owner's: uploads that are not deleted, and assets that were paid for and are not in the bin. */
export async function sourcesOf(
  db: Db,
  owner_id: AccountId,
  ids: readonly string[],
): Promise<(Source & { is_picture: boolean })[]> {
  const { rows } = await sql<Source & { is_picture: boolean }>`
    select id as source_id, 'upload' as origin, digest, extension, mime, true as is_picture
    from generation.upload where id = any(${[...ids]}::uuid[]) and owner_id = ${owner_id} and deleted_at is null
    union all
    select a.id, 'platform', a.digest, a.extension, a.mime, a.modality = 'image'
    from generation.asset a join generation.generation g on g.id = a.generation_id
    where a.id = any(${[...ids]}::uuid[]) and a.owner_id = ${owner_id} and a.deleted_at is null
      and g.state = 'succeeded'`.execute(db);
  return rows;
}

export async function recordInputPictures(
  tx: Tx,
  pictures: readonly (InputPicture & { generation_id: GenerationId })[],
): Promise<void> {
  if (pictures.length > 0)
    await tx
      .insertInto('generation.input_picture')
      .values([...pictures])
      .execute();
}

export async function inputPictures(db: Db, generation_id: string): Promise<InputPicture[]> {
  const rows = await db
    .selectFrom('generation.input_picture')
    .select(['field', 'origin', 'source_id', 'digest', 'extension', 'mime'])
    .where('generation_id', '=', generation_id)
    .orderBy('field')
    .execute();
  return rows.map((row) => ({ ...row, origin: row.origin === 'upload' ? 'upload' : 'platform' }));
}
