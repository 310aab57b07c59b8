import type { Context } from '../context.ts';
import { addUpBooks } from '../flows/add-up-books.ts';
import { keepAnalytics } from '../flows/keep-analytics.ts';
import { houseBench } from '../flows/bench-house.ts';
import { benchNext } from '../flows/bench-revision.ts';
import { checkNextUpload } from '../flows/check-model-uploads.ts';
import { closeDayOfBooks } from '../flows/close-day.ts';
import { closeReceipts } from '../flows/close-receipts.ts';
import { countCategories } from '../flows/count-categories.ts';
import { endReleases } from '../flows/deprecate-release.ts';
import { expirePromo } from '../flows/expire-promo.ts';
import { expireGenerations } from '../flows/expire-generations.ts';
import { failGeneration } from '../flows/fail-generation.ts';
import { noteDeed } from '../flows/judge-worker.ts';
import { foldingOf } from '../flows/fold-usage.ts';
import { forgetExports } from '../flows/forget-exports.ts';
import { forgetModelUploads } from '../flows/forget-model-uploads.ts';
import { forgetTraces } from '../flows/forget-traces.ts';
import { forgetUploads } from '../flows/forget-uploads.ts';
import { fingerprintAssets } from '../flows/fingerprint-assets.ts';
import { makeNextExport } from '../flows/make-exports.ts';
import { matureEarnings } from '../flows/mature-earnings.ts';
import { publishLiabilities } from '../flows/publish-liabilities.ts';
import { reconcileOnce } from '../flows/reconcile-chain.ts';
import { fireTimers } from '../flows/review-timers.ts';
import { rotateSlots, tellOfFallen } from '../flows/rotate-slots.ts';
import { sealStatements } from '../flows/seal-statements.ts';
import { settleGeneration } from '../flows/settle-generation.ts';
import { signHeads } from '../flows/sign-heads.ts';
import { takeDownAccounts } from '../flows/take-down-account.ts';
import { tellCampaigns } from '../flows/tell-campaigns.ts';
import { validateEntries } from '../flows/validate-entries.ts';
import { tendingOf } from '../flows/tend-chain.ts';
import { tendVoting } from '../flows/tend-voting.ts';
import { lapsePromoEarnings, vestWhatIsCovered } from '../flows/vest-promo-earnings.ts';
import { startLoop } from '../kit/loop.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';

const SETTLE_POLL_MS = 500;
const REAP_POLL_MS = 2_000;
const SETTLE_BATCH = 500;
const HOUSEKEEPING_POLL_MS = 10 * 60_000;
/** What was written since the last head can be rewritten without a trace: so long at most. */
const HEADS_POLL_MS = 10_000;
/** So long a new receipt waits for its place in the log. Blocks more often are more headers to keep for the same receipts. */
const RECEIPTS_POLL_MS = 3_000;
/** Some at a time, so that a rush of new assets leaves the machine to those who wait for theirs. */
const FINGERPRINTS_POLL_MS = 3_000;
const CLOSING_POLL_MS = 60_000;
/** Reads of the books take longer the more there is to add up, and are right without. */
const SUBTOTALS_POLL_MS = 10_000;
/** Of competitions; whoever waits for it waits for days. */
const COUNTING_POLL_MS = 20_000;
/** What was ordered a moment ago may still be being counted. */
const EXPORTS_POLL_MS = 1_000;
const FOLD_POLL_MS = 1_000;
/** A vote that has begun waits so long for its first pair. */
const VOTES_POLL_MS = 5_000;
/** Reminders and deadlines of the program count in days. */
const TIMERS_POLL_MS = 20_000;
/** News come in a rush; somebody who submitted waits minutes for all of it anyway. */
const BENCH_POLL_MS = 5_000;
const BENCH_GATHER_MS = 1_000;
/** One cell at most: nobody waits for it. */
const HOUSE_BENCH_POLL_MS = 30_000;
/** On our own chain somebody watches; nodes of others count what they are asked. */
const OWN_CHAIN_POLL_MS = 1_000;
const CHAIN_POLL_MS = 10_000;
/** Wallet by wallet: what reading the chain holds against it is enough in between. */
const RECONCILE_POLL_MS = 60 * 60_000;

/**
 * Settles what was delivered, clears up after what nobody took or finished, lets earnings mature and vest, gives
 * receipts their place, signs where the books end, and closes days and months that are over. Each at its own pace;
 * when it leaves, what is new is closed and signed once more.
 */
export function startWorker(context: Context): { stop(): Promise<void> } {
  const { log, wake } = context;
  const loop = (
    name: string,
    poll_ms: number,
    step: () => Promise<number>,
    hear: (heard: () => void) => () => void = () => () => {},
  ) => startLoop({ name, poll_ms, log, wake: hear, step });
  const leaving = new AbortController();
  const benchHouse = houseBench(context, leaving.signal);
  const fold = foldingOf(context);
  const loops = [
    loop(
      'settle',
      SETTLE_POLL_MS,
      () => settleDelivered(context),
      (heard) => wake.on('settle', heard),
    ),
    loop('reap', REAP_POLL_MS, () => once(reap(context))),
    loop('housekeeping', HOUSEKEEPING_POLL_MS, () => once(keepHouse(context))),
    loop(
      'earnings',
      HOUSEKEEPING_POLL_MS,
      () => moveEarningsOn(context),
      (heard) => wake.on('earnings', heard),
    ),
    loop('receipts', RECEIPTS_POLL_MS, async () => Number((await closeReceipts(context)).more)),
    loop('fingerprints', FINGERPRINTS_POLL_MS, () => once(fingerprintAssets(context))),
    loop(
      'model uploads',
      REAP_POLL_MS,
      () => checkNextUpload(context, leaving.signal),
      (heard) => wake.on('model-uploads', heard),
    ),
    loop(
      'exports',
      EXPORTS_POLL_MS,
      () => makeNextExport(context, leaving.signal),
      (heard) => wake.on('exports', heard),
    ),
    loop('heads', HEADS_POLL_MS, () => once(signNewHead(context))),
    loop('timers', TIMERS_POLL_MS, () => once(fireTimers(context))),
    loop('leaving', TIMERS_POLL_MS, () => once(takeDownAccounts(context))),
    loop('campaigns', TIMERS_POLL_MS, () => tellCampaigns(context)),
    loop(
      'entries',
      TIMERS_POLL_MS,
      () => once(validateEntries(context)),
      (heard) => wake.on('entries', heard),
    ),
    loop('votes', VOTES_POLL_MS, () => tendVoting(context)),
    loop(
      'competitions counting',
      COUNTING_POLL_MS,
      () => countCategories(context),
      (heard) => wake.on('competitions', heard),
    ),
    loop('featured places', TIMERS_POLL_MS, () => once(keepPlaces(context))),
    loop('house bench', HOUSE_BENCH_POLL_MS, () => once(benchHouse())),
    loop('folds', FOLD_POLL_MS, () => once(fold())),
    loop('analytics', CLOSING_POLL_MS, () => keepAnalytics(context)),
    loop('closing', CLOSING_POLL_MS, () => closeWhatIsOver(context)),
    ...chainLoops(context, loop),
    loop('subtotals', SUBTOTALS_POLL_MS, async () => Number(await addUpBooks(context))),
    startLoop({
      ...{ name: 'bench', poll_ms: BENCH_POLL_MS, gather_ms: BENCH_GATHER_MS, log },
      wake: (heard) => wake.on('news', heard),
      step: () => benchNext(context, leaving.signal),
    }),
  ];
  return {
    async stop() {
      leaving.abort();
      await Promise.all(loops.map((running) => running.stop()));
      await closeNewReceipts(context);
      await signNewHead(context);
    },
  };
}

type StartLoop = (
  name: string,
  poll_ms: number,
  step: () => Promise<number>,
  hear?: (heard: () => void) => () => void,
) => ReturnType<typeof startLoop>;

/** None where nothing is paid on a chain. */
function chainLoops(context: Context, loop: StartLoop): ReturnType<typeof startLoop>[] {
  const { kind } = context.config.chain;
  if (kind === 'none') return [];
  const tend = tendingOf(context);
  return [
    loop(
      'chain',
      kind === 'embedded' ? OWN_CHAIN_POLL_MS : CHAIN_POLL_MS,
      () => once(tend()),
      (heard) => context.wake.on('chain', heard),
    ),
    loop('reconciling', RECONCILE_POLL_MS, () => once(reconcileOnce(context))),
  ];
}

/** A step that waits for its next time, whatever it did. */
async function once(step: Promise<unknown>): Promise<0> {
  await step;
  return 0;
}

/** The rotation of the day, and what may not be featured any more. */
async function keepPlaces(context: Context): Promise<void> {
  await rotateSlots(context);
  await tellOfFallen(context);
}

async function keepHouse(context: Context): Promise<void> {
  await expirePromo(context);
  await context.database.inTransaction((tx) => identity.forgetEnded(tx, context.clock.now()));
  await context.database.inTransaction((tx) => marketplace.forgetSights(tx, context.clock.now()));
  await forgetUploads(context);
  await forgetModelUploads(context);
  await forgetExports(context);
  await forgetTraces(context);
  await endReleases(context);
}

/** One day that matures, what purchases have come to cover, what was not covered in time. */
async function moveEarningsOn(context: Context): Promise<number> {
  const matured = await matureEarnings(context);
  return Number(matured) + (await vestWhatIsCovered(context)) + (await lapsePromoEarnings(context));
}

/** Days and months that have ended, one step each: a day is closed, then what it owed is published, then a month is sealed. */
export async function closeWhatIsOver(context: Context): Promise<number> {
  const done = [
    await closeDayOfBooks(context),
    await publishLiabilities(context),
    await sealStatements(context),
  ];
  return done.filter(Boolean).length;
}

/** What went wrong is said and waits for the next time: leaving must not wait for it. */
async function signNewHead(context: Context): Promise<void> {
  await signHeads(context).catch((error: unknown) =>
    context.log.error({ err: error }, 'the books were not signed'),
  );
}

async function closeNewReceipts(context: Context): Promise<void> {
  await closeReceipts(context).catch((error: unknown) =>
    context.log.error({ err: error }, 'new receipts have no place in the log yet'),
  );
}

/** Settles what waits; two workers at once settle nothing twice. */
export async function settleDelivered(context: Context): Promise<number> {
  const delivered = await generation.toSettle(context.db, SETTLE_BATCH);
  const settlements = await Promise.all(delivered.map((one) => settleGeneration(context, one)));
  return settlements.filter((settlement) => settlement === 'settled').length;
}

/** Bulk that has waited for so long is served like everything else from then on. */
const BULK_WAITS_MS = 5 * 60_000;
const PROMOTE_BATCH = 200;
/** What was sent and never finished is thrown away. */
const INBOX_LIFE_MS = 3_600_000;

type Lapsed = Awaited<ReturnType<typeof generation.lapsedLeases>>[number];

/** Answers whether the lease was still the one that lapsed. */
async function takeBack(context: Context, job: Lapsed, at: Date): Promise<boolean> {
  const fence = job.fence ?? '';
  const failure = { code: 'runner_lost', message: 'The runner stopped answering.' };
  if (job.cancel_asked_at)
    return failGeneration(context, job.id, { state: 'cancelled', failure: null, fence });
  if (job.attempts >= generation.ATTEMPTS_MAX)
    return failGeneration(context, job.id, { state: 'failed', failure, fence });
  const retry = { not_before: at, failure, counts: true };
  if (!(await generation.requeue(context.db, job.id, fence, retry))) return false;
  context.live.signal(`generation:${job.id}`, { type: 'changed' });
  context.wake.send('queue');
  return true;
}

/** Takes lapsed leases back, lets bulk grow old, and lets expire what waited too long. */
export async function reap(context: Context): Promise<void> {
  const at = context.clock.now();
  for (const job of await generation.lapsedLeases(context.db, at)) {
    // its report may have come in between: then nothing lapsed, and nobody is to blame
    if ((await takeBack(context, job, at)) && job.worker_id) await noteDeed(context, job.worker_id, 'lost');
  }
  for (const { id, worker_id } of await generation.lapsedCanaries(context.db, at)) {
    const ending = { state: 'lost' as const, reason: 'the worker stopped answering', at };
    if (await context.database.inTransaction((tx) => generation.endCanary(tx, id, ending)))
      await noteDeed(context, worker_id, 'lost');
  }
  await context.inbox.sweep(new Date(at.getTime() - INBOX_LIFE_MS));
  await context.database.inTransaction((tx) =>
    generation.promoteBulk(tx, new Date(at.getTime() - BULK_WAITS_MS), PROMOTE_BATCH),
  );
  await expireGenerations(context);
}
