import * as z from 'zod';
import type { Asset, Generation } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import type { GenerationId } from '../ids.ts';
import { refuse } from '../refuse.ts';
import { watchGeneration } from '../views/watch-generation.ts';
import { type Answer, type Call, type Facade, issuesOf, readAs } from './facade.ts';
import { releaseNamed } from './models.ts';
import {
  cancel,
  cancelAbandoned,
  isOver,
  keyOf,
  look,
  progressLine,
  readId,
  refuseEnded,
  secondsOf,
  start,
  untilEnded,
} from './running.ts';

const PREFIX = '/fal';

/**
 * Runs our models for whoever uses the `@fal-ai/client` package: an app is `creator/slug`, a request is a generation.
 * `queue` and `run` stand for the two hosts that the client asks.
 */
export const fal: Facade = {
  prefix: PREFIX,
  routes: [
    { method: 'POST', path: '/queue/:owner/:name', as: 'generation.createGeneration', answer: submit },
    { method: 'POST', path: '/run/:owner/:name', as: 'generation.createGeneration', answer: runAtOnce },
    {
      method: 'GET',
      path: '/queue/:owner/:name/requests/:id/status',
      as: 'generation.getGeneration',
      answer: getStatus,
    },
    {
      method: 'GET',
      path: '/queue/:owner/:name/requests/:id/status/stream',
      as: 'generation.watchGeneration',
      answer: streamStatus,
    },
    {
      method: 'GET',
      path: '/queue/:owner/:name/requests/:id',
      as: 'generation.getGeneration',
      answer: getResult,
    },
    {
      method: 'PUT',
      path: '/queue/:owner/:name/requests/:id/cancel',
      as: 'generation.createCancellation',
      answer: cancelRequest,
    },
  ],
  asError({ status, detail, code, ...more }) {
    const issues = issuesOf(more);
    const says = issues
      ? issues.map(({ path, message }) => ({ loc: locOf(path), msg: message, type: 'value_error' }))
      : detail;
    const [first] = issues ?? [];
    return {
      status,
      json: { detail: says, message: first ? `${first.path}: ${first.message}` : detail, code },
    };
  },
  /** The client's own way past its hosts: a proxy that is told in a header where it would have gone. */
  pathOf(path, headers) {
    if (path !== '/proxy') return path;
    const target = URL.parse([headers['x-fal-target-url'] ?? ''].flat()[0] ?? '');
    if (target?.hostname === 'queue.fal.run') return `/queue${target.pathname}${target.search}`;
    if (target?.hostname === 'fal.run') return `/run${target.pathname}${target.search}`;
    return refuse('UNKNOWN_ROUTE');
  },
};

const locOf = (path: string) => [
  'body',
  ...path.split('.').filter((part) => part !== '' && part !== 'input'),
];

// making ---------------------------------------------------------------------------------------------------

const Input = z.record(z.string(), z.unknown());

async function begin(call: Call): Promise<GenerationId> {
  if (call.query.has('fal_webhook')) refuse('WEBHOOKS_NOT_OFFERED');
  const { owner = '', name = '' } = call.params;
  const release = await releaseNamed(call.context, owner, name);
  const input = readAs(Input, call.body);
  return start(call, { key: keyOf(call.headers), release_id: release.id, input, via: 'fal' });
}

async function submit(call: Call): Promise<Answer> {
  const shown = await look(call, await begin(call));
  const { queue_place } = shown;
  const status = {
    ...linksOf(call.context, shown),
    status: 'IN_QUEUE',
    queue_position: (queue_place ?? 1) - 1,
  };
  return { json: status, headers: named(shown) };
}

/** As long as that client's connection waits by itself. */
const WAIT_MS_MAX = 5 * 60_000;

/** Without the queue nobody but this connection knows of the request: when it closes, the work is cancelled. */
async function runAtOnce(call: Call): Promise<Answer> {
  const id = await begin(call);
  const shown = await untilEnded(call, id, WAIT_MS_MAX);
  if (!isOver(shown)) await cancelAbandoned(call, [id]);
  return { json: resultOf(shown), headers: named(shown) };
}

// looking --------------------------------------------------------------------------------------------------

async function request(call: Call): Promise<Generation> {
  const shown = await look(call, call.params['id'] ?? '');
  const { slug, creator } = shown.model;
  const { owner, name } = call.params;
  return slug === name && creator.handle === owner ? shown : refuse('NOT_FOUND');
}

async function getStatus(call: Call): Promise<Answer> {
  const shown = await request(call);
  const logs = call.query.get('logs') === '1' && shown.progress ? [logOf(call.context, shown.progress)] : [];
  return { json: statusOf(call.context, shown, logs), headers: named(shown) };
}

async function streamStatus(call: Call): Promise<Answer> {
  const shown = await request(call);
  return { events: eventsOf(call, readId(shown.id)), headers: named(shown) };
}

async function* eventsOf(call: Call, id: GenerationId): AsyncGenerator<string, void> {
  const { context, me, gone } = call;
  const withLogs = call.query.get('logs') === '1';
  const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
  let shown = await look(call, id);
  for await (const heard of watchGeneration(context, me, id, gone)) {
    if (heard.type === 'preview') continue;
    if (heard.type === 'state') shown = heard.generation;
    if (heard.type === 'queue') shown = { ...shown, queue_place: heard.queue_place };
    const logs = withLogs && heard.type === 'progress' ? [logOf(context, heard.progress)] : [];
    yield event(statusOf(context, shown, logs));
  }
}

async function getResult(call: Call): Promise<Answer> {
  const shown = await request(call);
  if (!isOver(shown)) refuse('STILL_RUNNING');
  return { json: resultOf(shown), headers: named(shown) };
}

async function cancelRequest(call: Call): Promise<Answer> {
  const shown = await request(call);
  const cancelled = await cancel(call, readId(shown.id));
  return cancelled
    ? { status: 202, json: { status: 'CANCELLATION_REQUESTED' }, headers: named(shown) }
    : {
        status: 400,
        json: { status: 'ALREADY_COMPLETED', detail: 'It has ended already.' },
        headers: named(shown),
      };
}

// showing --------------------------------------------------------------------------------------------------

/** The client takes the id of a request from here. */
const named = ({ id }: Generation) => ({ 'x-fal-request-id': id });

function linksOf({ origins }: Context, { id, model }: Generation) {
  const base = `${origins.public}${PREFIX}/queue/${model.creator.handle}/${model.slug}/requests/${id}`;
  return { request_id: id, response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` };
}

type Log = ReturnType<typeof logOf>;
const logOf = ({ clock }: Context, progress: Parameters<typeof progressLine>[0]) => ({
  message: progressLine(progress),
  level: 'INFO',
  source: 'USER',
  timestamp: clock.now().toISOString(),
});

function statusOf(context: Context, shown: Generation, logs: Log[]) {
  const links = linksOf(context, shown);
  if (isOver(shown)) {
    const error = shown.state === 'succeeded' ? {} : { error: shown.failure?.message ?? shown.state };
    return { ...links, status: 'COMPLETED', logs, metrics: { inference_time: secondsOf(shown) }, ...error };
  }
  const place = shown.queue_place;
  return place === null
    ? { ...links, status: 'IN_PROGRESS', logs }
    : { ...links, status: 'IN_QUEUE', queue_position: place - 1 };
}

/** The files under the names that apps of that kind use. */
function resultOf(shown: Generation) {
  const [first] = shown.assets;
  if (!first) refuseEnded(shown);
  const { seed, input } = shown;
  const prompt = typeof input['prompt'] === 'string' ? input['prompt'] : '';
  const more = { seed, prompt, timings: { inference: secondsOf(shown) } };
  if (first.modality === 'image') return { images: shown.assets.map(fileOf), ...more };
  if (first.modality === 'video') return { video: fileOf(first), ...more };
  const midi = first.companions.find(({ role }) => role === 'midi');
  const score = midi ? { midi_file: { url: midi.url, content_type: midi.mime, file_size: midi.bytes } } : {};
  return { audio_file: fileOf(first), ...score, ...more };
}

function fileOf({ url, mime, bytes, width, height, duration_ms, model, id }: Asset) {
  const extension = new URL(url).pathname.split('.').at(-1) ?? '';
  return {
    url,
    content_type: mime,
    file_name: `${model.slug}-${id.slice(-8)}.${extension}`,
    file_size: bytes,
    ...(width !== null && height !== null && { width, height }),
    ...(duration_ms !== null && { duration: duration_ms / 1000 }),
  };
}
