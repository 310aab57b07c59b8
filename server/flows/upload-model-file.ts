import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { sha256 } from '../kit/files.ts';
import { onePer } from '../kit/batcher.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** Of all files of one account together. */
const ACCOUNT_BYTES_MAX = 2_000_000_000;
/** Below this much free disk nothing more is taken. */
const ROOM_MIN_BYTES = 1024n * 1024n * 1024n;

/** Puts a file into the store for models once the gate has read it to its last byte; refuses what may not be run. */
export async function uploadModelFile(
  context: Context,
  uploader_id: AccountId,
  { name, file }: { name: string; file: File },
): Promise<registry.ModelFile> {
  if ((await context.model_files.room()) < ROOM_MIN_BYTES) refuse('STORAGE_FULL');
  // one file in memory at a time, however many come in
  return inTurn(context, async () => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const report = checked(bytes);
    const uploaded_at = context.clock.now();
    const row = { digest: sha256(bytes), name, bytes: bytes.length, report, uploaded_at };
    if (!(await registry.hasRoomFor(context.db, uploader_id, row, ACCOUNT_BYTES_MAX))) refuseFull();
    await context.model_files.put(bytes);
    await context.database.inTransaction(async (tx) => {
      // others may have come since, by another process
      if (!(await registry.noteModelFile(tx, uploader_id, row, ACCOUNT_BYTES_MAX))) refuseFull();
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

const refuseFull = () => refuse('MODEL_FILES_FULL', { bytes_max: ACCOUNT_BYTES_MAX });

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
