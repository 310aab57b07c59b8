import type { Context } from '../context.ts';
import type { AccountId, ModelUploadId } from '../ids.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** Gives an upload up; what came in is deleted. */
export async function cancelModelUpload(
  { clock, database, model_uploads }: Context,
  uploader_id: AccountId,
  id: ModelUploadId,
): Promise<void> {
  await database.inTransaction(async (tx) => {
    const upload = await registry.uploadToChange(tx, id);
    if (upload?.uploader_id !== uploader_id) refuse('NOT_FOUND');
    await registry.moveUpload(tx, 'cancel', {
      id,
      by: { id: uploader_id, as: 'uploader' },
      at: clock.now(),
    });
  });
  await model_uploads.remove(id);
}
