import type { Context } from '../context.ts';
import type { AccountId, GenerationId } from '../ids.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { endUncharged } from './fail-generation.ts';

/**
 * Cancels at once what waits, and asks the runner to stop what runs: it ends within a heartbeat, and a
 * result that still comes is refused. What is already delivered is finished and will be charged.
 */
export async function cancelGeneration(
  context: Context,
  payer_id: AccountId,
  id: GenerationId,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const job = await generation.lockForCancel(tx, id, payer_id);
    if (!job) refuse('NOT_FOUND');
    if (job.state === 'delivering' || generation.hasEnded(job.state))
      refuse('ALREADY_ENDED', { state: job.state });
    if (job.state === 'queued') {
      await endUncharged(tx, id, { state: 'cancelled', failure: null }, at);
    } else {
      await generation.askToCancel(tx, id, at);
      await tell(tx, 'generation.cancel_asked', { generation_id: id, payer_id }, at);
    }
  });
  context.wake.send('news');
}
