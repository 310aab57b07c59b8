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
    const release = await registry.releaseById(tx, id);
    const mine = release && release.creator_id === caller.account?.id;
    if (!release || !(mine || caller.account?.roles.includes('admin'))) refuse('NOT_FOUND');
    if (!(await registry.withdraw(tx, id, reason, at))) refuse('RELEASE_WITHDRAWN');
    await audit(tx, {
      at,
      actor: caller.account?.id ?? 'system',
      act: 'release.withdraw',
      subject: id,
      detail: { reason },
    });
    await tell(tx, 'release.withdrawn', { release_id: id, model_id: release.model_id }, at);
  });
  context.wake.send('news');
}
