import type { Context } from '../context.ts';
import type { AccountId, ModelUploadId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { actsFrom } from '../kit/state-machine.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { UPLOAD_LIFE_MS } from './begin-model-upload.ts';

const SYSTEM = { id: 'system', as: 'system' };
export const DRAFT_LOST = {
  code: 'DRAFT_LOST' as const,
  why: 'What came in so far was lost on our side. Upload it again from the beginning.',
};

type Part = { id: ModelUploadId; offset: number; bytes: Blob };

/** Whether a part may be appended here; asked before a byte of it is read. */
export async function mayAppend(
  { db }: Pick<Context, 'db'>,
  uploader_id: AccountId,
  { id, offset }: Pick<Part, 'id' | 'offset'>,
): Promise<void> {
  refuseWrongPlace(await registry.uploadById(db, id), uploader_id, offset);
}

/**
 * Appends the next bytes of an upload. They are on the disk before the row says so: whoever dies in between leaves
 * bytes behind the end, which the next part writes over. The transaction holds the upload while the disk works, so that
 * of two parts at once one is refused, and nothing is left locked when a process dies.
 */
export async function appendToUpload(
  context: Context,
  uploader_id: AccountId,
  { id, offset, bytes }: Part,
): Promise<void> {
  await mayAppend(context, uploader_id, { id, offset });
  if (bytes.size === 0) refuse('PART_EMPTY');
  const became = await context.database.inTransaction(async (tx) => {
    if (!(await registry.takeUploadForAppending(tx, id))) refuse('UPLOAD_BUSY', { retry_after_s: 1 });
    const upload = refuseWrongPlace(await registry.uploadToChange(tx, id), uploader_id, offset);
    const left = upload.bytes - offset;
    if (bytes.size > left) refuse('FILE_TOO_LARGE', { bytes_max: left });
    if ((await context.model_uploads.size(id)) < offset) return loseUpload(tx, upload, context.clock.now());
    await context.model_uploads.write(id, offset, bytes);
    return noteAppended(context, tx, upload, offset + bytes.size);
  });
  if (became === 'whole') context.wake.send('model-uploads');
  if (became === 'refused') await context.model_uploads.remove(id);
}

/** With the last part the checks begin. What the first bytes show to be no model is refused at once. */
async function noteAppended(
  context: Context,
  tx: Tx,
  { id, uploader_id, bytes, format: known }: registry.ModelUpload,
  received: number,
): Promise<'open' | 'whole' | 'refused'> {
  const at = context.clock.now();
  let format = known;
  if (format === null && received >= Math.min(bytes, registry.START_BYTES)) {
    const said = await formatOf(context, id, bytes);
    if (typeof said !== 'string') {
      const refusal = JSON.stringify({ code: 'MODEL_FILE_REFUSED', ...said });
      await registry.moveUpload(tx, 'refuse', { id, by: SYSTEM, at, detail: said, set: { refusal } });
      return 'refused';
    }
    format = said;
  }
  const expires_at = new Date(at.getTime() + UPLOAD_LIFE_MS);
  await registry.noteReceived(tx, id, { received, format, expires_at });
  if (received < bytes) return 'open';
  await registry.moveUpload(tx, 'finish', { id, by: { id: uploader_id, as: 'uploader' }, at });
  return 'whole';
}

/** After a restore the rows may be older or newer than the disk: what is not there is said, and not guessed. */
async function loseUpload(tx: Tx, { id }: registry.ModelUpload, at: Date): Promise<'refused'> {
  await registry.moveUpload(tx, 'refuse', {
    ...{ id, by: SYSTEM, at, detail: DRAFT_LOST },
    set: { refusal: JSON.stringify(DRAFT_LOST) },
  });
  return 'refused';
}

async function formatOf({ config, model_uploads }: Context, id: ModelUploadId, bytes: number) {
  try {
    const format = registry.sniff(await model_uploads.start(id, registry.START_BYTES));
    const bytes_max = config.model_file_bytes_max;
    if (format === 'safetensors' || bytes <= bytes_max) return format;
    const why = `ONNX files are read as a whole and have ${bytes_max} bytes at most.`;
    return { reason: 'too_large' as const, why };
  } catch (error) {
    if (error instanceof registry.FileRefused) return { reason: error.reason, why: error.message };
    throw error;
  }
}

function refuseWrongPlace(
  upload: registry.ModelUpload | undefined,
  uploader_id: AccountId,
  offset: number,
): registry.ModelUpload {
  if (upload?.uploader_id !== uploader_id) return refuse('NOT_FOUND');
  const { state, received } = upload;
  if (state !== 'open') {
    const possible = actsFrom(registry.modelUploadMachine, state, 'uploader');
    return refuse('NOT_NOW', { state, act: 'append', possible });
  }
  if (offset !== received) return refuse('UPLOAD_OFFSET_WRONG', { offset: received });
  return upload;
}
