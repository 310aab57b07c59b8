import type { Context } from '../context.ts';
import { newId, type AccountId, type ModelUploadId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { filesBytesMax, mayBringFiles } from './may-bring-files.ts';
import { ROOM_MIN_BYTES } from './upload-model-file.ts';

/** Of one account at a time. */
const UNDER_WAY_MAX = 20;
/** So long somebody may take between two parts. */
export const UPLOAD_LIFE_MS = 24 * 3_600_000;
/** So long room is kept for an upload of which nothing has come in. */
const UNBEGUN_LIFE_MS = 3_600_000;

type Announced = { name: string; bytes: number; digest: string | null };

/** Keeps room for a file that will come in piece by piece. */
export async function beginModelUpload(
  context: Context,
  caller: Caller,
  { name, bytes, digest }: Announced,
): Promise<ModelUploadId> {
  const { config, clock, database, model_files } = context;
  const account = caller.account ?? refuse('NOT_SIGNED_IN');
  if (bytes > config.model_upload_bytes_max)
    refuse('FILE_TOO_LARGE', { bytes_max: config.model_upload_bytes_max });
  await mayBringFiles(context, caller);
  const room = await model_files.room();
  const at = clock.now();
  const id = newId<ModelUploadId>(at);
  const expires_at = new Date(at.getTime() + UNBEGUN_LIFE_MS);
  await database.inTransaction(async (tx) => {
    await registry.oneAfterTheOther(tx, account.id);
    const bytes_max = filesBytesMax(config, account);
    await refuseWithoutRoom(tx, account.id, bytes, { room, bytes_max, at });
    const expected_digest = digest && digest.slice('sha256:'.length);
    const upload = { id, uploader_id: account.id, name, bytes, expected_digest, created_at: at, expires_at };
    await registry.beginUpload(tx, upload);
  });
  return id;
}

async function refuseWithoutRoom(
  tx: Tx,
  uploader_id: AccountId,
  bytes: number,
  { room, bytes_max, at }: { room: bigint; bytes_max: number; at: Date },
): Promise<void> {
  const { own } = await registry.uploadsUnderWay(tx, uploader_id);
  if (own >= UNDER_WAY_MAX) refuse('UPLOADS_FULL', { limit: UNDER_WAY_MAX });
  const file = { digest: '', bytes };
  if (!(await registry.hasRoomFor(tx, uploader_id, file, bytes_max)))
    refuse('MODEL_FILES_FULL', { bytes_max });
  const promised_bytes = await registry.bytesPromised(tx, at);
  if (room - BigInt(promised_bytes) - BigInt(bytes) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
}
