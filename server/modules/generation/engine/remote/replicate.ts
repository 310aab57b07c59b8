import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Binding } from '#api/registry/binding.ts';
import { type Call, type Dialect, stoppable } from './dialect.ts';
import { asDataUrl, type ReadPicture, withPictures } from './pictures.ts';
import { artifactsOf, inJson, percentIn, renamed } from './outputs.ts';
import { away, failed, modelError, policyBlocked, speaksOfPolicy, Trouble, troubleOf } from './trouble.ts';

type ReplicateCall = Call<Extract<Binding, { kind: 'replicate' }>>;

/** Often at first, for what is quick, and less and less. */
const POLL_MS_MIN = 100;
const POLL_MS_MAX = 1_500;
const POLL_SLOWER = 1.3;
/** For so long its answers may fail before it counts as away. */
const SILENCE_MS_MAX = 20_000;
const STOP_MS_MAX = 3_000;
/** Of all data URLs of one input together; its own client sends no more than 10 MB of them. */
const DATA_URLS_BYTES_MAX = 7_000_000;

const Prediction = z.object({
  id: z.string().regex(/^[\w-]{1,100}$/),
  status: z.enum(['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted']),
  version: z.string().nullish(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  logs: z.string().nullish(),
  metrics: z.object({ predict_time: z.number().nonnegative().optional() }).nullish(),
});
type Prediction = z.infer<typeof Prediction>;

const Problem = z.object({ detail: z.string().optional(), title: z.string().optional() });

export const replicate: Dialect<ReplicateCall['binding']> = {
  async make(ordered) {
    const call = await withPictures(ordered, asTaken);
    const { line, signal, tell } = call;
    const begun = await begin(call);
    let at = begun;
    await stoppable(
      signal,
      () => line.json('POST', `predictions/${begun.id}/cancel`, { signal: AbortSignal.timeout(STOP_MS_MAX) }),
      async () => {
        let pause = POLL_MS_MIN;
        for (let heard = ''; ; at = await standing(call, begun.id)) {
          heard = hear(call, at, heard);
          if (at.status !== 'starting' && at.status !== 'processing') break;
          await sleep(pause, undefined, { signal });
          pause = Math.min(POLL_MS_MAX, pause * POLL_SLOWER);
        }
      },
    );
    tell.started();
    if (at.status === 'failed') throw failed(line.clean(at.error));
    if (at.status !== 'succeeded') throw new Trouble('model_error', 'the engine stopped by itself', true);
    const seconds = at.metrics?.predict_time;
    return {
      artifacts: await artifactsOf(at.output, call),
      inference_ms: seconds === undefined ? null : seconds * 1000,
      runtime: { name: 'replicate', version: line.clean(at.version).slice(0, 64) || 'unknown' },
    };
  },

  async health(line, signal) {
    const { status } = await line.json('GET', 'account', { signal });
    if (status === 200 || status === 404) return { state: 'ready', reason: null };
    throw troubleOf(status, '');
  },
};

/** What is too large to be sent along is fetched by a signed link, for which our media origin must be in its reach. */
function asTaken(pictures: readonly ReadPicture[]): string[] {
  const bytes = pictures.reduce((sum, picture) => sum + picture.bytes.byteLength, 0);
  return pictures.map((picture) => (bytes > DATA_URLS_BYTES_MAX ? picture.url : asDataUrl(picture)));
}

/**
 * Not held open (`Prefer: wait`), and not broken off: only who knows its id can tell it to stop, and what
 * nobody stops is paid for.
 */
async function begin(call: ReplicateCall): Promise<Prediction> {
  const { line, job, binding, wall_ms_max } = call;
  const [model, version] = binding.model.split(':');
  const input = renamed({ ...job.input, seed: job.seed }, binding.rename);
  const { status, value } = await line.json('POST', version ? 'predictions' : `models/${model}/predictions`, {
    body: version ? { version, input } : { input },
    // should we be gone by then, it ends all the same
    headers: { 'cancel-after': `${Math.max(5, Math.ceil(wall_ms_max / 1000))}s` },
    signal: new AbortController().signal,
  });
  if (status !== 200 && status !== 201 && status !== 202) throw refused(call, status, value);
  return predictionIn(value);
}

function refused({ line }: ReplicateCall, status: number, value: unknown): Trouble {
  const problem = Problem.catch({}).parse(value);
  const message = line.clean(problem.detail ?? problem.title ?? '');
  return speaksOfPolicy(message) ? policyBlocked() : troubleOf(status, message);
}

/** How it stands. A line that breaks now and then is no reason to begin anew: that would be paid twice. */
async function standing(call: ReplicateCall, id: string): Promise<Prediction> {
  const { line, signal, job } = call;
  const until = performance.now() + SILENCE_MS_MAX;
  const forgotten = away('the engine forgot the job');
  for (;;) {
    try {
      const { status, value } = await line.json('GET', `predictions/${id}`, {
        signal,
        answer_bytes_max: inJson(job.limits.output_bytes_max),
      });
      if (status === 200) return predictionIn(value);
      throw status === 404 ? forgotten : refused(call, status, value);
    } catch (error) {
      signal.throwIfAborted();
      const passing = error instanceof Trouble && error.failure.code === 'runner_unavailable';
      if (!passing || error === forgotten || performance.now() > until) throw error;
      await sleep(POLL_MS_MAX, undefined, { signal });
    }
  }
}

function hear({ tell }: ReplicateCall, { status, logs }: Prediction, heard: string): string {
  if (status !== 'starting') tell.started();
  const percent = percentIn(logs ?? '');
  if (percent !== null) tell.progress(percent, 100, 'Working');
  if (logs && logs.length > heard.length) tell.log(logs.slice(heard.length));
  return logs ?? heard;
}

function predictionIn(value: unknown): Prediction {
  const prediction = Prediction.safeParse(value);
  if (!prediction.success) throw modelError('the engine answered with something else than a prediction');
  return prediction.data;
}
