import type { Context } from '../context.ts';
import { expirePromo } from '../flows/expire-promo.ts';
import { failGeneration } from '../flows/fail-generation.ts';
import { settleGeneration } from '../flows/settle-generation.ts';
import { startLoop } from '../kit/loop.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';

const SETTLE_POLL_MS = 500;
const REAP_POLL_MS = 2_000;
const SETTLE_BATCH = 50;
const HOUSEKEEPING_POLL_MS = 10 * 60_000;

/** Settles what was delivered, and clears up after runners that died and jobs that nobody took. */
export function startWorker(context: Context): { stop(): Promise<void> } {
  const settler = startLoop({
    name: 'settle',
    poll_ms: SETTLE_POLL_MS,
    log: context.log,
    wake: (heard) => context.wake.on('settle', heard),
    step: () => settleDelivered(context),
  });
  const reaper = startLoop({
    name: 'reap',
    poll_ms: REAP_POLL_MS,
    log: context.log,
    wake: () => () => {},
    step: async () => {
      await reap(context);
      return 0;
    },
  });
  const housekeeper = startLoop({
    name: 'housekeeping',
    poll_ms: HOUSEKEEPING_POLL_MS,
    log: context.log,
    wake: () => () => {},
    step: async () => {
      await expirePromo(context);
      await context.database.inTransaction((tx) => identity.forgetEnded(tx, context.clock.now()));
      return 0;
    },
  });
  return { stop: async () => void (await Promise.all([settler.stop(), reaper.stop(), housekeeper.stop()])) };
}

/** Settles what waits; two workers at once settle nothing twice. */
export async function settleDelivered(context: Context): Promise<number> {
  const ids = await generation.toSettle(context.db, SETTLE_BATCH);
  let settled = 0;
  for (const id of ids) if ((await settleGeneration(context, id)) === 'settled') settled += 1;
  return settled;
}

/** Takes lapsed leases back, and lets expire what waited too long. */
export async function reap(context: Context): Promise<void> {
  const at = context.clock.now();
  for (const job of await generation.lapsedLeases(context.db, at)) {
    const fence = job.fence ?? '';
    const failure = { code: 'runner_lost', message: 'The runner stopped answering.' };
    if (job.cancel_asked_at) {
      await failGeneration(context, job.id, { state: 'cancelled', failure: null, fence });
    } else if (job.attempts < generation.ATTEMPTS_MAX) {
      await generation.requeue(context.db, job.id, fence, { not_before: at, failure, counts: true });
      context.wake.send('queue');
    } else {
      await failGeneration(context, job.id, { state: 'failed', failure, fence });
    }
  }
  for (const id of await generation.overdue(context.db, at)) {
    const failure = { code: 'waited_too_long', message: 'No runner took it in time.' };
    await failGeneration(context, id, { state: 'expired', failure });
  }
}
