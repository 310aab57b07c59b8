import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openFileStore } from '../kit/files.ts';
import { createLog } from '../kit/log.ts';
import {
  createDesk,
  createEngine,
  createSandboxEngine,
  type Engine,
  engineOutOf,
} from '../modules/generation/index.ts';
import { httpJobs } from './http-jobs.ts';
import { runJobs } from './run-jobs.ts';

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
  /** Left out: the house's own, which runs whatever its children can. */
  engine?: Engine;
};

const POLL_MS = 1_000;
const RUNS = ['house', 'onnx', 'pull'];
/** It has a sandbox for files of others. */
const OWN_FEATURES = ['onnx'];

/** A worker without a database: it fetches jobs, runs them with an engine as ours, and sends back what comes out. */
export async function startPullWorker(options: PullWorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { url, token, pools, slots, features, vram_gib, data_dir } = options;
  const log = createLog(options.log_level);
  const scratch_dir = path.join(data_dir, 'scratch');
  await mkdir(scratch_dir, { recursive: true });
  const engine =
    options.engine ?? ownEngine(slots, scratch_dir, (line) => log.warn({ engine: line }, 'engine'));
  const files = await openFileStore(path.join(data_dir, 'model-files'));
  const running = runJobs({
    name: 'worker',
    jobs: httpJobs({
      url,
      token,
      pools,
      slots,
      runs: RUNS,
      features: [...OWN_FEATURES, ...features],
      vram_gib,
      files,
      log,
    }),
    engine,
    slots,
    poll_ms: POLL_MS,
    log,
  });
  return {
    async stop() {
      await running.stop();
      await engine.close();
    },
  };
}

/** The same engines as ours: house models and, in a sandbox, files of others. */
function ownEngine(children: number, scratch_dir: string, log: (line: string) => void): Engine {
  const desk = createDesk({ children, scratch_dir, log });
  const house = createEngine({ children, scratch_dir, log });
  const onnx = createSandboxEngine({ children, scratch_dir: path.join(scratch_dir, 'sandbox'), desk, log });
  const engine = engineOutOf({ house, onnx, pull: house });
  return {
    run: engine.run,
    async close() {
      await engine.close();
      await desk.close();
    },
  };
}
