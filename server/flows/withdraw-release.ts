import type { Context } from '../context.ts';
import type { ReleaseId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import { tell } from '../kit/outbox.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** Takes a release out of use; what already runs finishes under its frozen terms. */
export async function withdrawRelease(
  context: Context,
  caller: Caller,
  id: ReleaseId,
  reason: string,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const release = (await registry.releaseById(tx, id)) ?? refuse('NOT_FOUND');
    // whoever publishes the same again at this instant comes before it, or sees it; nor does it change hands meanwhile
    const model = await registry.modelToHandOver(tx, release.model_id);
    const mine = model?.creator_id === caller.account?.id;
    if (!mine && !caller.account?.roles.includes('admin')) refuse('NOT_FOUND');
    const actor = caller.account?.id ?? refuse('NOT_SIGNED_IN');
    const as = mine ? 'creator' : 'admin';
    if (!(await registry.withdraw(tx, id, { reason, by: actor, as, at }))) refuse('RELEASE_WITHDRAWN');
    await audit(tx, { at, actor, act: 'release.withdraw', subject: id, detail: { reason, as } });
    await tell(tx, 'release.withdrawn', { release_id: id, model_id: release.model_id }, at);
  });
  context.wake.send('news');
}
