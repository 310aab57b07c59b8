import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { type Act, json, type Peer, PICTURE, type Request, standUp, TOKEN } from './peer.ts';

/** `POST /v1/images/generations` as the API reference of OpenAI has it, with its stream of partial images. */
export async function startOpenaiImages(): Promise<Peer> {
  const stopped: string[] = [];
  const ran: unknown[] = [];
  const ground = await standUp(handle);
  return { ...ground, url: `${ground.origin}/v1`, stopped, ran };

  async function handle(request: Request): Promise<void> {
    const { method, path, answer, authorization } = request;
    if (path === '/files/picture.png')
      return void answer.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE);
    if (authorization !== `Bearer ${TOKEN}`)
      return refuse(answer, 401, `Incorrect API key provided: ${authorization}`, 'invalid_api_key', null);
    if (method === 'GET' && path === '/v1/models') return json(answer, 200, { object: 'list', data: [] });
    if (method === 'POST' && path === '/v1/images/generations') return generate(request);
    return refuse(answer, 404, 'Unknown request URL', 'unknown_url', null);
  }

  async function generate({ body, answer, authorization }: Request): Promise<void> {
    const asked = body as Record<string, unknown>;
    const { prompt, size, stream, response_format, model } = asked;
    if (typeof prompt !== 'string') return refuse(answer, 400, 'Missing required parameter.', null, 'prompt');
    if (typeof size === 'string' && !/^(96x64|1024x1024)$/.test(size))
      return refuse(
        answer,
        400,
        `Invalid value: '${size}'. Supported values are: '1024x1024'.`,
        'invalid_value',
        'size',
      );
    const extra = Object.keys(asked).find((field) => !FIELDS.has(field));
    if (extra) return refuse(answer, 400, `Unknown parameter: '${extra}'.`, 'unknown_parameter', extra);
    if (String(model).startsWith('gpt-image') && response_format)
      return refuse(
        answer,
        400,
        "Unknown parameter: 'response_format'.",
        'unknown_parameter',
        'response_format',
      );
    const act = ground.act();
    if (act.does === 'is busy') return refuse(answer, 429, 'Rate limit reached', 'rate_limit_exceeded', null);
    if (act.does === 'sends elsewhere') return void answer.writeHead(307, { location: act.address }).end();
    if (act.does === 'answers garbage') return json(answer, 200, '{"data": "none"}');
    ran.push(asked);
    if (act.does === 'dies') return void answer.destroy();
    if (act.does === 'hangs') {
      const gone = new AbortController();
      answer.on('close', () => gone.abort());
      await sleep(60_000, undefined, { signal: gone.signal }).catch(() => stopped.push(String(asked.user)));
      return;
    }
    if (act.does === 'fails')
      return refuse(answer, 500, `${act.message} ${authorization}`, 'server_error', null);
    if (act.does === 'refuses for content')
      return refuse(
        answer,
        400,
        'Your request was rejected by the safety system.',
        'moderation_blocked',
        null,
      );
    if (stream === true) return partials(answer, act);
    await sleep(act.does === 'succeeds' ? (act.step_ms ?? 5) : 5);
    if (act.does === 'points to') return json(answer, 200, { created: 1, data: [{ url: act.address }] });
    json(answer, 200, { created: 1, data: [{ b64_json: pictureOf(act) }] });
  }

  async function partials(answer: ServerResponse, act: Act): Promise<void> {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = (type: string, more: object) =>
      answer.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    const { preview = PICTURE } = act.does === 'succeeds' ? act : {};
    for (let index = 0; index < 2; index++) {
      await sleep(5);
      say('image_generation.partial_image', {
        b64_json: Buffer.from(preview).toString('base64'),
        partial_image_index: index,
      });
    }
    await sleep(5);
    say('image_generation.completed', { b64_json: pictureOf(act), usage: {} });
    answer.end();
  }
}

const FIELDS = new Set(
  ['prompt', 'model', 'n', 'size', 'stream', 'partial_images', 'response_format', 'user'].concat([
    'quality',
    'style',
    'background',
    'moderation',
    'output_format',
    'output_compression',
  ]),
);

function pictureOf(act: Act): string {
  if (act.does === 'gives a file of') return Buffer.alloc(act.bytes, 1).toString('base64');
  const [file = PICTURE] = act.does === 'succeeds' ? (act.files ?? []) : [];
  return Buffer.from(file).toString('base64');
}

function refuse(
  answer: ServerResponse,
  status: number,
  message: string,
  code: string | null,
  param: string | null,
) {
  const type = status === 400 ? 'invalid_request_error' : 'api_error';
  json(answer, status, { error: { message, type, param, code } });
}
