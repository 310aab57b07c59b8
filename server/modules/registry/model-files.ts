import { sql } from 'kysely';
import { ModelFileReport } from '#api/registry/model-file-shapes.ts';
import { type AccountId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { uploadsUnderWay } from './model-uploads.ts';

export type ModelFile = {
  /** sha256, hex */
  digest: string;
  name: string;
  bytes: number;
  report: ModelFileReport;
  uploaded_at: Date;
};

/**
 * Whether all files of an uploader together, what is still coming in included, stay below `bytes_max` with this one.
 * The same file again takes no more.
 */
export async function hasRoomFor(
  db: Db,
  uploader_id: AccountId,
  { digest, bytes }: Pick<ModelFile, 'digest' | 'bytes'>,
  bytes_max: number,
): Promise<boolean> {
  const others = await db
    .selectFrom('registry.model_file')
    .select(({ fn }) => fn.sum<string | null>('bytes').as('bytes'))
    .where('uploader_id', '=', uploader_id)
    .where('digest', '!=', digest)
    .executeTakeFirstOrThrow();
  const { own_bytes } = await uploadsUnderWay(db, uploader_id);
  return Number(others.bytes ?? 0) + own_bytes + bytes <= bytes_max;
}

/** Notes an uploaded file; answers false when there is no room for it. The same file again is the same row. */
export async function noteModelFile(
  tx: Tx,
  uploader_id: AccountId,
  file: ModelFile,
  bytes_max: number,
): Promise<boolean> {
  await oneAfterTheOther(tx, uploader_id);
  if (!(await hasRoomFor(tx, uploader_id, file, bytes_max))) return false;
  await insertModelFile(tx, uploader_id, file);
  return true;
}

/** One upload of an account after the other, so that two at once cannot both just fit. */
export async function oneAfterTheOther(tx: Tx, uploader_id: AccountId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('model files'), hashtext(${uploader_id}))`.execute(tx);
}

/** Notes a file for which room was kept. The same file again is the same row. */
export async function insertModelFile(tx: Tx, uploader_id: AccountId, file: ModelFile): Promise<void> {
  await tx
    .insertInto('registry.model_file')
    .values({ ...file, uploader_id, bytes: BigInt(file.bytes), report: JSON.stringify(file.report) })
    .onConflict((conflict) => conflict.columns(['digest', 'uploader_id']).doNothing())
    .execute();
}

export async function modelFilesOf(
  db: Db,
  uploader_id: AccountId,
  { after, limit }: { after: { uploaded_at: Date; digest: string } | null; limit: number },
): Promise<ModelFile[]> {
  let query = files(db).where((eb) => eb.or([eb('uploader_id', '=', uploader_id), takenOver(uploader_id)]));
  if (after)
    query = query.where(
      sql<boolean>`(uploaded_at, digest) < (${after.uploaded_at}::timestamptz, ${after.digest}::text)`,
    );
  const rows = await query.orderBy('uploaded_at', 'desc').orderBy('digest', 'desc').limit(limit).execute();
  return rows.map(read);
}

/**
 * A file with this digest that somebody uploaded, whoever it was if nobody is said. What a model of theirs is made of
 * is theirs as well, though its former owner uploaded it.
 */
export async function modelFile(
  db: Db,
  digest: string,
  uploader_id?: AccountId,
): Promise<ModelFile | undefined> {
  let query = files(db).where('digest', '=', digest);
  if (uploader_id)
    query = query.where((eb) => eb.or([eb('uploader_id', '=', uploader_id), takenOver(uploader_id)]));
  const row = await query.orderBy('uploaded_at').limit(1).executeTakeFirst();
  return row && read(row);
}

/** Every file that a release or an upload names. */
export async function modelFiles(db: Db): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`
    select digest from registry.model_file
    union select file ->> 'sha256' from registry.release, jsonb_array_elements(files) file
    order by 1`.execute(db);
  return rows.map(({ digest }) => digest);
}

/** Files of somebody's models that they did not upload: whoever had the models before did. */
const takenOver = (person_id: AccountId) => sql<boolean>`(
  digest = any(array(
    select file ->> 'sha256' from registry.model m join registry.release r on r.model_id = m.id,
      jsonb_array_elements(r.files) file
    where m.creator_id = ${person_id}))
  and uploader_id = (
    select f.uploader_id from registry.model_file f where f.digest = model_file.digest
    order by f.uploader_id = ${person_id} desc, f.uploaded_at limit 1))`;

const files = (db: Db) =>
  db.selectFrom('registry.model_file').select(['digest', 'name', 'bytes', 'report', 'uploaded_at']);

const read = (row: Awaited<ReturnType<ReturnType<typeof files>['executeTakeFirstOrThrow']>>): ModelFile => ({
  ...row,
  bytes: Number(row.bytes),
  report: ModelFileReport.parse(row.report),
});
