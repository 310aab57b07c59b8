import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Act, bar, json, type Peer, PICTURE, type Request, standUp, TOKEN } from './peer.ts';

type Prediction = {
  id: string;
  status: 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  input: unknown;
  output: unknown;
  error: string | null;
  logs: string;
  stop: AbortController;
  ended: Promise<void>;
};

/** The HTTP API of replicate.com (v1) as its reference and its own client have it. */
export async function startReplicate(): Promise<Peer> {
  const predictions = new Map<string, Prediction>();
  const files: Uint8Array[] = [];
  const stopped: string[] = [];
  const ran: unknown[] = [];
  const ground = await standUp(handle);
  return { ...ground, url: `${ground.origin}/v1`, stopped, ran };

  async function handle(request: Request): Promise<void> {
    const { method, path, answer, authorization } = request;
    const [, file] = /^\/files\/(\d+)$/.exec(path) ?? [];
    // what was made lies open under an address that nobody guesses, and with no token
    if (file) return void answer.writeHead(200, { 'content-type': 'image/png' }).end(files[Number(file)]);
    if (authorization !== `Bearer ${TOKEN}`)
      return problem(answer, 401, 'You did not pass a valid authentication token');
    if (path === '/v1/account') return json(answer, 200, { type: 'user', username: 'peer' });
    if (method === 'POST' && /^\/v1\/(models\/[\w-]+\/[\w-]+\/)?predictions$/.test(path))
      return create(request);
    const [, id = '', act] = /^\/v1\/predictions\/(\w+)(\/cancel)?$/.exec(path) ?? [];
    const prediction = predictions.get(id);
    if (!prediction) return problem(answer, 404, 'The requested resource could not be found.');
    if (act && method === 'POST') {
      stopped.push(id);
      prediction.stop.abort();
      await prediction.ended;
    }
    json(answer, 200, shown(prediction));
  }

  async function create({ body, raw, answer, authorization }: Request): Promise<void> {
    const { input = {} } = body as { input?: Record<string, unknown> };
    const { prompt, steps } = input;
    if (typeof prompt !== 'string') return problem(answer, 422, '- input: prompt is required');
    if (typeof steps === 'number' && steps > 50)
      return problem(answer, 422, '- input.steps: Must be less than or equal to 50');
    const act = ground.act();
    if (act.does === 'is busy') return problem(answer, 429, 'Request was throttled.');
    if (act.does === 'sends elsewhere') return void answer.writeHead(307, { location: act.address }).end();
    if (act.does === 'answers garbage') return json(answer, 201, '{"id": 7}');
    ran.push(input);
    const prediction: Prediction = {
      ...{
        id: randomBytes(13).toString('hex'),
        status: 'starting',
        input,
        output: null,
        error: null,
        logs: '',
      },
      ...{ stop: new AbortController(), ended: Promise.resolve() },
    };
    prediction.ended = play(prediction, act, authorization);
    predictions.set(prediction.id, prediction);
    if (act.does === 'dies') {
      predictions.delete(prediction.id);
      return json(answer, 201, shown(prediction));
    }
    const [, wait] = /^wait(?:=(\d+))?/.exec(String(raw.headers.prefer ?? '')) ?? [];
    // in the tests' own time a second of waiting is a hundredth
    if (wait) await Promise.race([prediction.ended, sleep(Number(wait) * 10)]);
    json(answer, 201, shown(prediction));
  }

  async function play(prediction: Prediction, act: Act, authorization = ''): Promise<void> {
    await sleep(2);
    prediction.status = 'processing';
    const { signal } = prediction.stop;
    if (act.does === 'hangs') await sleep(60_000, undefined, { signal }).catch(() => {});
    const { steps = 4, step_ms = 5 } = act.does === 'succeeds' ? act : {};
    for (let step = 1; step <= steps && !signal.aborted; step++) {
      await sleep(step_ms, undefined, { signal }).catch(() => {});
      prediction.logs += bar(step, steps);
    }
    if (signal.aborted) return void (prediction.status = 'canceled');
    prediction.status = 'succeeded';
    if (act.does === 'succeeds') prediction.output = (act.files ?? [PICTURE]).map(keep);
    else if (act.does === 'gives a file of') prediction.output = keep(Buffer.alloc(act.bytes, 1));
    else if (act.does === 'points to') prediction.output = act.address;
    else {
      prediction.status = 'failed';
      prediction.error =
        act.does === 'fails'
          ? `${act.message} ${authorization}`
          : 'NSFW content detected. Try another prompt.';
    }
  }

  function keep(file: Uint8Array): string {
    return `${ground.origin}/files/${files.push(file) - 1}`;
  }

  function shown({ id, status, input, output, error, logs }: Prediction) {
    const at = '2026-11-22T12:00:00.000Z';
    const self = `${ground.origin}/v1/predictions/${id}`;
    return {
      ...{ id, status, input, output, error, logs, model: 'peer/painter', version: 'a'.repeat(64) },
      ...{ created_at: at, started_at: at, source: 'api', data_removed: false },
      metrics: status === 'succeeded' ? { predict_time: 0.042 } : {},
      urls: { get: self, cancel: `${self}/cancel`, web: self },
    };
  }
}

function problem(answer: ServerResponse, status: number, detail: string): void {
  json(answer, status, { title: 'Problem', detail, status }, { 'content-type': 'application/problem+json' });
}
