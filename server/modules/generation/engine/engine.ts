import { type ConfinedChild, peakIn } from './child-process.ts';
import { type Confinement, HOUSE } from './confine.ts';
import { cancelled, crashed, failureOf } from './failures.ts';
import { noteSent, readFiles } from './files.ts';
import { createPool } from './pool.ts';
import type { ModelFile, Order } from './protocol.ts';
import type { Engine, EngineEvent, EngineJob, EngineResult, RunOptions } from './types.ts';

type InferenceChild = ConfinedChild<Order, EngineEvent, EngineResult>;

export type EngineOptions = {
  /** inference processes, kept warm; each computes on one core */
  children: number;
  /** an empty folder for the children to stand in */
  scratch_dir: string;
  /** what its children are and may do; the house's own, if not said */
  confinement?: Confinement;
  log?: (line: string) => void;
  /** a child is replaced after so many runs or when it holds more than so much */
  child_runs_max?: number;
  child_rss_bytes_max?: number;
  /** how long a cancelled child may take to stop by itself */
  cancel_grace_ms?: number;
};

export function createEngine(options: EngineOptions): Engine {
  const graceMs = options.cancel_grace_ms ?? 1500;
  const pool = createPool<Order, EngineEvent, EngineResult>({
    ...options,
    confinement: options.confinement ?? HOUSE,
    eager: true,
  });
  let runs = 0;

  return {
    async run(job, { signal, onEvent }) {
      const result = await pool.withChild(signal, async (child) => {
        if (!(await child.ready)) return crashed('the inference process did not start');
        const files = await readFiles(job.release, child, 'model_error');
        if (!Array.isArray(files)) return files;
        if (signal.aborted) return cancelled();
        await child.limitMemory(job.limits.memory_bytes_max);
        return await execute(child, job, files, { signal, onEvent });
      });
      return result ?? cancelled();
    },
    close: pool.close,
  };

  async function execute(
    child: InferenceChild,
    { release, input, seed, limits }: EngineJob,
    files: ModelFile[],
    { signal, onEvent }: RunOptions,
  ): Promise<EngineResult> {
    const { wall_ms_max, output_bytes_max } = limits;
    noteSent(child, files);
    const ending = await child.run(
      { type: 'run', run: ++runs, modality: release.modality, files, input, seed, output_bytes_max },
      { wall_ms_max, signal, cancel_grace_ms: graceMs },
      onEvent,
    );
    if (ending.type !== 'end') return failureOf(ending);
    const result = checkSize(ending.result, output_bytes_max);
    return result.ok ? { ...result, ...peakIn(ending) } : result;
  }
}

function checkSize(result: EngineResult, bytesMax: number): EngineResult {
  if (!result.ok) return result;
  const bytes = result.outputs.reduce((sum, output) => sum + output.bytes.byteLength, 0);
  if (bytes <= bytesMax) return result;
  return {
    ok: false,
    code: 'output_rejected',
    message: `${bytes} bytes of output, ${bytesMax} allowed`,
    retryable: false,
  };
}
