import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { type Act, bar, dataUrl, json, type Peer, PICTURE, type Request, standUp } from './peer.ts';

/**
 * A model behind Cog's HTTP interface, as docs/http.md and routes.rs of replicate/cog at 6110c912 have it
 * (coglet), and as python/cog/server/http.py of v0.9.9 has it (`python`): there a request that is held open
 * holds up the whole event loop.
 */
export type CogServer = 'coglet' | 'coglet, streaming' | 'python';
export type CogPeer = Peer & { health: string };

type Prediction = {
  id: string;
  input: Record<string, unknown>;
  status: 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  output?: unknown;
  error?: string;
  logs: string;
  listeners: ((event: string, data: unknown) => void)[];
  stop: AbortController;
  ended: Promise<void>;
};

const FIELDS = new Set(['prompt', 'seed', 'width', 'height', 'steps', 'weights', 'image']);

export async function startCog(server: CogServer = 'coglet'): Promise<CogPeer> {
  const running = new Map<string, Prediction>();
  const stopped: string[] = [];
  const ran: unknown[] = [];
  const ground = await standUp(handle);
  const peer: CogPeer = {
    ...ground,
    url: ground.origin,
    stopped,
    ran,
    health: 'READY',
    async leave() {
      for (const prediction of running.values()) prediction.stop.abort();
      await ground.leave();
    },
  };
  let loop = Promise.resolve();
  return peer;

  async function handle(request: Request): Promise<void> {
    const { method, path, answer } = request;
    if (server === 'python') await loop;
    if (method === 'GET' && path === '/health-check') return json(answer, 200, checkup());
    const [, id, act] = /^\/predictions\/([\w-]+)(\/cancel)?$/.exec(path) ?? [];
    if (id && act && method === 'POST') return cancel(id, answer);
    if (id && method === 'PUT') return predict(id, request);
    return json(answer, 404, { detail: 'Not Found' });
  }

  function checkup() {
    const status = peer.health === 'READY' && running.size > 0 ? 'BUSY' : peer.health;
    const setup = {
      status: status === 'SETUP_FAILED' ? 'failed' : 'succeeded',
      logs: 'no weights on this disk',
    };
    return server === 'python'
      ? { status, setup }
      : { status, setup, version: { coglet: '0.17.0', python: '3.13.0' } };
  }

  function cancel(id: string, answer: ServerResponse): void {
    const prediction = running.get(id);
    if (!prediction) return json(answer, 404, {});
    prediction.stop.abort();
    return json(answer, 200, {});
  }

  async function predict(id: string, { body, raw, answer }: Request): Promise<void> {
    const streams = (raw.headers.accept ?? '').includes('text/event-stream') && server !== 'python';
    const respondsAtOnce = raw.headers.prefer === 'respond-async';
    const known = running.get(id);
    if (streams && server === 'coglet')
      return json(answer, 406, { error: 'This model does not support streaming responses.' });
    if (known && server !== 'python') {
      if (streams) return stream(known, answer);
      return json(answer, 202, snapshot(known));
    }
    const { input = {} } = body as { input?: Record<string, unknown> };
    const faults = faultsIn(input);
    if (faults.length > 0) return json(answer, 422, { detail: faults });
    if (known) return holdLoop(known, answer);
    if (running.size > 0) return busy(answer);
    if (peer.health !== 'READY') return json(answer, 503, { error: 'Predictor not ready', status: 'failed' });
    const act = ground.act();
    if (act.does === 'is busy') return busy(answer);
    if (act.does === 'sends elsewhere') return void answer.writeHead(307, { location: act.address }).end();
    if (act.does === 'answers garbage') return json(answer, 200, '<html>no prediction</html>');
    const prediction = begin(id, input, act, raw.headers.authorization);
    if (act.does === 'dies') return void answer.destroy();
    if (respondsAtOnce) return json(answer, 202, { id, status: 'starting' });
    if (streams) return stream(prediction, answer);
    if (server === 'python') return holdLoop(prediction, answer);
    answer.on('close', () => letGo(prediction));
    await prediction.ended;
    return json(answer, 200, snapshot(prediction));
  }

  function busy(answer: ServerResponse): void {
    if (server === 'python') return json(answer, 409, { detail: 'Already running a prediction' });
    return json(answer, 409, { error: 'At capacity - all prediction slots busy', status: 'failed' });
  }

  async function holdLoop(prediction: Prediction, answer: ServerResponse): Promise<void> {
    loop = prediction.ended;
    await prediction.ended;
    return json(answer, 200, snapshot(prediction));
  }

  function begin(id: string, input: Record<string, unknown>, act: Act, authorization?: string): Prediction {
    ran.push(input);
    const stop = new AbortController();
    stop.signal.addEventListener('abort', () => stopped.push(id));
    const prediction: Prediction = {
      ...{ id, input, status: 'starting', logs: '', listeners: [], stop },
      ended: Promise.resolve(),
    };
    prediction.ended = play(prediction, act, authorization).then(() => {
      running.delete(id);
      tell(prediction, 'completed', snapshot(prediction));
    });
    running.set(id, prediction);
    return prediction;
  }

  async function play(prediction: Prediction, act: Act, authorization = ''): Promise<void> {
    await sleep(1);
    prediction.status = 'processing';
    tell(prediction, 'start', { id: prediction.id, status: 'processing' });
    const { signal } = prediction.stop;
    if (act.does === 'hangs' || act.does === 'dies')
      await sleep(act.does === 'dies' ? 200 : 60_000, undefined, { signal }).catch(() => {});
    const { steps = 4, step_ms = 5, preview = PICTURE } = act.does === 'succeeds' ? act : {};
    if (act.does === 'shows itself') {
      const over = new AbortController();
      void act.until.then(() => over.abort());
      const signals = { signal: AbortSignal.any([signal, over.signal]) };
      for (; !signals.signal.aborted; await sleep(50, undefined, signals).catch(() => {})) {
        log(prediction, bar(0, steps));
        tell(prediction, 'output', { chunk: dataUrl(preview), index: 0 });
      }
    }
    for (let step = 1; step <= steps && !signal.aborted; step++) {
      await sleep(step_ms, undefined, { signal }).catch(() => {});
      log(prediction, bar(step, steps));
      if (server === 'coglet, streaming' && step < steps)
        tell(prediction, 'output', { chunk: dataUrl(preview), index: step - 1 });
    }
    if (signal.aborted) return void (prediction.status = 'canceled');
    prediction.status = 'succeeded';
    if (act.does === 'succeeds' || act.does === 'shows itself') {
      const outputs = (act.does === 'succeeds' ? (act.files ?? [PICTURE]) : [PICTURE]).map((file) =>
        dataUrl(file),
      );
      prediction.output = outputs.length === 1 ? outputs[0] : outputs;
    } else if (act.does === 'gives a file of') prediction.output = dataUrl(Buffer.alloc(act.bytes, 1));
    else if (act.does === 'points to') prediction.output = act.address;
    else {
      prediction.status = 'failed';
      prediction.error =
        act.does === 'fails'
          ? `${act.message} ${authorization}`
          : 'NSFW content detected. Try another prompt.';
    }
  }

  function log(prediction: Prediction, data: string): void {
    prediction.logs += data;
    tell(prediction, 'log', { source: 'stderr', data });
  }
}

function tell(prediction: Prediction, event: string, data: unknown): void {
  for (const hear of prediction.listeners) hear(event, data);
}

function stream(prediction: Prediction, answer: ServerResponse): void {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  prediction.listeners.push((event, data) => {
    answer.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (event === 'completed') answer.end();
  });
  // nobody listens any more: nobody wants it
  answer.on('close', () => letGo(prediction));
}

function letGo({ status, stop }: Prediction): void {
  if (status === 'starting' || status === 'processing') stop.abort();
}

function snapshot({ id, input, status, output, error, logs }: Prediction) {
  const metrics = status === 'succeeded' ? { predict_time: 0.042 } : {};
  return { id, input, status, output, error, logs, metrics };
}

function faultsIn(input: unknown): { loc: string[]; msg: string; type: string }[] {
  const fault = (field: string, msg: string, type: string) => [{ loc: ['body', 'input', field], msg, type }];
  if (typeof input !== 'object' || input === null)
    return fault('__root__', 'value is not a valid dict', 'type_error.dict');
  const { prompt, steps } = input as { prompt?: unknown; steps?: unknown };
  if (prompt === undefined) return fault('prompt', 'Field required', 'value_error.missing');
  if (typeof prompt !== 'string') return fault('prompt', 'str type expected', 'type_error.str');
  if (typeof steps === 'number' && steps > 50)
    return fault('steps', 'ensure this value is less than or equal to 50', 'value_error.number.not_le');
  for (const field of Object.keys(input))
    if (!FIELDS.has(field)) delete (input as Record<string, unknown>)[field];
  return [];
}
