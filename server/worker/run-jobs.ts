import type { Progress } from '#api/generation/shapes.ts';
import type * as z from 'zod';
import { StorageFull } from '../kit/files.ts';
import type { Log } from '../kit/log.ts';
import { startLoop } from '../kit/loop.ts';
import type { Engine, EngineEvent, EngineSuccess } from '../modules/generation/index.ts';

type EngineJob = Parameters<Engine['run']>[0];
export type Trouble = { code: string; message: string; retryable: boolean };

/** A job in hand, under a lease that its holder keeps alive. Every report is refused once the lease is lost. */
export type Job = {
  id: string;
  /** What the engine is to do, its files on this disk. */
  order(): Promise<EngineJob>;
  /** Keeps the lease, and says whether it is still ours and still wanted. */
  beat(progress: z.infer<typeof Progress> | null): Promise<'ours' | 'cancelled' | 'lost'>;
  /** Hears of a cancellation sooner than by the next beat. */
  onCancelled?(hear: () => void): () => void;
  started(): Promise<void>;
  /** What passes by and is kept nowhere. */
  tell?(event: EngineEvent): void;
  deliver(result: EngineSuccess): Promise<void>;
  fail(trouble: Trouble): Promise<void>;
  /** Undone and without blame: whoever comes next takes it. */
  giveBack(): Promise<void>;
  /** It ended here because its payer had cancelled. */
  endCancelled(): Promise<void>;
};

/** Where jobs come from and where they go: a database, or an address. Who runs them cannot tell. */
export type Jobs = {
  /** At most so many. May wait for the first of them until `signal`. */
  take(limit: number, signal: AbortSignal): Promise<Job[]>;
};

const HEARTBEAT_MS = 5_000;
/** A bar looks smooth at this pace; each telling costs the result a little time. */
const PROGRESS_EVERY_MS = 150;

export type RunningJobs = {
  /** Takes nothing new, and ends what runs. */
  drain(): Promise<void>;
  /** Takes nothing new, and gives back what runs. */
  stop(): Promise<void>;
};

/** Takes jobs and runs them, as many at once as there are slots, until it is stopped; then it gives back what runs. */
export function runJobs(options: {
  name: string;
  jobs: Jobs;
  engine: Engine;
  slots: number;
  poll_ms: number;
  log: Log;
  wake?(heard: () => void): () => void;
}): RunningJobs {
  const { name, jobs, engine, slots, poll_ms, log } = options;
  const leaving = new AbortController();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let slotIsFree: () => void = () => {};
  const loop = startLoop({
    name,
    poll_ms,
    log,
    wake(heard) {
      slotIsFree = heard;
      return options.wake?.(heard) ?? (() => {});
    },
    async step() {
      const free = slots - running.size;
      if (free === 0 || leaving.signal.aborted) return 0;
      const taken = await jobs.take(free, leaving.signal);
      for (const job of taken) {
        const run = runJob(job, engine, { stopping: stopping.signal, log })
          .catch((error: unknown) => log.error({ err: error, job: job.id }, 'a run could not be reported'))
          .finally(() => {
            running.delete(run);
            slotIsFree();
          });
        running.add(run);
      }
      return taken.length;
    },
  });
  async function drain(): Promise<void> {
    leaving.abort();
    await loop.stop();
    await Promise.all(running);
  }
  return {
    drain,
    stop() {
      stopping.abort();
      return drain();
    },
  };
}

/** Nobody pays for nothing. */
const NOTHING_MADE: Trouble = {
  code: 'output_rejected',
  message: 'The model made nothing.',
  retryable: false,
};

/** Runs one job to its end, and reports once. */
export async function runJob(
  job: Job,
  engine: Engine,
  { stopping, log }: { stopping: AbortSignal; log: Log },
): Promise<void> {
  const watch = keepLease(job, stopping, log);
  try {
    const order = await job.order();
    const result = await engine.run(order, { signal: watch.signal, onEvent: watch.hear });
    if (result.ok && !result.outputs.some(({ role }) => role === 'primary')) {
      await job.fail(NOTHING_MADE);
    } else if (result.ok) {
      await watch.running;
      await job.deliver(result);
    } else if (watch.why === 'stopping') {
      await job.giveBack();
    } else if (watch.why === 'cancelled') {
      await job.endCancelled();
    } else if (watch.why !== 'lost') {
      await job.fail(result);
    }
  } catch (error) {
    if (error instanceof StorageFull) {
      const message = 'The server had no room for the result.';
      await job.fail({ code: 'storage_full', message, retryable: false });
      return;
    }
    log.error({ err: error, job: job.id }, 'a run broke');
    await job.fail({ code: 'runner_broke', message: 'The runner broke.', retryable: true });
  } finally {
    watch.end();
  }
}

type Watch = {
  signal: AbortSignal;
  /** Why the run was stopped from outside, if it was. */
  readonly why: 'cancelled' | 'lost' | 'stopping' | null;
  /** Done once it is known that it runs. */
  readonly running: Promise<unknown>;
  hear(event: EngineEvent): void;
  end(): void;
};

/** Keeps the lease alive while a job runs, passes on what the engine tells, and stops the run when it must. */
function keepLease(job: Job, stopping: AbortSignal, log: Log): Watch {
  const abort = new AbortController();
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
    const standing = await job.beat(progress);
    if (standing !== 'ours') stop(standing);
  }
  const trouble = (error: unknown) => log.warn({ err: error, job: job.id }, 'heartbeat failed');
  const timer = setInterval(() => void beat().catch(trouble), HEARTBEAT_MS);
  const unhear = job.onCancelled?.(() => stop('cancelled')) ?? (() => {});

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
        running = job.started().catch(trouble);
        return;
      }
      if (event.type === 'progress') {
        progress = { step: event.step, total: event.total, label: event.label };
        if (performance.now() - told < PROGRESS_EVERY_MS) return;
        told = performance.now();
      }
      job.tell?.(event);
    },
    end() {
      clearInterval(timer);
      unhear();
      stopping.removeEventListener('abort', onStopping);
    },
  };
}
