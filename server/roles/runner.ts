import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Progress } from '#api/generation/shapes.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import { deliverGeneration } from '../flows/deliver-generation.ts';
import { failGeneration } from '../flows/fail-generation.ts';
import { present } from '../kit/assert.ts';
import { StorageFull } from '../kit/files.ts';
import { startLoop } from '../kit/loop.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';

const LEASE_MS = 30_000;
const HEARTBEAT_MS = 5_000;
const POLL_MS = 500;
const BACKOFF_MS = 2_000;
/** A bar looks smooth at this pace; each telling costs the result a little time. */
const PROGRESS_EVERY_MS = 150;
/** How long one run may take, by the wall clock. */
const WALL_MS_MAX = { image: 60_000, video: 180_000, music: 120_000 };
const MEMORY_BYTES_MAX = 3_000_000_000;
const OUTPUT_BYTES_MAX = 100_000_000;

type Leased = generation.Generation & { fence: string };

/** Leases jobs and runs them, as many at once as there are slots. It reports and never settles. */
export function startRunner(context: Context): { stop(): Promise<void> } {
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const stopping = new AbortController();
  const slots = Array.from({ length: context.config.runner_slots }, (_, slot) =>
    startLoop({
      name: `runner ${slot}`,
      poll_ms: POLL_MS,
      log: context.log,
      wake: (heard) => context.wake.on('queue', heard),
      step: async () =>
        stopping.signal.aborted ? 0 : Number(await runNext(context, holder, stopping.signal)),
    }),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(slots.map((slot) => slot.stop()));
    },
  };
}

/** Runs the next job of the queue, if there is one. */
export async function runNext(context: Context, holder: string, stopping: AbortSignal): Promise<boolean> {
  const job = await generation.lease(context.db, { holder, at: context.clock.now(), lease_ms: LEASE_MS });
  if (!job) return false;
  await run(context, job, stopping);
  return true;
}

async function run(context: Context, job: Leased, stopping: AbortSignal): Promise<void> {
  const watch = keepLease(context, job, stopping);
  try {
    const result = await execute(context, job, watch);
    if (result.ok) {
      await watch.running;
      if (await deliverGeneration(context, job, result)) return;
      return await afterTheLease(context, job);
    }
    if (watch.why === 'stopping') {
      await backToQueue(context, job, { not_before: context.clock.now(), failure: null, counts: false });
    } else if (watch.why === 'cancelled') {
      await afterTheLease(context, job);
    } else if (watch.why !== 'lost') {
      await retryOrFail(context, job, result);
    }
  } catch (error) {
    if (error instanceof StorageFull) {
      await retryOrFail(context, job, {
        code: 'storage_full',
        message: 'The server had no room for the result.',
        retryable: false,
      });
      return;
    }
    context.log.error({ err: error, generation_id: job.id }, 'a run broke');
    await retryOrFail(context, job, { code: 'runner_broke', message: 'The runner broke.', retryable: true });
  } finally {
    watch.end();
  }
}

async function execute(context: Context, job: Leased, watch: Watch): Promise<generation.EngineResult> {
  const release = present(await registry.releaseById(context.db, job.release_id), 'the release of a job');
  return context.engine.run(
    {
      generation_id: job.id,
      release: {
        engine: 'onnx/1',
        slug: release.slug,
        modality: release.modality,
        files: release.files.map(({ role, sha256 }) => ({
          role,
          sha256,
          path: context.model_files.pathOf(sha256),
        })),
      },
      input: job.input,
      seed: job.seed,
      limits: {
        wall_ms_max: WALL_MS_MAX[release.modality],
        memory_bytes_max: MEMORY_BYTES_MAX,
        output_bytes_max: OUTPUT_BYTES_MAX,
      },
    },
    { signal: watch.signal, onEvent: (event) => watch.hear(event) },
  );
}

type Watch = {
  signal: AbortSignal;
  /** Why the run was stopped from outside, if it was. */
  readonly why: 'cancelled' | 'lost' | 'stopping' | null;
  /** Done once the row says that it runs. */
  readonly running: Promise<unknown>;
  hear(event: generation.EngineEvent): void;
  end(): void;
};

/** Keeps the lease alive while a job runs, passes on what the engine tells, and stops the run when it must. */
function keepLease(context: Context, job: Leased, stopping: AbortSignal): Watch {
  const abort = new AbortController();
  const channel = `generation:${job.id}`;
  let why: Watch['why'] = null;
  let running: Promise<unknown> = Promise.resolve();
  let progress: z.infer<typeof Progress> | null = null;
  let told = 0;
  const stop = (reason: NonNullable<Watch['why']>) => {
    why ??= reason;
    abort.abort();
  };
  const onStopping = () => stop('stopping');
  stopping.addEventListener('abort', onStopping, { once: true });
  if (stopping.aborted) onStopping();

  async function beat(): Promise<void> {
    const lease_until = new Date(context.clock.now().getTime() + LEASE_MS);
    const standing = await generation.heartbeat(context.db, job.id, job.fence, { lease_until, progress });
    if (standing !== 'ours') stop(standing);
  }
  const trouble = (error: unknown) =>
    context.log.warn({ err: error, generation_id: job.id }, 'heartbeat failed');
  const timer = setInterval(() => void beat().catch(trouble), HEARTBEAT_MS);
  const unhear = context.live.onNews('generation.cancel_asked', (news) => {
    if (news.payload.generation_id === job.id) stop('cancelled');
  });

  return {
    signal: abort.signal,
    get why() {
      return why;
    },
    get running() {
      return running;
    },
    hear(event) {
      if (event.type === 'started') {
        running = generation
          .markRunning(context.db, job.id, job.fence, context.clock.now())
          .then(() => context.live.signal(channel, { type: 'changed' }), trouble);
        return;
      }
      if (event.type === 'progress') {
        progress = { step: event.step, total: event.total, label: event.label };
        if (performance.now() - told < PROGRESS_EVERY_MS) return;
        told = performance.now();
      }
      context.live.signal(channel, event);
    },
    end() {
      clearInterval(timer);
      unhear();
      stopping.removeEventListener('abort', onStopping);
    },
  };
}

/** The delivery was refused: the payer cancelled, or somebody else holds the lease and will end it. */
async function afterTheLease(context: Context, job: Leased): Promise<void> {
  await failGeneration(context, job.id, { state: 'cancelled', failure: null, fence: job.fence });
}

/** A job whose payer has cancelled meanwhile is ended instead. */
async function backToQueue(context: Context, job: Leased, retry: Parameters<typeof generation.requeue>[3]) {
  if (await generation.requeue(context.db, job.id, job.fence, retry)) {
    context.live.signal(`generation:${job.id}`, { type: 'changed' });
  } else {
    await afterTheLease(context, job);
  }
}

async function retryOrFail(
  context: Context,
  job: Leased,
  trouble: { code: string; message: string; retryable: boolean },
) {
  const failure = { code: trouble.code, message: trouble.message };
  if (trouble.retryable && job.attempts < generation.ATTEMPTS_MAX) {
    const not_before = new Date(context.clock.now().getTime() + BACKOFF_MS * job.attempts);
    return backToQueue(context, job, { not_before, failure, counts: true });
  }
  await failGeneration(context, job.id, { state: 'failed', failure, fence: job.fence });
}
