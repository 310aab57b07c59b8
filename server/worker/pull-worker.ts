import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import { openFileStore } from '../kit/files.ts';
import { createLog, type Log } from '../kit/log.ts';
import {
  createDesk,
  createEngine,
  createSandboxEngine,
  type Endpoint,
  type Engine,
  engineOutOf,
} from '../modules/generation/index.ts';
import { httpJobs } from './http-jobs.ts';
import { createLocalEngines, type LocalModel } from './local-engines.ts';
import { type RunningJobs, runJobs } from './run-jobs.ts';

export type PullWorkerOptions = {
  url: string;
  token: string;
  pools: readonly string[];
  slots: number;
  features: readonly string[];
  vram_gib: number | null;
  /** Where it keeps the files of models. */
  data_dir: string;
  log_level: string;
  /** Engines of this machine, and which models of which pools they make. */
  endpoints?: readonly Endpoint[];
  models?: readonly LocalModel[];
  /** Instead of all of these. */
  engine?: Engine;
};

const POLL_MS = 1_000;

/** A worker without a database: it fetches jobs, runs them with an engine as ours, and sends back what comes out. */
export async function startPullWorker(options: PullWorkerOptions): Promise<RunningJobs> {
  const { url, token, pools, slots, features, vram_gib, data_dir } = options;
  const log = createLog(options.log_level);
  const scratch_dir = path.join(data_dir, 'scratch');
  await mkdir(scratch_dir, { recursive: true });
  const own = options.engine ? givenEngine(options.engine) : ownEngines(options, scratch_dir, log);
  const embedded = pools.includes(EMBEDDED_POOL);
  const files = await openFileStore(path.join(data_dir, 'model-files'));
  const running = runJobs({
    name: 'worker',
    jobs: httpJobs({
      url,
      token,
      pools: () => own.open(pools),
      slots,
      runs: [...(embedded ? ['house', 'onnx'] : []), 'pull'],
      features,
      vram_gib,
      files,
      log,
    }),
    engine: own.engine,
    slots,
    poll_ms: POLL_MS,
    log,
  });
  return {
    drain: running.drain,
    async stop() {
      await running.stop();
      await own.engine.close();
    },
  };
}

type Engines = { engine: Engine; open(pools: readonly string[]): Promise<readonly string[]> };

const givenEngine = (engine: Engine): Engines => ({ engine, open: async (pools) => pools });

/**
 * For our own pool the same engines as ours: house models and, in a sandbox, files of others. For pools that others
 * fetch from, the engines of this machine.
 */
function ownEngines(
  { pools, slots, endpoints = [], models = [] }: PullWorkerOptions,
  scratch_dir: string,
  log: Log,
): Engines {
  const children = { children: slots, scratch_dir };
  const desk = createDesk({ ...children, log: (line) => log.warn({ desk: line }, 'desk') });
  const local = createLocalEngines({ endpoints, models, desk, log });
  const say = (line: string) => log.warn({ engine: line }, 'engine');
  const embedded = pools.includes(EMBEDDED_POOL) && {
    house: createEngine({ ...children, log: say }),
    onnx: createSandboxEngine({
      children: slots,
      scratch_dir: path.join(scratch_dir, 'sandbox'),
      desk,
      log: say,
    }),
  };
  const engine = engineOutOf({ ...embedded, pull: local.engine });
  return {
    engine: {
      run: engine.run,
      async close() {
        await engine.close();
        await desk.close();
      },
    },
    open: local.open,
  };
}
