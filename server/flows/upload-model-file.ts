import type { Context } from '../context.ts';
import { audit } from '../kit/audit.ts';
import { sha256 } from '../kit/files.ts';
import { onePer } from '../kit/batcher.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { filesBytesMax } from './may-bring-files.ts';

/** Below this much free disk nothing more is taken. */
export const ROOM_MIN_BYTES = 1024n * 1024n * 1024n;

/** Puts a file into the store for models once the gate has read it to its last byte; refuses what may not be run. */
export async function uploadModelFile(
  context: Context,
  caller: Caller,
  { name, file }: { name: string; file: File },
): Promise<registry.ModelFile> {
  const account = caller.account ?? refuse('NOT_SIGNED_IN');
  const uploader_id = account.id;
  if ((await context.model_files.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  // one file in memory at a time, however many come in
  return inTurn(context, async () => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const report = checked(bytes);
    const uploaded_at = context.clock.now();
    const row = { digest: sha256(bytes), name, bytes: bytes.length, report, uploaded_at };
    const bytes_max = filesBytesMax(context.config, account);
    if (!(await registry.hasRoomFor(context.db, uploader_id, row, bytes_max))) refuseFull(bytes_max);
    const tensors = registry.tensorDigests(bytes);
    await context.model_files.put(bytes);
    await context.database.inTransaction(async (tx) => {
      // others may have come since, by another process
      if (!(await registry.noteModelFile(tx, uploader_id, row, bytes_max))) refuseFull(bytes_max);
      await registry.noteTensors(tx, row.digest, tensors);
      const detail = { name, bytes: row.bytes, format: report.format };
      await audit(tx, {
        at: uploaded_at,
        actor: uploader_id,
        act: 'model_file.upload',
        subject: row.digest,
        detail,
      });
    });
    return row;
  });
}

const refuseFull = (bytes_max: number) => refuse('MODEL_FILES_FULL', { bytes_max });

function checked(bytes: Uint8Array): registry.ModelFile['report'] {
  try {
    return registry.checkModelFile(bytes);
  } catch (error) {
    if (!(error instanceof registry.FileRefused)) throw error;
    return refuse('MODEL_FILE_REFUSED', { reason: error.reason, why: error.message });
  }
}

const turns = onePer<Context, { last: Promise<unknown> }>(() => ({ last: Promise.resolve() }));

function inTurn<T>(context: Context, act: () => Promise<T>): Promise<T> {
  const line = turns(context);
  const turn = line.last.then(act, act);
  line.last = turn.catch(() => {});
  return turn;
}
