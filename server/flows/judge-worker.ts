import type { Context } from '../context.ts';
import type { WorkerId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { giveBack } from './report-trouble.ts';

/** So many faults in a row, and a worker gets nothing any more. */
const FAULTS_MAX = 5;
/** What makes a worker trusted without anybody's word for it. */
const TRUSTED_AFTER = { canaries_passed: 3, done: 20 };

/** Writes down what a worker did with a job, and draws the conclusion: trusted in the end, or suspended at once. */
export async function noteDeed(
  context: Context,
  worker_id: WorkerId,
  deed: generation.Deed,
  reason?: string,
): Promise<void> {
  const suspended = await context.database.inTransaction(async (tx) => {
    const worker = await generation.countDeed(tx, worker_id, deed);
    if (!worker || worker.trust === 'suspended') return false;
    if (deed === 'canary_failed')
      return change(
        context,
        tx,
        worker,
        'suspended',
        reason ?? 'A job whose outcome is known came out otherwise.',
      );
    if (worker.canaries_returned >= FAULTS_MAX)
      return change(context, tx, worker, 'suspended', 'It does not run what it could be known by.');
    if (worker.faults_in_row >= FAULTS_MAX)
      return change(
        context,
        tx,
        worker,
        'suspended',
        `${worker.faults_in_row} jobs in a row were lost or of no use.`,
      );
    const { canaries_passed, done } = TRUSTED_AFTER;
    if (worker.trust === 'probation' && worker.canaries_passed >= canaries_passed && worker.done >= done)
      await change(context, tx, worker, 'trusted', null);
    return false;
  });
  if (suspended) await takeAllBack(context, worker_id);
}

async function change(
  context: Context,
  tx: Tx,
  worker: generation.Worker,
  trust: generation.Trust,
  reason: string | null,
): Promise<boolean> {
  await generation.setTrust(tx, worker.id, { trust, reason });
  const at = context.clock.now();
  await audit(tx, {
    at,
    actor: 'worker trust',
    act: `worker.${trust}`,
    subject: worker.id,
    detail: { reason },
  });
  return trust === 'suspended';
}

/** The worker, unless it is suspended or was shown out. */
export async function whoMayWork({ db }: Context, worker_id: WorkerId): Promise<generation.Worker> {
  const worker = (await generation.workerById(db, worker_id)) ?? refuse('NOT_SIGNED_IN');
  if (worker.trust === 'suspended') refuse('WORKER_SUSPENDED', { why: worker.reason ?? 'It is suspended.' });
  return worker;
}

/** What a worker has in hand that is not to work any more goes back to the queue, without blame for the jobs. */
export async function takeAllBack(context: Context, worker_id: WorkerId): Promise<void> {
  const at = context.clock.now();
  for (const job of await generation.leasesOf(context.db, worker_id)) {
    await giveBack(context, job);
    await context.inbox.drop(job.fence);
  }
  await context.database.inTransaction((tx) => generation.dropCanaries(tx, worker_id, 'taken back', at));
  await generation.leaveService(context.db, holderOf(worker_id), at);
}

/** Under which name a worker holds its leases. */
export const holderOf = (worker_id: WorkerId): string => `worker:${worker_id}`;
