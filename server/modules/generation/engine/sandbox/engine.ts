import { mkdirSync, readFileSync } from 'node:fs';
import type { Desk } from '../../desk/index.ts';
import { ConfinedChild, type Ending, peakIn } from '../child-process.ts';
import { type Confinement, inForce, ROOT } from '../confine.ts';
import { cancelled, crashed, failureOf } from '../failures.ts';
import { noteSent, readFiles } from '../files.ts';
import type { Engine, EngineFailure, EngineJob, EngineResult, RunOptions, Runtime } from '../types.ts';
import { sandboxConfinement } from './confinement.ts';
import { believable, checkRaw, failureFrom } from './answers.ts';
import { Manifest } from './manifest.ts';
import type { SandboxResult } from './protocol.ts';
import { openSandboxes, type Sandbox, type SandboxesOptions } from './sandboxes.ts';

export type SandboxOptions = Omit<SandboxesOptions, 'confinement'> & {
  /** encodes what the networks made */
  desk: Desk;
  confinement?: Confinement;
};

/** What a receipt must name: the same seed gives the same bytes on the same of these. */
const RUNTIME: Runtime = {
  name: 'onnxruntime-web',
  version: versionOf('onnxruntime-web'),
  provider: 'wasm',
  arch: 'wasm32',
};
const CANCEL_GRACE_MS = 400;
const ENCODE_MS_MAX = 120_000;
const RAW_BYTES_MAX = 200_000_000;

/**
 * Runs ONNX files that creators uploaded (binding `onnx`). A process computes for one release only, so that two
 * creators' files never meet, and gives back plain pixels or samples, which the desk encodes in processes of its own.
 */
export function createSandboxEngine(options: SandboxOptions): Engine {
  const { children, scratch_dir, desk, log = () => {} } = options;
  const confinement = () => options.confinement ?? sandboxConfinement();
  const sandboxes = openSandboxes({ ...options, confinement });
  mkdirSync(scratch_dir, { recursive: true });
  let announced = false;
  let runs = 0;
  return { run, close: sandboxes.close };

  async function run(job: EngineJob, run: RunOptions): Promise<EngineResult> {
    if (!announced) log(`sandbox for ${children} at once: ${inForce(confinement())}`);
    announced = true;
    const manifest = Manifest.safeParse(
      'manifest' in job.release.binding ? job.release.binding.manifest : null,
    );
    if (!manifest.success) return invalid('the release has no manifest that is valid');
    const end = Date.now() + job.limits.wall_ms_max;
    const made = await sandboxes.withChild(keyOf(job), run.signal, (child) =>
      compute(child, job, manifest.data, run),
    );
    if (!made) return cancelled();
    if (!made.ok) return made;
    const encoded = await desk.do(
      'encode',
      { raw: made.raw, output_bytes_max: job.limits.output_bytes_max },
      { wall_ms_max: Math.max(1, Math.min(ENCODE_MS_MAX, end - Date.now())), signal: run.signal },
    );
    if (!encoded.ok) return encoded;
    const { inference_ms, memory_bytes_peak } = made;
    return {
      ...{ ok: true, outputs: encoded.value, inference_ms, runtime: RUNTIME },
      ...(memory_bytes_peak !== undefined && { memory_bytes_peak }),
    };
  }

  async function compute(
    child: Sandbox,
    job: EngineJob,
    manifest: Manifest,
    { signal, onEvent }: RunOptions,
  ): Promise<SandboxResult> {
    if (!(await child.ready)) return crashed('the sandbox did not start');
    const files = await readFiles(job.release, child, 'model_invalid');
    if (!Array.isArray(files)) return files;
    const { input, seed, limits } = job;
    noteSent(child, files);
    const ending = await child.run(
      { type: 'run', run: ++runs, files, manifest, input, seed, raw_bytes_max: RAW_BYTES_MAX },
      { wall_ms_max: limits.wall_ms_max, signal, cancel_grace_ms: CANCEL_GRACE_MS },
      (event) => {
        const told = believable(event);
        if (told) onEvent(told);
      },
    );
    return resultOf(ending, limits.wall_ms_max);
  }
}

function versionOf(library: string): string {
  const about: unknown = JSON.parse(readFileSync(`${ROOT}node_modules/${library}/package.json`, 'utf8'));
  return typeof about === 'object' && about !== null && 'version' in about
    ? String(about.version)
    : 'unknown';
}

/** A network that ends its own process does so again: that is not tried once more. */
function resultOf(ending: Ending<SandboxResult>, wall_ms_max: number): SandboxResult {
  if (ending.type === 'exit') {
    const failure = failureOf(ending);
    const message = `the network ended its own process (${ending.signal ?? `code ${ending.code}`})`;
    return failure.code === 'engine_crashed'
      ? { ok: false, code: 'model_error', message, retryable: false }
      : failure;
  }
  if (ending.type !== 'end') return failureOf(ending);
  const { result } = ending;
  if (!result.ok) return failureFrom(result);
  const trouble = checkRaw(result.raw);
  if (trouble) return { ok: false, code: 'output_rejected', message: trouble, retryable: false };
  const inference_ms = Math.min(wall_ms_max, Math.max(0, Number(result.inference_ms) || 0));
  return { ok: true, raw: result.raw, inference_ms, ...peakIn(ending) };
}

const keyOf = ({ release }: EngineJob): string =>
  release.files
    .map(({ role, sha256 }) => `${role} ${sha256}`)
    .toSorted()
    .join('\n');

const invalid = (message: string): EngineFailure => ({
  ok: false,
  code: 'model_invalid',
  message,
  retryable: false,
});

/** From asking for a process to it being ready for a model, in milliseconds: nothing kept warm. */
export async function startSandboxOnce(scratch_dir: string): Promise<number> {
  mkdirSync(scratch_dir, { recursive: true });
  const confinement = sandboxConfinement();
  const asked = performance.now();
  const child: Sandbox = new ConfinedChild(scratch_dir, confinement);
  const ready = await child.ready;
  const ms = performance.now() - asked;
  child.kill();
  await child.gone;
  if (!ready) throw new Error('the sandbox did not start');
  return ms;
}
