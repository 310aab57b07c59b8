import type { Context } from '../context.ts';
import { type AccountId, newId, type UploadId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';

/** Of one account at a time. */
const UPLOADS_MAX = 100;
/** Below this much free disk nothing more is taken. */
const ROOM_MIN_BYTES = 512n * 1024n * 1024n;
const WALL_MS_MAX = 60_000;

/** Makes a member's picture anew at the desk and keeps it, to be generated from. */
export async function takeUpload(context: Context, owner_id: AccountId, file: File): Promise<UploadId> {
  const { clock, database, db, media } = context;
  if ((await media.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  if ((await generation.countUploads(db, owner_id)) >= UPLOADS_MAX) refuseFull();
  const at = clock.now();
  const id = newId<UploadId>(at);
  const { bytes, thumbnail, ...said } = await madeAnew(context, id, new Uint8Array(await file.arrayBuffer()));
  const [digest, of_thumbnail] = await Promise.all([media.put(bytes), media.put(thumbnail.bytes)]);
  const { width, height } = thumbnail;
  const upload = {
    ...{ id, owner_id, digest, ...said, bytes: BigInt(bytes.byteLength), created_at: at },
    thumbnail: { digest: of_thumbnail, width, height },
  };
  const taken = await database.inTransaction((tx) => generation.insertUpload(tx, upload, UPLOADS_MAX));
  if (taken) return id;
  // others came in between; the files are nobody else's
  await Promise.all([media.remove(digest), media.remove(of_thumbnail)]);
  return refuseFull();
}

const refuseFull = () => refuse('UPLOADS_FULL', { limit: UPLOADS_MAX });

async function madeAnew(context: Context, mark: UploadId, bytes: Uint8Array) {
  const done = await context.desk.do('take', { bytes, mark }, { wall_ms_max: WALL_MS_MAX });
  if (done.ok) return done.value;
  if (done.code === 'cancelled') refuse('UNAVAILABLE');
  context.log.info({ code: done.code, message: done.message }, 'an upload was refused');
  // what a library says of bytes that it cannot read is for nobody
  const why = done.code === 'invalid_input' ? done.message : 'It is damaged, or too much to be read here.';
  return refuse('PICTURE_REFUSED', { why });
}
