import type { Context } from '../context.ts';
import * as registry from '../modules/registry/index.ts';

const BATCH = 200;

/** Lets uploads expire that nobody went on with, and deletes drafts that nobody needs. Answers how many expired. */
export async function forgetModelUploads({ clock, database, db, model_uploads }: Context): Promise<number> {
  const at = clock.now();
  let expired = 0;
  for (const id of await registry.uploadsToExpire(db, at, BATCH))
    expired += await database.inTransaction(async (tx) => {
      const upload = await registry.uploadToChange(tx, id);
      // a part may have come in between
      if (upload?.state !== 'open' || upload.expires_at > at) return 0;
      await registry.moveUpload(tx, 'expire', { id, by: { id: 'system', as: 'system' }, at });
      return 1;
    });
  const drafts = await model_uploads.ids();
  const needed = await registry.draftsInUse(db, drafts);
  for (const id of drafts) if (!needed.has(id)) await model_uploads.remove(id);
  return expired;
}
