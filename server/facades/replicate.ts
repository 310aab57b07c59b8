import * as z from 'zod';
import type { Generation } from '#api/generation/shapes.ts';
import type { ModelCard } from '#api/registry/shapes.ts';
import type { Context } from '../context.ts';
import { accountById, keysOf, nobody } from '../modules/identity/index.ts';
import { asId, type AccountId, type ApiKeyId, type GenerationId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { presentGenerations } from '../views/generations.ts';
import { modelList, modelPage } from '../views/models.ts';
import { pageOf, placeOf } from '../views/paging.ts';
import { watchGeneration } from '../views/watch-generation.ts';
import { type Answer, type Call, type Facade, issuesOf, readAs } from './facade.ts';
import { releaseByVersion, releaseNamed, versionOf, versionsOf } from './models.ts';
import {
  cancel,
  isOver,
  keyOf,
  look,
  progressLine,
  readId,
  secondsOf,
  start,
  untilEnded,
} from './running.ts';

const PREFIX = '/replicate';

/** Runs our models for whoever uses the `replicate` package: predictions are generations, versions are releases. */
export const replicate: Facade = {
  prefix: PREFIX,
  routes: [
    { method: 'POST', path: '/v1/predictions', as: 'generation.createGeneration', answer: createByVersion },
    {
      method: 'POST',
      path: '/v1/models/:owner/:name/predictions',
      as: 'generation.createGeneration',
      answer: createByName,
    },
    { method: 'GET', path: '/v1/predictions', as: 'generation.listGenerations', answer: listPredictions },
    { method: 'GET', path: '/v1/predictions/:id', as: 'generation.getGeneration', answer: getPrediction },
    {
      method: 'POST',
      path: '/v1/predictions/:id/cancel',
      as: 'generation.createCancellation',
      answer: cancelPrediction,
    },
    {
      method: 'GET',
      path: '/v1/streams/:link',
      as: 'generation.watchGeneration',
      answer: streamPrediction,
      link: callerByLink,
    },
    { method: 'GET', path: '/v1/models', as: 'registry.listModels', answer: listModels },
    { method: 'QUERY', path: '/v1/models', as: 'registry.listModels', answer: listModels },
    { method: 'GET', path: '/v1/models/:owner/:name', as: 'registry.getModel', answer: getModel },
    {
      method: 'GET',
      path: '/v1/models/:owner/:name/versions',
      as: 'registry.getModel',
      answer: listVersions,
    },
    {
      method: 'GET',
      path: '/v1/models/:owner/:name/versions/:version',
      as: 'registry.getModel',
      answer: getVersion,
    },
    { method: 'GET', path: '/v1/account', as: 'identity.getMe', answer: getAccount },
  ],
  asError({ status, title, detail, code, ...more }) {
    const issues = issuesOf(more);
    const says = issues ? issues.map(({ path, message }) => `- ${path}: ${message}\n`).join('') : detail;
    const fields = issues?.map(({ path, message }) => ({
      type: 'invalid',
      field: path,
      description: message,
    }));
    return {
      status,
      json: { title, detail: says, status, code, ...(fields && { invalid_fields: fields }) },
    };
  },
};

// making ---------------------------------------------------------------------------------------------------

const Wish = z.looseObject({
  input: z.record(z.string(), z.unknown()).default({}),
  webhook: z.unknown().optional(),
});
const WishByVersion = Wish.extend({ version: z.string().max(200) });
type Wish = z.infer<typeof Wish>;

async function createByName(call: Call): Promise<Answer> {
  const wish = readAs(Wish, call.body);
  const { owner = '', name = '' } = call.params;
  return create(call, wish, await releaseNamed(call.context, owner, name));
}

/** A version may also be written as `owner/name` or `owner/name:version`. */
async function createByVersion(call: Call): Promise<Answer> {
  const wish = readAs(WishByVersion, call.body);
  const [, owner, name, version] = /^([^/:]+)\/([^/:]+)(?::(.+))?$/.exec(wish.version) ?? [];
  if (owner && name && !version) return create(call, wish, await releaseNamed(call.context, owner, name));
  return create(call, wish, await releaseByVersion(call.context, version ?? wish.version));
}

const WAIT_S_MAX = 60;

async function create(call: Call, wish: Wish, release: registry.Release): Promise<Answer> {
  if (wish.webhook !== undefined) refuse('WEBHOOKS_NOT_OFFERED');
  const { input } = wish;
  const key = keyOf(call.headers);
  const id = await start(call, { key, release_id: release.id, input, via: 'replicate' });
  const wait_s = waitOf(call.headers.prefer);
  const shown = wait_s > 0 ? await untilEnded(call, id, wait_s * 1000) : await look(call, id);
  const prediction = await present(call, shown);
  // the client takes whatever is no longer `starting` for the answer, and would not ask again
  const status = wait_s > 0 && !isOver(shown) ? 'starting' : prediction.status;
  return { status: 201, json: { ...prediction, status } };
}

/** `Prefer: wait` or `wait=seconds`; without it nobody waits. */
function waitOf(prefer: string | string[] | undefined): number {
  const [, wait, seconds] =
    /(?:^|[,\s])(wait)(?:=(\d{1,4}))?(?=$|[,;\s])/.exec([prefer ?? ''].flat().join(',')) ?? [];
  if (!wait) return 0;
  return seconds === undefined ? WAIT_S_MAX : Math.min(Math.max(Number(seconds), 1), WAIT_S_MAX);
}

// looking --------------------------------------------------------------------------------------------------

async function getPrediction(call: Call): Promise<Answer> {
  return { json: await present(call, await look(call, call.params['id'] ?? '')) };
}

const PAGE = 100;

async function listPredictions(call: Call): Promise<Answer> {
  const { context, me, query } = call;
  const owner = `predictions ${me}`;
  const before = placeOf(context, owner, query.get('cursor') ?? undefined)?.[0] ?? null;
  const rows = await generation.generationsOfPayer(context.db, me, { before, limit: PAGE + 1 });
  const { shown, next_cursor } = pageOf(context, owner, rows, PAGE, ({ id }) => [id]);
  const generations = await presentGenerations(context, shown);
  const version = await versionsOf(context, generations);
  const next = next_cursor && `${baseOf(context)}/predictions?cursor=${encodeURIComponent(next_cursor)}`;
  return {
    json: {
      previous: null,
      next,
      results: generations.map((shown) => prediction(call, shown, version(shown))),
    },
  };
}

const CANCEL_WAIT_MS = 3_000;

/** Answers how it stands: what had ended already stays as it ended. */
async function cancelPrediction(call: Call): Promise<Answer> {
  const id = readId(call.params['id'] ?? '');
  const cancelled = await cancel(call, id);
  const shown = cancelled ? await untilEnded(call, id, CANCEL_WAIT_MS) : await look(call, id);
  return { json: await present(call, shown) };
}

async function present(call: Call, shown: Generation) {
  const version = await versionsOf(call.context, [shown]);
  return prediction(call, shown, version(shown));
}

const STATUS: Record<Generation['state'], 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled'> = {
  queued: 'starting',
  leased: 'starting',
  running: 'processing',
  delivering: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  expired: 'failed',
  cancelled: 'canceled',
};

function prediction({ context, me, caller: { api_key_id } }: Call, shown: Generation, version: string) {
  const { id, model, input, state, failure, progress, created_at, started_at, ended_at } = shown;
  const base = `${baseOf(context)}/predictions/${id}`;
  const predict_time = secondsOf(shown);
  return {
    id,
    model: `${model.creator.handle}/${model.slug}`,
    version,
    input,
    logs: progress ? `${progressLine(progress)}\n` : '',
    output: state === 'succeeded' ? outputsOf(shown) : null,
    error: isOver(shown) && state !== 'cancelled' ? (failure?.message ?? null) : null,
    status: STATUS[state],
    source: 'api',
    data_removed: false,
    created_at,
    started_at,
    completed_at: ended_at,
    metrics: predict_time === null ? {} : { predict_time },
    urls: {
      get: base,
      cancel: `${base}/cancel`,
      stream: `${baseOf(context)}/streams/${streamLink(context, me, api_key_id, shown.id)}`,
    },
  };
}

/** The file first, then the notes of a piece of music; the same in another format is no other output. */
const outputsOf = ({ assets }: Generation): string[] =>
  assets.flatMap(({ url, companions }) => [
    url,
    ...companions.filter(({ role }) => role === 'midi').map((score) => score.url),
  ]);

const baseOf = ({ origins }: Context) => `${origins.public}${PREFIX}/v1`;

// watching -------------------------------------------------------------------------------------------------

/**
 * The client follows `urls.stream` without its key, so the link itself says whose it is and by which key it was
 * given out: for an hour, and no longer than that key works.
 */
const LINK = 'prediction stream';
const LINK_LIFE_MS = 60 * 60_000;

function streamLink(
  { cursors, clock }: Context,
  me: AccountId,
  api_key_id: ApiKeyId | null,
  id: string,
): string {
  return cursors.seal(LINK, [me, id, String(clock.now().getTime() + LINK_LIFE_MS), api_key_id ?? '']);
}

async function callerByLink(context: Context, { link = '' }: Record<string, string>) {
  const at = context.clock.now();
  const [account_id, , until, key_id] = context.cursors.open(LINK, link) ?? refuse('NOT_SIGNED_IN');
  if (!account_id || Number(until) < at.getTime()) refuse('LINK_EXPIRED');
  const owner_id = asId<AccountId>(account_id);
  const account = (await accountById(context.db, owner_id)) ?? refuse('NOT_SIGNED_IN');
  const keys = await keysOf(context.db, owner_id, at);
  if (!keys.some(({ id }) => id === key_id)) refuse('NOT_SIGNED_IN');
  return { ...nobody, account };
}

async function streamPrediction(call: Call): Promise<Answer> {
  const [, id = ''] = call.context.cursors.open(LINK, call.params['link'] ?? '') ?? [];
  const shown = await look(call, id);
  return { events: eventsOf(call, readId(shown.id)) };
}

async function* eventsOf({ context, me, gone }: Call, id: GenerationId): AsyncGenerator<string, void> {
  let n = 0;
  const event = (name: string, data: string) =>
    `event: ${name}\nid: ${(n += 1)}\n${data.replaceAll(/^/gm, 'data: ')}\n\n`;
  yield ': open\n\n';
  for await (const heard of watchGeneration(context, me, id, gone)) {
    if (heard.type === 'progress') yield event('logs', progressLine(heard.progress));
    if (heard.type !== 'state' || !isOver(heard.generation)) continue;
    const { state, failure } = heard.generation;
    for (const url of outputsOf(heard.generation)) yield event('output', url);
    if (state === 'failed' || state === 'expired') yield event('error', failure?.message ?? 'It failed.');
    yield event(
      'done',
      state === 'succeeded' ? '{}' : `{"reason":"${state === 'cancelled' ? 'canceled' : 'error'}"}`,
    );
  }
}

// models ---------------------------------------------------------------------------------------------------

async function listModels({ context, body }: Call): Promise<Answer> {
  // the client sends the words as a string of JSON under the name of plain text
  const search = typeof body === 'string' ? body.trim().replaceAll(/^"|"$/g, '').slice(0, 100) : '';
  const cards = await modelList(context, search ? { search } : {}, 'popular');
  const used = cards.filter(({ release_id }) => release_id !== null);
  return { json: { previous: null, next: null, results: used.map((card) => model(context, card, null)) } };
}

async function getModel(call: Call): Promise<Answer> {
  const page = await pageOfModel(call);
  const release = page.release_id ? await releaseNamed(call.context, null, page.slug) : null;
  return { json: model(call.context, page, release) };
}

async function listVersions(call: Call): Promise<Answer> {
  const page = await pageOfModel(call);
  const used = page.releases.filter(({ withdrawn_at }) => withdrawn_at === null);
  const releases = await Promise.all(used.map(({ id }) => registry.releaseById(call.context.db, asId(id))));
  return {
    json: { previous: null, next: null, results: releases.flatMap((one) => (one ? [versionFrom(one)] : [])) },
  };
}

async function getVersion(call: Call): Promise<Answer> {
  const page = await pageOfModel(call);
  const release = await releaseByVersion(call.context, call.params['version'] ?? '');
  return { json: release.slug === page.slug ? versionFrom(release) : refuse('RELEASE_UNKNOWN') };
}

async function pageOfModel({ context, caller, params }: Call) {
  const page = await modelPage(context, caller, params['name'] ?? '');
  return page.creator.handle === params['owner'] ? page : refuse('MODEL_UNKNOWN');
}

function model({ origins }: Context, card: ModelCard, release: registry.Release | null) {
  const { slug, summary, creator, generations, cover } = card;
  return {
    url: `${origins.public}/models/${slug}`,
    owner: creator.handle,
    name: slug,
    description: summary,
    visibility: 'public',
    github_url: null,
    paper_url: null,
    license_url: null,
    run_count: generations,
    cover_image_url: cover ? (cover.thumbnail?.url ?? cover.url) : null,
    default_example: null,
    latest_version: release && versionFrom(release),
  };
}

function versionFrom(release: registry.Release) {
  const output = { type: 'array', items: { type: 'string', format: 'uri' }, title: 'Output' };
  return {
    id: versionOf(release),
    created_at: release.published_at.toISOString(),
    cog_version: null,
    openapi_schema: {
      openapi: '3.1.0',
      info: { title: release.title, version: release.version },
      paths: {},
      components: { schemas: { Input: release.input_schema, Output: output } },
    },
  };
}

async function getAccount({ caller }: Call): Promise<Answer> {
  const { handle, display_name } = caller.account ?? refuse('NOT_SIGNED_IN');
  return { json: { type: 'user', username: handle, name: display_name } };
}
