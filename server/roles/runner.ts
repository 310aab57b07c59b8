import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EMBEDDED_POOL, endpointPool } from '#api/registry/binding.ts';
import type { Context } from '../context.ts';
import { deliverGeneration } from '../flows/deliver-generation.ts';
import { endCancelled, giveBack, reportTrouble } from '../flows/report-trouble.ts';
import { createBatcher, onePer } from '../kit/batcher.ts';
import { startLoop } from '../kit/loop.ts';
import * as generation from '../modules/generation/index.ts';
import { localOrderOf, releaseOfJob } from '../views/engine-order.ts';
import { type Job, runJob, runJobs } from '../worker/run-jobs.ts';

const LEASE_MS = 30_000;
const POLL_MS = 500;
const SERVING_EVERY_MS = 10_000;

/** A queue that this process serves, and how many of its jobs it runs at once. */
export type Lane = { pool: string; slots: number };

export const lanesOf = ({ config }: Context): Lane[] => [
  { pool: EMBEDDED_POOL, slots: config.runner_slots },
  ...config.endpoints.map(({ name, slots }) => ({ pool: endpointPool(name), slots })),
];

/** Leases jobs and runs them, in each lane as many at once as it has slots. It reports and never settles. */
export function startRunner(context: Context): { stop(): Promise<void> } {
  const { log, engine, wake } = context;
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const lanes = lanesOf(context);
  const running = lanes.map(({ pool, slots }) =>
    runJobs({
      name: `runner ${pool}`,
      jobs: { take: (limit) => takeJobs(context, pool, holder, limit) },
      engine,
      slots,
      poll_ms: POLL_MS,
      log,
      wake: (heard) => wake.on('queue', heard),
    }),
  );
  const serving = startLoop({
    name: 'runner serves',
    poll_ms: SERVING_EVERY_MS,
    log,
    wake: () => () => {},
    async step() {
      const at = context.clock.now();
      for (const lane of lanes) await generation.serve(context.db, { holder, ...lane }, at);
      return 0;
    },
  });
  return {
    async stop() {
      await serving.stop();
      await Promise.all(running.map((lane) => lane.stop()));
      await generation
        .leaveService(context.db, holder, context.clock.now())
        .catch((error: unknown) =>
          log.warn({ err: error }, 'could not say that nobody serves here any more'),
        );
    },
  };
}

/** Runs the next job of a pool, if there is one. */
export async function runNext(
  context: Context,
  pool: string,
  holder: string,
  stopping: AbortSignal,
): Promise<boolean> {
  const [job] = await takeJobs(context, pool, holder, 1);
  if (!job) return false;
  await runJob(job, context.engine, { stopping, log: context.log });
  return true;
}

async function takeJobs(context: Context, pool: string, holder: string, limit: number): Promise<Job[]> {
  const at = context.clock.now();
  const leased = await generation.leaseMany(context.db, { pool, holder, at, lease_ms: LEASE_MS, limit });
  return leased.map((job) => jobOf(context, job));
}

/** A job of the database, for the loop that runs it. */
function jobOf(context: Context, job: generation.Leased): Job {
  const channel = `generation:${job.id}`;
  return {
    id: job.id,
    order: () => localOrderOf(context, job),
    beat(progress) {
      const lease_until = new Date(context.clock.now().getTime() + LEASE_MS);
      return generation.heartbeat(context.db, job.id, job.fence, { lease_until, progress });
    },
    onCancelled: (hear) =>
      context.live.onNews('generation.cancel_asked', (news) => {
        if (news.payload.generation_id === job.id) hear();
      }),
    async started() {
      await startsOf(context).add(job);
      context.live.signal(channel, { type: 'changed' });
    },
    tell: (event) => context.live.signal(channel, event),
    async deliver(result) {
      const misfit = job.pool === EMBEDDED_POOL ? null : await misfitOf(context, job, result);
      if (misfit)
        return reportTrouble(context, job, { code: 'output_rejected', message: misfit, retryable: false });
      if (!(await deliverGeneration(context, job, result))) await endCancelled(context, job);
    },
    fail: (trouble) => reportTrouble(context, job, trouble),
    giveBack: () => giveBack(context, job),
    endCancelled: () => endCancelled(context, job),
  };
}

/** An engine outside may be asked for several at once; each of them is as large as what is paid for. */
async function misfitOf(context: Context, job: generation.Leased, { outputs }: generation.EngineSuccess) {
  const { metering } = await releaseOfJob(context, job.release_id);
  return generation.misfitOf(metering, job.input, outputs, generation.WORKS_MAX);
}

/** Those that begin in one moment say so together. */
const startsOf = onePer((context: Context) =>
  createBatcher<generation.Leased, null>({
    size_max: 100,
    async flush(jobs) {
      await generation.markRunning(context.db, jobs, context.clock.now());
      return jobs.map(() => ({ value: null }));
    },
  }),
);
