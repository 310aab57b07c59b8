import type { Context } from '../context.ts';
import { type AccountId, newId, type WorkerId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { takeAllBack } from './judge-worker.ts';

/** Lets a machine in; its token is in the answer and nowhere else. */
export function makeWorker(
  context: Context,
  admin_id: AccountId,
  worker: { name: string; pools: readonly string[] },
): Promise<{ id: WorkerId; token: string }> {
  const at = context.clock.now();
  const id = newId<WorkerId>(at);
  return context.database.inTransaction(async (tx) => {
    const token = await generation.makeWorker(tx, { id, ...worker }, at);
    await audit(tx, { at, actor: admin_id, act: 'worker.make', subject: id, detail: worker });
    return { id, token };
  });
}

/** Trusts a worker or not, by the word of an admin. */
export async function changeTrust(
  context: Context,
  admin_id: AccountId,
  { id, trust }: { id: WorkerId; trust: generation.Trust },
): Promise<void> {
  const at = context.clock.now();
  const reason = trust === 'suspended' ? 'Suspended by an admin.' : null;
  await context.database.inTransaction(async (tx) => {
    if (!(await generation.setTrust(tx, id, { trust, reason }))) refuse('NOT_FOUND');
    await audit(tx, { at, actor: admin_id, act: `worker.${trust}`, subject: id });
  });
  if (trust === 'suspended') await takeAllBack(context, id);
}

/** Ends a worker's token for ever. */
export async function revokeWorker(context: Context, admin_id: AccountId, id: WorkerId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    if (!(await generation.revokeWorker(tx, id, at))) refuse('NOT_FOUND');
    await audit(tx, { at, actor: admin_id, act: 'worker.revoke', subject: id });
  });
  await takeAllBack(context, id);
}
