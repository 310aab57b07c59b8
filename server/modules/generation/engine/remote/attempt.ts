import { idOf } from '../../../../ids.ts';
import { cancelled } from '../failures.ts';
import type { EngineFailure, EngineJob, EngineResult, RunOptions } from '../types.ts';
import type { Call } from './dialect.ts';
import { make, type Outward } from './dialects.ts';
import type { Finishing } from './finishing.ts';
import { teller } from './teller.ts';
import { Trouble } from './trouble.ts';

/** One try of a job at the endpoint of its release: made there, taken apart and made anew here. */
export async function attempt(
  ordered: Pick<Call<Outward>, 'job' | 'binding' | 'endpoint' | 'line'>,
  { finishing, log }: { finishing: Finishing; log: (line: string) => void },
  { signal, onEvent }: RunOptions,
): Promise<EngineResult> {
  const { job, endpoint, line } = ordered;
  const wall_ms_max = endpoint.wall_ms_max ?? job.limits.wall_ms_max;
  const deadline = AbortSignal.timeout(wall_ms_max);
  const over = AbortSignal.any([signal, deadline]);
  const began = performance.now();
  const { tell, hush } = teller(
    { line, signal: over },
    finishing,
    (event) => !over.aborted && onEvent(event),
  );
  try {
    const made = await make({ ...ordered, signal: over, id: tryId(job), wall_ms_max, tell });
    const inference_ms = made.inference_ms ?? performance.now() - began;
    const outputs = await finishing.finish(made.artifacts, job, over);
    if (!Array.isArray(outputs)) return ended(outputs);
    const runtime = { ...made.runtime, provider: endpoint.kind, arch: 'outside' };
    return { ok: true, outputs, inference_ms, runtime };
  } catch (error) {
    if (error instanceof Trouble) return ended(error.failure);
    if (!over.aborted)
      log(`${endpoint.name}: ${line.clean(error instanceof Error ? error.message : String(error))}`);
    return ended(NO_SENSE);
  } finally {
    hush();
  }

  /** What stopped it from outside counts more than what became of it then. */
  function ended(failure: EngineFailure): EngineFailure {
    if (signal.aborted) return cancelled();
    if (!deadline.aborted) return failure;
    return { ok: false, code: 'timeout', message: `took longer than ${wall_ms_max} ms`, retryable: false };
  }
}

const NO_SENSE: EngineFailure = {
  ok: false,
  code: 'model_error',
  message: 'the engine’s answer made no sense',
  retryable: false,
};

/** The same for each try of a generation: what was sent and not answered is found again, not run again. */
const tryId = ({ generation_id, attempt = 1 }: EngineJob): string =>
  idOf('try', generation_id, String(attempt));
