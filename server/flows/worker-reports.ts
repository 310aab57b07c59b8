import { randomInt } from 'node:crypto';
import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import type { OutputRole } from '#api/runners/create-completion.ts';
import { OUTPUTS_MAX } from '#api/runners/create-output.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import { asId, type CanaryId, type GenerationId, type WorkerId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { sha256 } from '../kit/files.ts';
import * as generation from '../modules/generation/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { engineOrderOf, JOB_BYTES_MAX, releaseOfJob } from '../views/engine-order.ts';
import { WORKER_LEASE_MS } from './claim-jobs.ts';
import { compareOutcome, type Outcome } from './compare-outcome.ts';
import { deliverGeneration } from './deliver-generation.ts';
import { holderOf, noteDeed, whoMayWork } from './judge-worker.ts';
import { endCancelled, giveBack, reportTrouble } from './report-trouble.ts';
import { type OnTheWay, passOn, plain } from './tell-of-worker.ts';

/** While we look at what came, the worker need not keep the lease. */
const FINISH_MS_MAX = 5 * 60_000;
/** Besides the time that a run may take, so long for fetching the model and sending what came out. */
const SLACK_MS = 60_000;
/** So long a worker may take to stop when its payer cancels. */
const CANCEL_MS_MAX = 30_000;
/**
 * One in so many jobs of house models is run here once more before it is delivered: no worker can tell which. Whoever
 * was trusted by an admin's word without ever proving itself is not audited.
 */
const AUDIT_ONE_IN = { probation: 4, trusted: 50 };
/** Failures that lie in the job, whoever runs it. */
const NOT_ITS_FAULT = new Set(['invalid_input', 'model_invalid', 'policy_blocked']);

/** The lease that a worker names: its fence must be the current one, whatever else it says. */
export type LeaseRef = { worker_id: WorkerId; lease_id: string; fence: string };

type Held = { canary: generation.Canary & { state: string; created_at: Date } } | { job: generation.Leased };

async function held(context: Context, { worker_id, lease_id, fence }: LeaseRef): Promise<Held> {
  const job = await generation.leasedTo(context.db, worker_id, asId<GenerationId>(lease_id), fence);
  if (job) return { job };
  const canary = await generation.canaryOf(context.db, worker_id, asId<CanaryId>(lease_id), fence);
  return canary ? { canary } : refuse('LEASE_LOST');
}

const isInHand = (state: string) => state === 'leased' || state === 'running';

/** What is still in hand under this lease; refuses what has ended. */
export async function inHand(context: Context, ref: LeaseRef): Promise<Held> {
  const found = await held(context, ref);
  return isInHand(stateOf(found)) ? found : refuse('LEASE_LOST');
}

const stateOf = (found: Held): string => ('job' in found ? found.job.state : found.canary.state);

/** Past the time that a run may take nothing keeps a lease: it lapses. One whose payer cancelled long ago ends. */
async function refuseOverdue(context: Context, found: Held): Promise<void> {
  const now = context.clock.now().getTime();
  const { limits } = await engineOrderOf(context, 'job' in found ? found.job : found.canary);
  const since = 'job' in found ? found.job.leased_at : found.canary.created_at;
  if ('job' in found && found.job.cancel_asked_at) {
    if (now - found.job.cancel_asked_at.getTime() <= CANCEL_MS_MAX) return;
    await endCancelled(context, found.job);
    refuse('LEASE_LOST');
  }
  if (since && now - since.getTime() > limits.wall_ms_max + SLACK_MS) refuse('LEASE_LOST');
}

/** The heartbeat of a worker. */
export async function keepLease(
  context: Context,
  ref: LeaseRef,
  said: { started: boolean } & OnTheWay,
): Promise<'continue' | 'cancel'> {
  const found = await inHand(context, ref);
  await refuseOverdue(context, found);
  const at = context.clock.now();
  const lease_until = new Date(at.getTime() + WORKER_LEASE_MS);
  await generation.serveOn(context.db, holderOf(ref.worker_id), at);
  if ('canary' in found) {
    if (!(await generation.keepCanary(context.db, found.canary.id, lease_until))) refuse('LEASE_LOST');
    return 'continue';
  }
  const { job } = found;
  const channel = `generation:${job.id}`;
  if (said.started && job.state === 'leased') {
    await generation.markRunning(context.db, [job], at);
    context.live.signal(channel, { type: 'changed' });
  }
  const progress = said.progress && { ...said.progress, label: plain(said.progress.label) };
  const standing = await generation.heartbeat(context.db, job.id, job.fence, { lease_until, progress });
  if (standing === 'lost') refuse('LEASE_LOST');
  if (standing === 'ours') passOn(context, ref.worker_id, job, { ...said, progress });
  return standing === 'cancelled' ? 'cancel' : 'continue';
}

/** Whether this worker may send what a lease is to bring: asked before anything of it is read. */
export async function mayBring(context: Context, ref: LeaseRef): Promise<void> {
  await whoMayWork(context, ref.worker_id);
  await inHand(context, ref);
}

const PLACES = Array.from({ length: OUTPUTS_MAX }, (_, place) => place);

/** Keeps what a worker sent until it says that it is done: of one job no more than a job may make. */
export async function receiveOutput(
  context: Context,
  ref: LeaseRef,
  place: number,
  bytes: Uint8Array,
): Promise<{ sha256: string; bytes: number }> {
  await oneAtATime(ref.fence, async () => {
    const others = PLACES.filter((one) => one !== place);
    const sizes = await Promise.all(others.map((one) => context.inbox.size(ref.fence, String(one))));
    const before = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    if (before + bytes.byteLength > JOB_BYTES_MAX) refuse('FILE_TOO_LARGE', { bytes_max: JOB_BYTES_MAX });
    // looked at again: a lease may end while its output comes
    await mayBring(context, ref);
    await context.inbox.put(ref.fence, String(place), bytes);
  });
  return { sha256: sha256(bytes), bytes: bytes.byteLength };
}

type Completion = {
  outputs: readonly Sent[];
  inference_ms: number;
  runtime: generation.Runtime;
};

type Sent = {
  place: number;
  sha256: string;
  mime: string;
  role: z.infer<typeof OutputRole>;
  storyboard?: Storyboard | undefined;
};
type Storyboard = NonNullable<generation.MediaOutput['storyboard']>;

/**
 * A worker is done. What it sent is hashed, taken apart and made anew before anybody sees it; what is of no use is
 * refused, and the job is somebody else's again. Said again, it is answered the same.
 */
export async function completeJob(context: Context, ref: LeaseRef, said: Completion): Promise<void> {
  const places = said.outputs.map(({ place }) => place);
  if (new Set(places).size < places.length)
    refuse('INVALID_INPUT', { issues: [{ path: 'outputs', message: 'name a place twice' }] });
  await oneAtATime(ref.fence, () => complete(context, ref, said));
}

const under_way = new Map<string, Promise<void>>();

/** What is said twice at once is heard one after the other: the second finds what the first has done. */
async function oneAtATime(fence: string, act: () => Promise<void>): Promise<void> {
  const before = under_way.get(fence) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(act);
  under_way.set(fence, mine);
  try {
    await mine;
  } finally {
    if (under_way.get(fence) === mine) under_way.delete(fence);
  }
}

async function complete(context: Context, ref: LeaseRef, said: Completion): Promise<void> {
  const found = await held(context, ref);
  if (hasDelivered(found)) return;
  if (!isInHand(stateOf(found))) refuse('LEASE_LOST');
  await refuseOverdue(context, found);
  try {
    if ('canary' in found) await completeCanary(context, found.canary, said);
    else await completeGeneration(context, ref, found.job, said);
  } catch (error) {
    // trouble of our own: it will be said again, and what was sent must still be here
    if (error instanceof Refusal && error.code !== 'UNAVAILABLE') await context.inbox.drop(ref.fence);
    throw error;
  }
  await context.inbox.drop(ref.fence);
}

const hasDelivered = (found: Held) =>
  'job' in found ? ['delivering', 'succeeded'].includes(found.job.state) : found.canary.state === 'passed';

async function completeGeneration(
  context: Context,
  ref: LeaseRef,
  job: generation.Leased,
  said: Completion,
): Promise<void> {
  const { worker_id } = ref;
  const lease_until = new Date(context.clock.now().getTime() + FINISH_MS_MAX);
  const standing = await generation.heartbeat(context.db, job.id, job.fence, { lease_until, progress: null });
  if (standing === 'cancelled') await endCancelled(context, job);
  if (standing !== 'ours') refuse('LEASE_LOST');

  const opened = await openOutputs(context, ref, job, said);
  if (opened === 'our trouble') refuse('UNAVAILABLE');
  const outcome = 'why' in opened ? opened : await asOrdered(context, job, opened);
  if ('why' in outcome) {
    // said twice at once, and the other one has taken what was sent
    if (hasDelivered(await held(context, ref))) return;
    await noteDeed(context, worker_id, 'faulty');
    await reportTrouble(context, job, { code: 'output_rejected', message: outcome.why, retryable: true });
    refuse('OUTPUT_REJECTED', { why: outcome.why });
  }
  const audited = await isAudited(context, worker_id, job);
  if (audited && (await compareOutcome(context, job, outcome)) === 'other') {
    // the job first: what is given back here is not blamed for the worker
    await giveBack(context, job);
    await noteDeed(
      context,
      worker_id,
      'canary_failed',
      'A job that was run here once more came out otherwise.',
    );
    refuse('OUTPUT_REJECTED', { why: 'It is not what this job comes to.' });
  }
  const { inference_ms, runtime } = said;
  const result = { ok: true as const, outputs: [...outcome.made], inference_ms, runtime };
  if (await deliverGeneration(context, job, result)) {
    await noteDeed(context, worker_id, audited ? 'audited' : 'done');
    return;
  }
  // said twice at once, and the other one was first; or the payer cancelled, or the lease went to somebody else
  if (hasDelivered(await held(context, ref))) return;
  await endCancelled(context, job);
  refuse('LEASE_LOST');
}

async function asOrdered(
  context: Context,
  job: generation.Leased,
  outcome: Outcome,
): Promise<Outcome | { why: string }> {
  const { metering } = await releaseOfJob(context, job.release_id);
  // as with engines outside, a fleet of others may be asked for several at once
  const works_max = job.pool === EMBEDDED_POOL ? 1 : generation.WORKS_MAX;
  const why = generation.misfitOf(metering, job.input, outcome.made, works_max);
  return why === null ? outcome : { why };
}

async function isAudited(context: Context, worker_id: WorkerId, job: generation.Leased): Promise<boolean> {
  const worker = await generation.workerById(context.db, worker_id);
  if (!worker || worker.trust === 'suspended' || randomInt(AUDIT_ONE_IN[worker.trust]) > 0) return false;
  if (worker.trust === 'trusted' && worker.canaries_passed === 0) return false;
  return (await engineOrderOf(context, job)).release.binding.kind === 'house';
}

async function completeCanary(context: Context, canary: generation.Canary, said: Completion): Promise<void> {
  const { worker_id } = canary;
  const ref = { worker_id, lease_id: canary.id, fence: canary.fence };
  const at = context.clock.now();
  await generation.keepCanary(context.db, canary.id, new Date(at.getTime() + FINISH_MS_MAX));
  const outcome = await openOutputs(context, ref, canary, said);
  const verdict = await verdictOn(context, canary, outcome);
  const state = ({ same: 'passed', other: 'failed', unknown: 'lost' } as const)[verdict];
  const reason = outcome !== 'our trouble' && 'why' in outcome ? outcome.why : null;
  const ended = await context.database.inTransaction((tx) =>
    generation.endCanary(tx, canary.id, { state, reason, at: context.clock.now() }),
  );
  if (ended && verdict === 'same') await noteDeed(context, worker_id, 'canary_passed');
  if (ended && verdict === 'other') await noteDeed(context, worker_id, 'canary_failed');
  if (verdict === 'other' && !hasDelivered(await held(context, ref)))
    refuse('OUTPUT_REJECTED', { why: 'It is not what this job comes to.' });
}

async function verdictOn(
  context: Context,
  canary: generation.Canary,
  outcome: Opened,
): Promise<'same' | 'other' | 'unknown'> {
  if (outcome === 'our trouble') return 'unknown';
  return 'why' in outcome ? 'other' : compareOutcome(context, canary, outcome);
}

/** `our trouble`: the desk could not look at it, which says nothing of what came. */
type Opened = Outcome | { why: string } | 'our trouble';
/** What lies in the bytes that came. Everything else that goes wrong at the desk is ours. */
const IN_WHAT_CAME = new Set(['output_rejected', 'invalid_input', 'out_of_memory']);

/** What came, if it is what the worker said it would be and the desk can make media of it; else why not. */
async function openOutputs(
  context: Context,
  { fence }: LeaseRef,
  job: Parameters<typeof engineOrderOf>[1],
  said: Completion,
): Promise<Opened> {
  const { release, limits } = await engineOrderOf(context, job);
  const artifacts: { bytes: Buffer; mime: string }[] = [];
  const beside: Outcome['beside'][number][] = [];
  const outputs = said.outputs.toSorted((a, b) => a.place - b.place);
  const sizes = await Promise.all(outputs.map(({ place }) => context.inbox.size(fence, String(place))));
  if (sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) > JOB_BYTES_MAX)
    return { why: `More than ${JOB_BYTES_MAX} bytes of output.` };
  for (const { place, sha256: digest, mime, role, storyboard } of outputs) {
    const bytes = await context.inbox.get(fence, String(place));
    if (!bytes) return { why: `Output ${place} was not sent.` };
    if (sha256(bytes) !== digest) return { why: `Output ${place} is not what its digest says.` };
    if (role === 'primary') artifacts.push({ bytes, mime });
    else beside.push({ role, bytes, storyboard });
  }
  const order = {
    modality: release.modality,
    artifacts,
    beside,
    output_bytes_max: limits.output_bytes_max,
  };
  const finished = await context.desk.do('finish', order, { wall_ms_max: FINISH_MS_MAX });
  if (!finished.ok)
    return IN_WHAT_CAME.has(finished.code)
      ? { why: `No ${release.modality} can be made of it.` }
      : 'our trouble';
  return {
    raw: artifacts.map(({ bytes }) => bytes),
    beside,
    made: finished.value,
  };
}

/** The job came to nothing. On probation a worker has no last word: somebody else tries it again. */
export async function reportFailure(
  context: Context,
  ref: LeaseRef,
  said: { code: string; message: string; retryable: boolean },
): Promise<void> {
  const found = await inHand(context, ref);
  await context.inbox.drop(ref.fence);
  if ('canary' in found) {
    const ending = { state: 'failed' as const, reason: said.code, at: context.clock.now() };
    if (await context.database.inTransaction((tx) => generation.endCanary(tx, found.canary.id, ending)))
      await noteDeed(context, ref.worker_id, 'faulty');
    return;
  }
  const { job } = found;
  if (job.cancel_asked_at) return endCancelled(context, job);
  const worker = present(await generation.workerById(context.db, ref.worker_id), 'whoever holds a lease');
  const isBusy = said.code === 'runner_unavailable';
  const deed = NOT_ITS_FAULT.has(said.code) ? 'failed' : 'faulty';
  await noteDeed(context, ref.worker_id, isBusy ? 'away' : deed);
  // nobody had cancelled
  const retryable = said.retryable || said.code === 'cancelled' || worker.trust !== 'trusted';
  await reportTrouble(context, job, { ...said, retryable });
}

/** Given back undone. */
export async function releaseLease(context: Context, ref: LeaseRef): Promise<void> {
  const found = await inHand(context, ref);
  await context.inbox.drop(ref.fence);
  if ('job' in found) return giveBack(context, found.job);
  const ending = { state: 'lost' as const, reason: 'given back', at: context.clock.now() };
  if (await context.database.inTransaction((tx) => generation.endCanary(tx, found.canary.id, ending)))
    await noteDeed(context, ref.worker_id, 'canary_returned');
}
