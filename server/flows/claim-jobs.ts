import { randomInt, randomUUID } from 'node:crypto';
import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import type { Context } from '../context.ts';
import type { Tx } from '../kit/database.ts';
import { asId, type CanaryId, type ModelId, newId, type WorkerId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { giveBack } from './report-trouble.ts';
import { holderOf, whoMayWork } from './judge-worker.ts';

/** Without a heartbeat for so long, a worker's lease is lost. */
export const WORKER_LEASE_MS = 30_000;
const POLL_MS = 500;
/** Nobody gets a job that somebody pays for before so many canaries came back right. */
const CANARIES_FIRST = 2;
/** Later on there is one now and then: not before so long after the last, and then by chance. */
const CANARY_EVERY_MS = { probation: 60_000, trusted: 30 * 60_000 };
/** On probation, so many at once; with our trust, whatever it says of itself, so many. */
const IN_HAND_MAX = { probation: 2, trusted: 64, suspended: 0 };

export type Claim = {
  pools: string[];
  slots: number;
  free: number;
  releases_loaded: string[];
  runs: string[];
  features: string[];
  vram_gib: number | null;
  wait_ms: number;
};
type Claimed = { job: generation.Leased } | { canary: generation.Canary };

/** Gives a worker jobs of the pools that it may serve, and waits for the first of them as long as it wants to. */
export async function claimJobs(
  context: Context,
  worker_id: WorkerId,
  claim: Claim,
  gone: AbortSignal,
): Promise<Claimed[]> {
  const until = performance.now() + claim.wait_ms;
  const { runs, releases_loaded, features, vram_gib } = claim;
  const seen = { runs, releases_loaded, features, vram_gib };
  await generation.markWorkerSeen(context.db, worker_id, seen, context.clock.now());
  for (let begins = true; ; begins = false) {
    const worker = await whoMayWork(context, worker_id);
    const foreign = claim.pools.find((pool) => !worker.pools.includes(pool));
    if (foreign) refuse('NOT_ALLOWED', { why: `This worker may not serve ${foreign}.` });
    const claimed = await takeAlone(context, worker, claim, begins);
    if (gone.aborted) {
      for (const one of claimed) await takeBack(context, one);
      return [];
    }
    if (claimed.length > 0) await stillMayWork(context, worker_id, claimed);
    const left_ms = until - performance.now();
    if (claimed.length > 0 || left_ms <= 0) return claimed;
    await queueMoves(context, Math.min(POLL_MS, left_ms), gone);
    if (gone.aborted) return [];
  }
}

/** Whoever is suspended or shown out while they take has what they took after all was taken back from them. */
async function stillMayWork(context: Context, worker_id: WorkerId, claimed: Claimed[]): Promise<void> {
  try {
    await whoMayWork(context, worker_id);
  } catch (error) {
    for (const one of claimed) await takeBack(context, one);
    throw error;
  }
}

/** Two processes with one token take one after the other, so that together they hold no more than one may. */
const takeAlone = (context: Context, worker: generation.Worker, claim: Claim, begins: boolean) =>
  context.database.inTransaction(async (tx) => {
    await generation.lockWorker(tx, worker.id);
    return take(context, tx, worker, claim, begins);
  });

/** Nobody is there to run it, and nobody is to blame. */
async function takeBack(context: Context, one: Claimed): Promise<void> {
  if ('job' in one) return giveBack(context, one.job, { refused: false });
  const ending = { state: 'lost' as const, reason: 'the worker had left', at: context.clock.now() };
  await context.database.inTransaction((tx) => generation.endCanary(tx, one.canary.id, ending));
}

async function take(
  context: Context,
  tx: Tx,
  worker: generation.Worker,
  claim: Claim,
  begins: boolean,
): Promise<Claimed[]> {
  const at = context.clock.now();
  const inHand = (await generation.inHandOf(tx, [worker.id]))(worker.id);
  const max = Math.min(IN_HAND_MAX[worker.trust], claim.slots);
  const room = Math.min(claim.free, max - inHand);
  if (room <= 0) return [];
  const due = await canaryDue(tx, worker, claim, { at, inHand, begins });
  const canary = due && (await leaseCanary(context, tx, worker, { at, ...due }));
  if (canary && due.alone) return [{ canary }];
  const pools = claim.pools.filter((pool) => pool !== EMBEDDED_POOL || !mustProveItself(worker, claim));
  const holder = holderOf(worker.id);
  const slots = Math.ceil(max / pools.length);
  const jobs_max = canary ? room - 1 : room;
  const claimed: Claimed[] = [];
  for (const pool of pools) {
    if (begins) await generation.serve(tx, { holder, pool, slots }, at);
    if (claimed.length >= jobs_max) continue;
    const lease = (loaded: string[]) =>
      generation.leaseMany(tx, {
        ...{ pool, holder, at, lease_ms: WORKER_LEASE_MS, limit: jobs_max - claimed.length },
        worker: {
          ...{ id: worker.id, trusted: worker.trust === 'trusted', loaded, vram_gib: claim.vram_gib },
          features: [...claim.features, ...claim.runs],
        },
      });
    const preferred = await lease(claim.releases_loaded);
    // somebody else was quicker with what it would have preferred
    const jobs = preferred.length > 0 || claim.releases_loaded.length === 0 ? preferred : await lease([]);
    claimed.push(...jobs.map((job) => ({ job })));
  }
  // nothing is told by where it stands
  if (canary) claimed.splice(randomInt(claimed.length + 1), 0, { canary });
  return claimed;
}

/** Only who runs house models can be given a job whose outcome we know; the trust of others is an admin's to give. */
const canBeTried = (claim: Claim) => claim.pools.includes(EMBEDDED_POOL) && claim.runs.includes('house');

/** Whatever it says that it runs: who leaves house models out gets nothing of our own pool. */
const mustProveItself = (worker: generation.Worker, claim: Claim) =>
  worker.trust === 'probation' &&
  claim.pools.includes(EMBEDDED_POOL) &&
  worker.canaries_passed < CANARIES_FIRST;

/** When a canary would have been asked for, were it a job, and whether nothing else may come before it is back. */
type Due = { asked_at: Date; alone: boolean };

/**
 * It comes as jobs come: while some wait, at the beginning of a claim and as old as they are, else out of the blue and
 * new. The first are known for what they are.
 */
async function canaryDue(
  tx: Tx,
  worker: generation.Worker,
  claim: Claim,
  { at, inHand, begins }: { at: Date; inHand: number; begins: boolean },
): Promise<Due | null> {
  if (!canBeTried(claim) || worker.trust === 'suspended') return null;
  // who gave one back gets another before anything else
  if (worker.canaries_returned > 0) return { asked_at: at, alone: true };
  if (mustProveItself(worker, claim)) return inHand === 0 ? { asked_at: at, alone: true } : null;
  const last = await generation.lastCanaryAt(tx, worker.id);
  if (last && at.getTime() - last.getTime() < CANARY_EVERY_MS[worker.trust]) return null;
  const front = await generation.frontOf(tx, EMBEDDED_POOL, at);
  if ((front !== null) !== begins || randomInt(begins ? 2 : 8) > 0) return null;
  const age_ms = front ? randomInt(Math.max(1, at.getTime() - front.getTime()) + 1) : 0;
  return { asked_at: new Date(at.getTime() - age_ms - randomInt(2, 12)), alone: false };
}

/** A job of a house model that nobody asked for: asked as others ask. */
async function leaseCanary(
  context: Context,
  tx: Tx,
  worker: generation.Worker,
  { at, asked_at }: { at: Date; asked_at: Date },
): Promise<generation.Canary | null> {
  const models = await registry.findModels(tx, { modality: 'image' });
  const releases = await registry.releasesInUse(
    tx,
    models.map(({ id }) => asId<ModelId>(id)),
    at,
  );
  const house = [...releases.values()].filter(({ binding }) => binding.kind === 'house');
  const release = house[randomInt(Math.max(1, house.length))];
  if (!release) return null;
  const seed = randomInt(generation.SEED_MAX);
  const prompts = house.flatMap(({ input_schema }) => generation.promptsIn(input_schema));
  const wanted = { ...generation.canaryInput(release.input_schema, prompts), seed };
  const canary: generation.Canary = {
    id: newId<CanaryId>(asked_at),
    worker_id: worker.id,
    release_id: release.id,
    input: { ...generation.readInput(release, wanted), seed },
    seed,
    fence: randomUUID(),
  };
  await generation.insertCanary(tx, canary, at, WORKER_LEASE_MS);
  return canary;
}

/** Until the queue may have something new, or `ms` are over, or whoever waits has left. */
function queueMoves(context: Context, ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unhear();
      gone.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const unhear = context.wake.on('queue', done);
    gone.addEventListener('abort', done, { once: true });
  });
}
