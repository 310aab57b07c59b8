import type { UploadRefusal } from '#api/registry/model-upload-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ModelUploadId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { DRAFT_LOST } from './append-to-upload.ts';
import { sendMail } from './send-mail.ts';

/** Whoever reads a file says so this often; who has not for so long is gone, and another begins anew. */
const LEASE_MS = 60_000;
const TELL_MS = 500;
/** So often a check is begun by itself. What dies each time would die for ever, and keep others waiting. */
const TRIES_MAX = 5;
/** So long its draft is kept after that. */
const UNREAD_LIFE_MS = 7 * DAY_MS;
const SYSTEM = { id: 'system', as: 'system' };

/**
 * Reads the next upload through that is all here, keeps it under its digest or says why not. Answers whether there was
 * one. What dies on the way is read again: the draft goes only when it is known what became of it.
 */
export async function checkNextUpload(context: Context, signal?: AbortSignal): Promise<number> {
  const { clock, database, model_uploads } = context;
  const at = clock.now();
  const until = new Date(at.getTime() + LEASE_MS);
  const upload = await database.inTransaction((tx) => registry.claimUploadToCheck(tx, at, until));
  if (!upload) return 0;
  if (upload.checks_tried > TRIES_MAX) {
    await giveUp(context, upload);
    return 1;
  }
  const found = await readThrough(context, upload, signal);
  if (found === 'stopped') return 0;
  if ('code' in found) await turnAway(context, upload, found);
  else await keep(context, upload, found);
  await model_uploads.remove(upload.id);
  return 1;
}

async function readThrough(
  context: Context,
  upload: registry.ModelUpload,
  signal: AbortSignal | undefined,
): Promise<registry.ReadThrough | UploadRefusal | 'stopped'> {
  const { id, bytes, expected_digest } = upload;
  if ((await context.model_uploads.size(id)) < bytes) return DRAFT_LOST;
  try {
    const stamp = await context.model_uploads.stamp(id);
    const found = await registry.readThrough(context.model_uploads.pathOf(id), {
      onnx_bytes_max: context.config.model_file_bytes_max,
      onProgress: teller(context, id),
      ...(signal && { signal }),
    });
    // a writer that lost its connection may have been at it still: then what was read is not what lies there
    if ((await context.model_uploads.stamp(id)) !== stamp) return letGo(context, upload);
    if (expected_digest === null || found.digest === expected_digest) return found;
    const [expected, came] = [`sha256:${expected_digest}`, `sha256:${found.digest}`];
    const why = `What came in is ${came}, and ${expected} was announced. Something was lost or changed on the way: upload it again.`;
    return { code: 'CHECKSUM_WRONG', why, expected, found: came };
  } catch (error) {
    if (signal?.aborted) return letGo(context, upload);
    if (!(error instanceof registry.FileRefused)) throw error;
    return { code: 'MODEL_FILE_REFUSED', why: error.message, reason: error.reason };
  }
}

/** Leaves an upload to be read anew; that it was begun is no fault of the file. */
async function letGo({ db }: Context, { id, checks_tried }: registry.ModelUpload): Promise<'stopped'> {
  await registry.noteChecking(db, id, { checking_until: null, checks_tried: checks_tried - 1 });
  return 'stopped';
}

/** Begins no other check of it by itself: its uploader is told, and may ask for one. */
async function giveUp(context: Context, { id, uploader_id, name }: registry.ModelUpload): Promise<void> {
  const at = context.clock.now();
  const expires_at = new Date(at.getTime() + UNREAD_LIFE_MS);
  const why = `Our check of it broke off ${TRIES_MAX} times. That may be our fault: ask for another one, or upload it again.`;
  const refusal: UploadRefusal = { code: 'CHECK_UNFINISHED', why };
  const set = { refusal: JSON.stringify(refusal), expires_at, checking_until: null };
  context.log.error({ id, tries: TRIES_MAX }, 'a model file is not checked any more: each try broke off');
  await context.database.inTransaction(async (tx) => {
    await registry.moveUpload(tx, 'give_up', { id, by: SYSTEM, at, detail: refusal, set });
    const place = `${context.origins.public}/program`;
    await sendMail(tx, context, uploader_id, (say) => say.unreadUploadLetter(place, name, expires_at), at);
  });
}

/** Whoever uploaded it asks for another check of what none came to its end. */
export async function checkAgain(
  { clock, database, wake }: Context,
  uploader_id: AccountId,
  id: ModelUploadId,
): Promise<void> {
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const upload = await registry.uploadToChange(tx, id);
    if (upload?.uploader_id !== uploader_id) refuse('NOT_FOUND');
    const set = { refusal: null, checks_tried: 0 };
    await registry.moveUpload(tx, 'retry', { id, by: { id: uploader_id, as: 'uploader' }, at, set });
  });
  wake.send('model-uploads');
}

/** Writes down how far it is, not too often; that it once could not is no reason to stop. */
function teller({ clock, db, log }: Context, id: registry.ModelUpload['id']) {
  let told = { at: 0, gate_passed: false };
  return ({
    checked,
    format,
    gate_passed,
  }: Parameters<Parameters<typeof registry.readThrough>[1]['onProgress']>[0]) => {
    const now = performance.now();
    if (now - told.at < TELL_MS && gate_passed === told.gate_passed) return;
    told = { at: now, gate_passed };
    const checking_until = new Date(clock.now().getTime() + LEASE_MS);
    registry
      .noteChecking(db, id, { checking_until, checked: BigInt(checked), format, gate_passed })
      .catch((error: unknown) => log.warn({ err: error, id }, 'could not say how far a check is'));
  };
}

async function turnAway(
  { clock, database }: Context,
  { id }: registry.ModelUpload,
  refusal: UploadRefusal,
): Promise<void> {
  const set = { refusal: JSON.stringify(refusal) };
  await database.inTransaction((tx) =>
    registry.moveUpload(tx, 'refuse', { id, by: SYSTEM, at: clock.now(), detail: refusal, set }),
  );
}

async function keep(
  { clock, database, model_files, model_uploads }: Context,
  { id, uploader_id, name, bytes }: registry.ModelUpload,
  { digest, report, tensors }: registry.ReadThrough,
): Promise<void> {
  await model_files.adopt(model_uploads.pathOf(id), digest);
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    await registry.oneAfterTheOther(tx, uploader_id);
    // room was kept for it when it began
    await registry.insertModelFile(tx, uploader_id, { digest, name, bytes, report, uploaded_at: at });
    await registry.noteTensors(tx, digest, tensors);
    const set = { digest, format: report.format, gate_passed: true };
    const detail = { name, bytes, digest, format: report.format };
    await registry.moveUpload(tx, 'store', { id, by: SYSTEM, at, detail, set });
  });
}
