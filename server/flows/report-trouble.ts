import type { Context } from '../context.ts';
import * as generation from '../modules/generation/index.ts';
import { failGeneration } from './fail-generation.ts';

const BACKOFF_MS = 2_000;

type Trouble = { code: string; message: string; retryable: boolean };

/** A run that came to nothing: tried again after a pause where that may help, else its end without a charge. */
export async function reportTrouble(
  context: Context,
  job: generation.Leased,
  trouble: Trouble,
): Promise<void> {
  const failure = { code: trouble.code, message: trouble.message };
  // whoever should have run it was away: the job waits for them until its deadline
  const counts = trouble.code !== 'runner_unavailable';
  if (trouble.retryable && (!counts || job.attempts < generation.ATTEMPTS_MAX)) {
    const not_before = new Date(context.clock.now().getTime() + BACKOFF_MS * job.attempts);
    return backToQueue(context, job, { not_before, failure, counts });
  }
  await failGeneration(context, job.id, { state: 'failed', failure, fence: job.fence });
}

/** Given back undone and without blame: the attempt does not count, and whoever comes next takes it. */
export const giveBack = (
  context: Context,
  job: generation.Leased,
  { refused = true }: { refused?: boolean } = {},
): Promise<void> =>
  backToQueue(context, job, { not_before: context.clock.now(), failure: null, counts: false, refused });

/** A job whose payer has cancelled meanwhile is ended instead. */
async function backToQueue(
  context: Context,
  job: generation.Leased,
  retry: Parameters<typeof generation.requeue>[3],
): Promise<void> {
  if (await generation.requeue(context.db, job.id, job.fence, retry)) {
    context.live.signal(`generation:${job.id}`, { type: 'changed' });
    context.wake.send('queue');
  } else {
    await endCancelled(context, job);
  }
}

/** Its payer cancelled, and it has stopped; if somebody else holds the lease by now, they will end it. */
export async function endCancelled(context: Context, job: generation.Leased): Promise<void> {
  await failGeneration(context, job.id, { state: 'cancelled', failure: null, fence: job.fence });
}
