import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as registry from '../modules/registry/index.ts';
import { sendMail } from './send-mail.ts';

const BATCH = 200;

/** Lets uploads expire that nobody went on with, and deletes drafts that nobody needs. Answers how many expired. */
export async function forgetModelUploads(context: Context): Promise<number> {
  const { clock, db, model_uploads } = context;
  const at = clock.now();
  let expired = 0;
  for (const uploader_id of await registry.uploadersToTell(db, at, BATCH))
    expired += await expireUploads(context, uploader_id, at);
  const drafts = await model_uploads.ids();
  const needed = await registry.draftsInUse(db, drafts);
  for (const id of drafts) if (!needed.has(id)) await model_uploads.remove(id);
  return expired;
}

/** One letter says it of all; a part that came in between has moved its upload on. */
async function expireUploads(context: Context, uploader_id: AccountId, at: Date): Promise<number> {
  return context.database.inTransaction(async (tx) => {
    const uploads = await registry.uploadsToExpire(tx, uploader_id, at);
    if (uploads.length === 0) return 0;
    const by = { id: 'system', as: 'system' };
    for (const { id } of uploads) await registry.moveUpload(tx, 'expire', { id, by, at });
    const place = `${context.origins.public}/program`;
    const ended = uploads.map(({ name, state, received, bytes }) => ({
      ...{ name, is_unread: state === 'unread' },
      ...{ received: Number(received), bytes: Number(bytes) },
    }));
    await sendMail(tx, context, uploader_id, (say) => say.expiredUploadsLetter(place, ended), at);
    return uploads.length;
  });
}
