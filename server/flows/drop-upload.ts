import type { Context } from '../context.ts';
import type { AccountId, UploadId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';

/** Nothing can be started from it any more; `forgetUploads` takes it away. */
export async function dropUpload(context: Context, owner_id: AccountId, id: UploadId): Promise<void> {
  const at = context.clock.now();
  const dropped = await context.database.inTransaction((tx) => generation.hideUpload(tx, owner_id, id, at));
  if (!dropped) refuse('NOT_FOUND');
}
