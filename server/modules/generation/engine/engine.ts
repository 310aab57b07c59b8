import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { InferenceChild, type Ending } from './child-process.ts';
import { CPU_SECONDS_MAX } from './confine.ts';
import type { ModelFile, Usage } from './protocol.ts';
import type { Engine, EngineFailure, EngineJob, EngineResult, RunOptions } from './types.ts';

export type EngineOptions = {
  /** inference processes, kept warm; each computes on one core */
  children: number;
  /** an empty folder for the children to stand in */
  scratch_dir: string;
  log?: (line: string) => void;
  /** a child is replaced after so many runs or when it holds more than so much */
  child_runs_max?: number;
  child_rss_bytes_max?: number;
  /** how long a cancelled child may take to stop by itself */
  cancel_grace_ms?: number;
};

export function createEngine(options: EngineOptions): Engine {
  const log = options.log ?? (() => {});
  const graceMs = options.cancel_grace_ms ?? 1500;
  mkdirSync(options.scratch_dir, { recursive: true });
  const idle: InferenceChild[] = [];
  const busy = new Set<InferenceChild>();
  const waiting: ((child: InferenceChild | null) => void)[] = [];
  let closed = false;
  let runs = 0;
  for (let i = 0; i < options.children; i++) idle.push(startChild());

  return { run, close };

  async function run(job: EngineJob, { signal, onEvent }: RunOptions): Promise<EngineResult> {
    const child = await takeChild(signal);
    if (!child) return cancelled();
    try {
      if (!(await child.ready)) return crashed('the inference process did not start');
      const files = await readFiles(job, child);
      if (!Array.isArray(files)) return files;
      if (signal.aborted) return cancelled();
      await child.limitMemory(job.limits.memory_bytes_max);
      return await execute(child, job, files, { signal, onEvent });
    } finally {
      giveBack(child);
    }
  }

  async function execute(
    child: InferenceChild,
    job: EngineJob,
    files: ModelFile[],
    { signal, onEvent }: RunOptions,
  ): Promise<EngineResult> {
    const { release, input, seed, limits } = job;
    const number = ++runs;
    let why: 'timeout' | 'cancelled' | null = null;
    let grace: NodeJS.Timeout | undefined;
    const deadline = setTimeout(() => {
      why ??= 'timeout';
      child.kill();
    }, limits.wall_ms_max);
    const onAbort = () => {
      why ??= 'cancelled';
      child.cancel(number);
      grace = setTimeout(() => child.kill(), graceMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const ending = await child.run(
        {
          type: 'run',
          run: number,
          modality: release.modality,
          files,
          input,
          seed,
          output_bytes_max: limits.output_bytes_max,
        },
        (event) => why === null && onEvent(event),
      );
      if (ending.type === 'end') wear.set(child, ending.usage);
      if (why === 'cancelled') return cancelled();
      if (why === 'timeout')
        return {
          ok: false,
          code: 'timeout',
          message: `took longer than ${limits.wall_ms_max} ms`,
          retryable: false,
        };
      return ending.type === 'end' ? checkSize(ending.result, limits.output_bytes_max) : diagnose(ending);
    } finally {
      clearTimeout(deadline);
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** First come, first served; null when the signal came first or the engine closed. */
  function takeChild(signal: AbortSignal): Promise<InferenceChild | null> {
    if (signal.aborted || closed) return Promise.resolve(null);
    const spare = idle.pop();
    if (spare) {
      const ready = spare.alive ? spare : startChild(); // one may have died with nothing to do
      busy.add(ready);
      return Promise.resolve(ready);
    }
    return new Promise((resolve) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(take), 1);
        resolve(null);
      };
      const take = (child: InferenceChild | null) => {
        signal.removeEventListener('abort', leave);
        if (child) busy.add(child);
        resolve(child);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(take);
    });
  }

  function giveBack(child: InferenceChild): void {
    busy.delete(child);
    const worn = wornOut(child);
    if (worn) {
      log(`inference process ${child.pid} replaced: ${worn}`);
      child.kill();
    }
    if (closed) return child.kill();
    const next = worn ? startChild() : child;
    const take = waiting.shift();
    if (take) take(next);
    else idle.push(next);
  }

  function wornOut(child: InferenceChild): string | null {
    const usage = wear.get(child);
    if (!child.alive) return 'it ended';
    if (child.runs >= (options.child_runs_max ?? 200)) return `${child.runs} runs`;
    if (usage && usage.rss_bytes > (options.child_rss_bytes_max ?? 700e6))
      return `${usage.rss_bytes} bytes resident`;
    if (usage && usage.cpu_ms > CPU_SECONDS_MAX * 500) return `${usage.cpu_ms} ms of processor time`;
    return null;
  }

  function startChild(): InferenceChild {
    return new InferenceChild(options.scratch_dir);
  }

  async function close(): Promise<void> {
    closed = true;
    for (const leave of waiting.splice(0)) leave(null);
    const all = [...idle.splice(0), ...busy];
    for (const child of all) child.kill();
    await Promise.all(all.map((child) => child.gone));
  }
}

const wear = new WeakMap<InferenceChild, Usage>();

/** The files that the child has not been given yet come with their bytes, checked against their digests. */
async function readFiles(
  { release }: EngineJob,
  child: InferenceChild,
): Promise<ModelFile[] | EngineFailure> {
  const files: ModelFile[] = [];
  for (const { role, path, sha256 } of release.files) {
    if (child.heldFiles.has(sha256)) {
      files.push({ role, sha256 });
      continue;
    }
    const bytes = await readFile(path).catch(() => null);
    if (!bytes) return modelError(`file ${role} of ${release.slug} cannot be read`, true);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      return modelError(`file ${role} of ${release.slug} does not match its digest`, false);
    files.push({ role, sha256, bytes });
  }
  return files;
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

function diagnose(ending: Extract<Ending, { type: 'exit' }>): EngineFailure {
  if (/out of memory|bad_alloc|Cannot allocate|allocation failed|SetPermissions/i.test(ending.stderr))
    return {
      ok: false,
      code: 'out_of_memory',
      message: 'the model needed more memory than it may have',
      retryable: false,
    };
  return crashed(`the inference process ended (${ending.signal ?? `code ${ending.code}`})`);
}

function modelError(message: string, retryable: boolean): EngineFailure {
  return { ok: false, code: 'model_error', message, retryable };
}

function crashed(message: string): EngineFailure {
  return { ok: false, code: 'engine_crashed', message, retryable: true };
}

function cancelled(): EngineFailure {
  return { ok: false, code: 'cancelled', message: 'cancelled', retryable: false };
}
