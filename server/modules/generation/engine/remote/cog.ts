import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Binding } from '#api/registry/binding.ts';
import { type Call, type Dialect, type Made, stoppable } from './dialect.ts';
import type { Health } from './endpoint.ts';
import { type Line, parsed } from './http.ts';
import { asDataUrl, withPictures } from './pictures.ts';
import { artifactsOf, glance, inJson, percentIn, renamed } from './outputs.ts';
import { serverSentEvents } from './server-sent-events.ts';
import { away, failed, invalidInput, modelError, Trouble, troubleOf } from './trouble.ts';

type CogCall = Call<Extract<Binding, { kind: 'cog' }>>;

const PROBE_EVERY_MS = 1_000;
const PROBES_FAILED_MAX = 3;
const LOGS_MAX = 20_000;
const STOP_MS_MAX = 1_500;

const Prediction = z.object({
  status: z.enum(['starting', 'processing', 'succeeded', 'failed', 'canceled']),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  logs: z.string().nullish(),
  metrics: z.object({ predict_time: z.number().nonnegative().optional() }).nullish(),
});
type Prediction = z.infer<typeof Prediction>;

const Checkup = z.object({
  status: z.string(),
  version: z.object({ coglet: z.string().optional(), cog: z.string().optional() }).nullish(),
  user_healthcheck_error: z.string().nullish(),
  setup: z.object({ logs: z.string().nullish() }).nullish(),
});

/**
 * Cog tells the end of a prediction only to who holds the request open, or to a webhook. A webhook would
 * need an address of ours that every model container can reach, so the request is held: `PUT` with an id,
 * which is not run twice when it is sent again. Newer servers (coglet) stream it, if the model allows.
 */
export const cog: Dialect<CogCall['binding']> = {
  async make(ordered) {
    const { line, signal, id } = ordered;
    const checkup = await readCheckup(line, signal);
    const health = healthOf(checkup, line);
    if (health.state !== 'ready' && health.state !== 'busy') throw away(`the engine is ${health.state}`);
    const call = await withPictures(ordered, (pictures) => pictures.map(asDataUrl));
    const version = checkup.version?.coglet;
    const prediction = await stoppable(
      signal,
      () => stop(line, id),
      () => (version ? streamed(call) : held(call)),
    );
    return made(call, prediction, version ?? 'python');
  },

  async health(line, signal) {
    return healthOf(await readCheckup(line, signal), line);
  },
};

async function readCheckup(line: Line, signal: AbortSignal) {
  const { status, value } = await line.json('GET', 'health-check', { signal });
  if (status !== 200) throw troubleOf(status, 'no health check at this address');
  const checkup = Checkup.safeParse(value);
  if (!checkup.success) throw away('what answers there is not Cog');
  return checkup.data;
}

function healthOf({ status, user_healthcheck_error, setup }: z.infer<typeof Checkup>, line: Line): Health {
  if (status === 'READY') return { state: 'ready', reason: null };
  if (status === 'BUSY') return { state: 'busy', reason: 'all its slots are taken' };
  if (status === 'STARTING') return { state: 'starting', reason: 'the model is being set up' };
  const why = status === 'SETUP_FAILED' ? setup?.logs?.trim().split('\n').at(-1) : user_healthcheck_error;
  return { state: 'failed', reason: line.clean(`${status}${why ? `: ${why}` : ''}`) };
}

/** On a server in Python (Cog before 0.17) a held request also holds up its whole event loop, up to 0.9. */
async function held(call: CogCall, watch: (done: AbortSignal) => Promise<void> = async () => {}) {
  const { line, signal, job, tell } = call;
  const done = new AbortController();
  const taken = setTimeout(() => tell.started(), PROBE_EVERY_MS);
  try {
    const watching = watch(done.signal);
    const answer = await line.json('PUT', pathOf(call), {
      ...bodyOf(call),
      signal,
      held: true,
      answer_bytes_max: inJson(job.limits.output_bytes_max),
    });
    done.abort();
    await watching;
    return predictionIn(answer.status, answer.value, line);
  } finally {
    clearTimeout(taken);
    done.abort();
  }
}

async function streamed(call: CogCall): Promise<Prediction> {
  const { line, signal } = call;
  const answer = await line.open('PUT', pathOf(call), {
    ...bodyOf(call),
    headers: { accept: 'text/event-stream' },
    signal,
    held: true,
  });
  if (answer.statusCode === 406) {
    answer.resume();
    return held(call, (done) => probe(call, done));
  }
  const type = answer.headers['content-type'] ?? '';
  if (!type.startsWith('text/event-stream'))
    return predictionIn(answer.statusCode ?? 0, await line.read(answer), line);
  try {
    return await follow(call, answer);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Trouble ? error : away('the connection to the engine broke');
  } finally {
    answer.destroy();
  }
}

async function follow(call: CogCall, answer: IncomingMessage): Promise<Prediction> {
  const { job, tell, line } = call;
  let logs = '';
  for await (const { event, data } of serverSentEvents(answer, inJson(job.limits.output_bytes_max) * 2)) {
    const value = parsed(data);
    if (event === 'start') tell.started();
    if (event === 'log') {
      const { data: text } = z.object({ data: z.string() }).catch({ data: '' }).parse(value);
      logs = (logs + text).slice(-LOGS_MAX);
      hear(call, text, logs);
    }
    if (event === 'output') preview(call, value);
    if (event === 'error') break;
    if (event === 'completed') return predictionIn(200, value, line);
  }
  throw away('the connection to the engine broke');
}

/**
 * Asks how it is going: to a `PUT` of a prediction that runs coglet answers with its state before it looks
 * at the input. The input here is one that no model takes, so that nothing starts when it has just ended.
 */
async function probe(call: CogCall, done: AbortSignal): Promise<void> {
  const { line, tell } = call;
  const signal = AbortSignal.any([call.signal, done]);
  let heard = '';
  for (let failed = 0; failed < PROBES_FAILED_MAX && !signal.aborted;) {
    await sleep(PROBE_EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      const headers = { prefer: 'respond-async' };
      const body = { id: call.id, input: 'how is it going?' };
      const { status, value } = await line.json('PUT', pathOf(call), { body, headers, signal });
      const standing = Prediction.safeParse(value);
      if (status !== 202 || !standing.success) {
        failed++;
        continue;
      }
      if (standing.data.status !== 'starting') tell.started();
      const logs = standing.data.logs ?? '';
      if (logs.length > heard.length) hear(call, logs.slice(heard.length), logs);
      heard = logs;
    } catch {
      failed++;
    }
  }
}

function hear({ tell }: CogCall, news: string, logs: string): void {
  const percent = percentIn(logs);
  if (percent !== null) tell.progress(percent, 100, 'Working');
  tell.log(news);
}

function preview({ tell }: CogCall, value: unknown): void {
  const { chunk } = z.object({ chunk: z.string() }).catch({ chunk: '' }).parse(value);
  const seen = chunk.startsWith('data:image/') ? glance(chunk) : null;
  if (seen) tell.preview(seen);
}

function predictionIn(status: number, value: unknown, line: Line): Prediction {
  if (status === 422) throw refusedInput(value, line);
  if (status === 202) throw away('the engine is still at an earlier try of this');
  if (status !== 200) throw troubleOf(status, line.clean(detailIn(value)));
  const prediction = Prediction.safeParse(value);
  if (!prediction.success) throw modelError('the engine answered with something else than a prediction');
  return prediction.data;
}

async function made(call: CogCall, prediction: Prediction, version: string): Promise<Made> {
  const { line, tell } = call;
  tell.started();
  if (prediction.status === 'failed') throw failed(line.clean(prediction.error));
  if (prediction.status !== 'succeeded')
    throw new Trouble('model_error', 'the engine stopped by itself', true);
  const seconds = prediction.metrics?.predict_time;
  return {
    artifacts: await artifactsOf(prediction.output, call),
    inference_ms: seconds === undefined ? null : seconds * 1000,
    runtime: { name: 'cog', version },
  };
}

const Detail = z.object({
  detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })).min(1),
});

/** As FastAPI says it: where, and what. */
function refusedInput(value: unknown, line: Line): Trouble {
  const detail = Detail.safeParse(value);
  if (!detail.success) return invalidInput(line.clean(detailIn(value)) || 'the model refuses this input');
  const { loc, msg } = detail.data.detail[0]!;
  return invalidInput(
    line.clean(`${loc.filter((part) => part !== 'body' && part !== 'input').join('.')}: ${msg}`),
  );
}

const Said = z.object({ detail: z.string().optional(), error: z.string().optional() });
const detailIn = (value: unknown) => {
  const said = Said.safeParse(value);
  return said.success ? (said.data.detail ?? said.data.error ?? '') : '';
};

const pathOf = ({ id }: CogCall) => `predictions/${id}`;
const bodyOf = ({ job, id, binding }: CogCall) => ({
  body: { id, input: renamed({ ...job.input, seed: job.seed }, binding.rename) },
});

const stop = (line: Line, id: string) =>
  line.json('POST', `predictions/${id}/cancel`, { signal: AbortSignal.timeout(STOP_MS_MAX) });
