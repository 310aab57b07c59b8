import { setTimeout as sleep } from 'node:timers/promises';
import type { Binding } from '#api/registry/binding.ts';
import { idOf } from '../../../../ids.ts';
import { cancelled } from '../failures.ts';
import type { Engine, EngineEvent, EngineFailure, EngineJob, EngineResult, RunOptions } from '../types.ts';
import { cog } from './cog.ts';
import { comfyui } from './comfyui.ts';
import type { Call, Dialect, Made, Tell } from './dialect.ts';
import type { Endpoint, EndpointKind, Health } from './endpoint.ts';
import type { Finishing } from './finishing.ts';
import { type Line, openLine } from './http.ts';
import { openaiImages } from './openai-images.ts';
import { replicate } from './replicate.ts';
import { away, NOT_LET_IN, Trouble } from './trouble.ts';

const HEALTH_MS_MAX = 4_000;
const LOG_EVERY_MS = 250;
/** A slot rests so long after its engine was found away: else all that waits would be tried in turn, over and over. */
const REST_MS = 1_500;
/** More is no result of these kinds; it would all lie in memory at once. */
const BYTES_MAX = { image: 32_000_000, music: 64_000_000, video: 100_000_000 };

type Outward = Extract<Binding, { endpoint: string }>;
type Dialects = { [K in EndpointKind]: Dialect<Extract<Outward, { kind: K }>> };
const DIALECTS: Dialects = { cog, comfyui, 'openai-images': openaiImages, replicate };

/** The engines outside: one `Engine` for jobs of all their kinds, and how each of them is. */
export type Outside = {
  engine: Engine;
  endpoints: readonly Endpoint[];
  health(name: string): Promise<Health>;
};

export function createOutside(options: {
  endpoints: readonly Endpoint[];
  finishing: Finishing;
  log?: (line: string) => void;
  rest_ms?: number;
}): Outside {
  const { finishing, log = () => {}, rest_ms = REST_MS } = options;
  /** What was last said of an endpoint that was away. */
  const missed = new Map<string, string>();
  const lines = new Map(
    options.endpoints.map((endpoint) => [endpoint.name, { endpoint, line: openLine(endpoint) }]),
  );

  async function run(job: EngineJob, { signal, onEvent }: RunOptions): Promise<EngineResult> {
    const { binding } = job.release;
    const listed = 'endpoint' in binding ? lines.get(binding.endpoint) : undefined;
    if (!listed || !('endpoint' in binding) || listed.endpoint.kind !== binding.kind)
      return away('the engine of this model is not among those that the operator has listed').failure;
    const { endpoint, line } = listed;
    const output_bytes_max = Math.min(job.limits.output_bytes_max, BYTES_MAX[job.release.modality]);
    const limited = { ...job, limits: { ...job.limits, output_bytes_max } };
    const result = await attempt({ job: limited, binding, endpoint, line }, { signal, onEvent });
    if (result.ok || result.code !== 'runner_unavailable') {
      if (missed.delete(endpoint.name)) log(`${endpoint.name} is back`);
      return result;
    }
    if (missed.get(endpoint.name) !== result.message) log(`${endpoint.name}: ${result.message}`);
    missed.set(endpoint.name, result.message);
    await sleep(rest_ms, undefined, { signal }).catch(() => {});
    return signal.aborted ? cancelled() : result;
  }

  async function attempt(
    { job, binding, endpoint, line }: Pick<Call<Outward>, 'job' | 'binding' | 'endpoint' | 'line'>,
    { signal, onEvent }: RunOptions,
  ): Promise<EngineResult> {
    const wall_ms_max = endpoint.wall_ms_max ?? job.limits.wall_ms_max;
    const deadline = AbortSignal.timeout(wall_ms_max);
    const began = performance.now();
    const call = {
      job,
      endpoint,
      line,
      signal: AbortSignal.any([signal, deadline]),
      id: tryId(job),
      wall_ms_max,
    };
    const { tell, hush } = teller(call, finishing, (event) => !call.signal.aborted && onEvent(event));
    try {
      const made = await dialectOf(binding, { ...call, binding, tell });
      const inference_ms = made.inference_ms ?? performance.now() - began;
      const outputs = await finishing.finish(made.artifacts, job, call.signal);
      if (!Array.isArray(outputs)) return ended(outputs);
      const runtime = { ...made.runtime, provider: endpoint.kind, arch: 'outside' };
      return { ok: true, outputs, inference_ms, runtime };
    } catch (error) {
      return ended(error instanceof Trouble ? error.failure : broke(error));
    } finally {
      hush();
    }

    /** What stopped it from outside counts more than what became of it then. */
    function ended(failure: EngineFailure): EngineFailure {
      if (signal.aborted) return cancelled();
      if (!deadline.aborted) return failure;
      return { ok: false, code: 'timeout', message: `took longer than ${wall_ms_max} ms`, retryable: false };
    }

    function broke(error: unknown): EngineFailure {
      if (!call.signal.aborted)
        log(`${endpoint.name}: ${line.clean(error instanceof Error ? error.message : String(error))}`);
      return {
        ok: false,
        code: 'model_error',
        message: 'the engine’s answer made no sense',
        retryable: false,
      };
    }
  }

  return {
    engine: {
      run,
      async close() {
        for (const { line } of lines.values()) line.close();
      },
    },
    endpoints: options.endpoints,
    async health(name) {
      const listed = lines.get(name);
      if (!listed) return { state: 'down', reason: 'it is not listed' };
      const { endpoint, line } = listed;
      try {
        return await DIALECTS[endpoint.kind].health(line, AbortSignal.timeout(HEALTH_MS_MAX));
      } catch (error) {
        if (error instanceof Trouble)
          return { state: error.message === NOT_LET_IN ? 'failed' : 'down', reason: error.message };
        return { state: 'down', reason: 'the engine does not answer' };
      }
    },
  };
}

function dialectOf(binding: Outward, call: Call<Outward>): Promise<Made> {
  switch (binding.kind) {
    case 'cog':
      return DIALECTS.cog.make({ ...call, binding });
    case 'comfyui':
      return DIALECTS.comfyui.make({ ...call, binding });
    case 'openai-images':
      return DIALECTS['openai-images'].make({ ...call, binding });
    case 'replicate':
      return DIALECTS.replicate.make({ ...call, binding });
  }
}

/** The same for each try of a generation: what was sent and not answered is found again, not run again. */
const tryId = ({ generation_id, attempt = 1 }: EngineJob): string =>
  idOf('try', generation_id, String(attempt));

/** Passes on what an engine tells, once and in order, and no more of it than anybody could look at. */
function teller(
  { line, signal }: { line: Line; signal: AbortSignal },
  finishing: Finishing,
  onEvent: (event: EngineEvent) => void,
): { tell: Tell; hush: () => void } {
  let hushed = false;
  let started = false;
  let furthest = '';
  let logged = 0;
  let drawing = false;
  const say = (event: EngineEvent) => {
    if (!hushed) onEvent(event);
  };
  const tell: Tell = {
    started() {
      if (started) return;
      started = true;
      say({ type: 'started' });
    },
    progress(step, total, label) {
      tell.started();
      const now = `${step}/${total} ${label}`;
      if (now === furthest) return;
      furthest = now;
      say({ type: 'progress', step, total, label });
    },
    preview(artifact) {
      // the newest is worth a look, not each of them
      if (drawing || hushed) return;
      drawing = true;
      void finishing.preview(artifact, signal).then((bytes) => {
        drawing = false;
        if (bytes) say({ type: 'preview', mime: 'image/webp', bytes });
      });
    },
    log(text) {
      const now = performance.now();
      if (now - logged < LOG_EVERY_MS) return;
      const last =
        typeof text === 'string'
          ? line.clean(
              text
                .trimEnd()
                .split(/[\r\n]/)
                .at(-1),
            )
          : '';
      if (!last) return;
      logged = now;
      say({ type: 'log', text: last });
    },
  };
  return { tell, hush: () => (hushed = true) };
}
