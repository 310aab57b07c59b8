import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled } from '../failures.ts';
import type { Engine, EngineJob, EngineResult, RunOptions } from '../types.ts';
import { attempt } from './attempt.ts';
import { DIALECTS } from './dialects.ts';
import type { Endpoint, Health } from './endpoint.ts';
import type { Finishing } from './finishing.ts';
import { type Line, openLine } from './http.ts';
import { away, NOT_LET_IN, Trouble } from './trouble.ts';

const HEALTH_MS_MAX = 4_000;
/** A slot rests so long after its engine was found away: else all that waits would be tried in turn, over and over. */
const REST_MS = 1_500;
/** More is no result of these kinds; it would all lie in memory at once. */
const BYTES_MAX = { image: 32_000_000, music: 64_000_000, video: 100_000_000 };

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
  const { endpoints, finishing, log = () => {}, rest_ms = REST_MS } = options;
  const lines = new Map(endpoints.map((endpoint) => [endpoint.name, { endpoint, line: openLine(endpoint) }]));
  const noteHowItIs = noticesOf(log);

  async function run(job: EngineJob, { signal, onEvent }: RunOptions): Promise<EngineResult> {
    const { binding } = job.release;
    const listed = 'endpoint' in binding ? lines.get(binding.endpoint) : undefined;
    if (!listed || !('endpoint' in binding) || listed.endpoint.kind !== binding.kind)
      return away('the engine of this model is not among those that the operator has listed').failure;
    const ordered = { job: limited(job), binding, ...listed };
    const result = await attempt(ordered, { finishing, log }, { signal, onEvent });
    const isAway = !result.ok && result.code === 'runner_unavailable';
    noteHowItIs(listed.endpoint, isAway ? result.message : null);
    if (!isAway) return result;
    await sleep(rest_ms, undefined, { signal }).catch(() => {});
    return signal.aborted ? cancelled() : result;
  }

  return {
    engine: {
      run,
      async close() {
        for (const { line } of lines.values()) line.close();
      },
    },
    endpoints,
    async health(name) {
      const listed = lines.get(name);
      return listed ? healthOf(listed) : { state: 'down', reason: 'it is not listed' };
    },
  };
}

function limited(job: EngineJob): EngineJob {
  const output_bytes_max = Math.min(job.limits.output_bytes_max, BYTES_MAX[job.release.modality]);
  return { ...job, limits: { ...job.limits, output_bytes_max } };
}

/** Says once that an endpoint is away and why, and once that it is back. */
function noticesOf(log: (line: string) => void) {
  const missed = new Map<string, string>();
  return ({ name }: Endpoint, why_away: string | null): void => {
    if (why_away === null) {
      if (missed.delete(name)) log(`${name} is back`);
      return;
    }
    if (missed.get(name) !== why_away) log(`${name}: ${why_away}`);
    missed.set(name, why_away);
  };
}

async function healthOf({ endpoint, line }: { endpoint: Endpoint; line: Line }): Promise<Health> {
  try {
    return await DIALECTS[endpoint.kind].health(line, AbortSignal.timeout(HEALTH_MS_MAX));
  } catch (error) {
    if (error instanceof Trouble)
      return { state: error.message === NOT_LET_IN ? 'failed' : 'down', reason: error.message };
    return { state: 'down', reason: 'the engine does not answer' };
  }
}
