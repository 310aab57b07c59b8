import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Asset, Generation } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import { makeRendition } from '../flows/make-rendition.ts';
import { startBatch } from '../flows/start-batch.ts';
import { asId, type AssetId, type BatchId, type GenerationId, idOf, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as generation from '../modules/generation/index.ts';
import type * as registry from '../modules/registry/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { modelList } from '../views/models.ts';
import { people } from '../views/people.ts';
import { renditionFor } from '../views/renditions.ts';
import { watchGeneration } from '../views/watch-generation.ts';
import { type Answer, type Call, type Facade, issuesOf, readAs } from './facade.ts';
import { releaseNamed } from './models.ts';
import { cancelAbandoned, cancelAll, isOver, keyOf, refuseEnded, start, untilEnded } from './running.ts';

/** Paints with our image models for whoever uses the `openai` package. */
export const openai: Facade = {
  prefix: '/openai',
  routes: [
    { method: 'POST', path: '/v1/images/generations', as: 'generation.createGeneration', answer: generate },
    { method: 'GET', path: '/v1/models', as: 'registry.listModels', answer: listModels },
    { method: 'GET', path: '/v1/models/:model', as: 'registry.getModel', answer: getModel },
    { method: 'GET', path: '/v1/models/:owner/:name', as: 'registry.getModel', answer: getModel },
  ],
  asError({ status, detail, code, ...more }) {
    const [first] = issuesOf(more) ?? [];
    const message = first ? `${first.path}: ${first.message}` : detail;
    const known = KNOWN[code] ?? { code: code.toLowerCase() };
    const answered = known.status ?? status;
    const headers: Record<string, string> = known.retry === false ? { 'x-should-retry': 'false' } : {};
    const error = {
      message,
      type: known.type ?? typeOf(answered),
      param: first ? first.path.replace(/^input\./, '') : null,
      code: known.code,
    };
    return { status: answered, json: { error }, headers };
  },
};

/** What programs written for that API look at: its own codes, and whether it is of any use to try again. */
const KNOWN: Record<string, { code: string; status?: number; type?: string; retry?: false }> = {
  NOT_SIGNED_IN: { code: 'invalid_api_key' },
  MODEL_UNKNOWN: { code: 'model_not_found' },
  INVALID_INPUT: { code: 'invalid_value', status: 400 },
  PROMPT_REFUSED: { code: 'content_policy_violation', status: 400 },
  PROMPTS_REFUSED_TOO_OFTEN: { code: 'content_policy_violation', retry: false },
  RATE_LIMITED: { code: 'rate_limit_exceeded' },
  INSUFFICIENT_CREDITS: { code: 'insufficient_quota', type: 'insufficient_quota', status: 429, retry: false },
  IDEMPOTENCY_CONFLICT: { code: 'idempotency_conflict', retry: false },
  NOT_PRICED: { code: 'not_priced', retry: false },
  RELEASE_WITHDRAWN: { code: 'release_withdrawn', retry: false },
  RELEASE_ENDED: { code: 'release_ended', retry: false },
  MODEL_PAUSED: { code: 'model_paused', retry: false },
  STORAGE_FULL: { code: 'storage_full', retry: false },
  // paid and in the library: asking again would make and charge another
  RENDITION_FAILED: { code: 'rendition_failed', retry: false },
  RENDITIONS_FULL: { code: 'renditions_full', retry: false },
  GENERATION_FAILED: { code: 'generation_failed', retry: false },
  GENERATION_BLOCKED: { code: 'content_policy_violation', status: 400 },
  STILL_RUNNING: { code: 'still_running', status: 503 },
  GENERATION_CANCELLED: { code: 'generation_cancelled', retry: false },
};

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

// pictures -------------------------------------------------------------------------------------------------

const Wish = z.looseObject({
  model: z.string().min(1).max(200),
  prompt: z.string(),
  n: z.int().min(1).max(8).nullish(),
  size: z
    .string()
    .regex(/^(auto|\d{2,5}x\d{2,5})$/, 'is neither auto nor WIDTHxHEIGHT')
    .nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  output_format: z.enum(['webp', 'png', 'jpeg']).nullish(),
  background: z.enum(['auto', 'opaque'], 'can only be opaque').nullish(),
  stream: z.boolean().nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
  // these say nothing to our models
  quality: z.string().nullish(),
  style: z.string().nullish(),
  moderation: z.string().nullish(),
  output_compression: z.number().nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
});
type Wish = z.infer<typeof Wish>;

/** As long as that client waits by itself. */
const WAIT_MS_MAX = 10 * 60_000;

async function generate(call: Call): Promise<Answer> {
  const wish = readAs(Wish, call.body);
  const release = await imageModel(call.context, wish.model);
  const input = inputOf(release, wish);
  if (!wish.stream) return atOnce(call, wish, release, input);
  if ((wish.n ?? 1) > 1) refuseField('n', 'can only be 1 in a stream');
  return {
    events: eventsOf(call, wish, {
      key: keyOf(call.headers),
      release_id: release.id,
      input,
      via: 'openai',
    }),
  };
}

/** All pictures or none: where one cannot be started, none is. Who leaves without a key of their own takes none. */
async function atOnce(
  call: Call,
  wish: Wish,
  release: registry.Release,
  input: Record<string, unknown>,
): Promise<Answer> {
  const ids = await startAll(call, release.id, wish.n ?? 1, input);
  const shown = await Promise.all(ids.map((id) => untilEnded(call, id, WAIT_MS_MAX)));
  const open = shown.filter((one) => !isOver(one)).map(({ id }) => asId<GenerationId>(id));
  if (open.length > 0) await cancelAbandoned(call, open);
  const assets = shown.flatMap(({ assets }) => assets);
  if (assets.length === 0) refuseEnded(present(shown[0], 'a generation that was started'));
  const [first] = assets;
  const files: Picture[] = [];
  for (const asset of assets) files.push(await pictureOf(call, asset, wish));
  return {
    json: {
      created: Math.floor(call.context.clock.now().getTime() / 1000),
      output_format: formatOf(files[0]?.mime ?? ''),
      size: `${first?.width}x${first?.height}`,
      background: 'opaque',
      data: await Promise.all(
        files.map(async (file) =>
          wish.response_format === 'url' ? { url: file.url } : bytesOf(call.context, file),
        ),
      ),
    },
  };
}

async function startAll(
  call: Call,
  release_id: ReleaseId,
  n: number,
  input: Record<string, unknown>,
): Promise<readonly GenerationId[]> {
  const { context, caller, me } = call;
  const key = keyOf(call.headers);
  if (n === 1) return [await start(call, { key, release_id, input, via: 'openai' })];
  const { ids, refused } = await startBatch(context, me, {
    key,
    batch_id: idOf<BatchId>('openai', me, key),
    board_id: null,
    generations: Array.from({ length: n }, (_, place) => ({ release_id, input: nth(input, place) })),
    spend_first: 'promo',
    api_key_id: caller.api_key_id,
    via: 'openai',
  });
  const [first] = refused;
  if (!first) return ids;
  await cancelAll(call, ids);
  throw first.refusal;
}

/** The same seed for all would paint the same picture over and over. */
const nth = (input: Record<string, unknown>, place: number): Record<string, unknown> =>
  typeof input['seed'] === 'number'
    ? { ...input, seed: (input['seed'] + place) % (generation.SEED_MAX + 1) }
    : input;

/** What is asked for as the model has it: the size in its own fields, and whatever else is not that API's. */
function inputOf({ input_schema }: registry.Release, wish: Wish): Record<string, unknown> {
  const fields = z.record(z.string(), z.unknown()).safeParse(input_schema['properties']).data ?? {};
  const own = Object.entries(wish).filter(([name]) => !(name in Wish.shape));
  const input: Record<string, unknown> = { ...Object.fromEntries(own), prompt: wish.prompt };
  if (!wish.size || wish.size === 'auto') return input;
  const [width, height] = wish.size.split('x').map(Number);
  if ('width' in fields && 'height' in fields) return { ...input, width, height };
  if ('size' in fields && width === height) return { ...input, size: width };
  return refuseField('size', 'this model has no such size: leave it out, or send auto');
}

function refuseField(path: string, message: string): never {
  refuse('INVALID_INPUT', { issues: [{ path, message }] });
}

type Picture = Pick<Asset, 'url' | 'mime' | 'digest'>;
const FORMATS = { webp: 'webp', png: 'png', jpeg: 'jpg' } as const;
const RENDITION_MS_MAX = 60_000;
const RENDITION_AGAIN_MS = 500;

/** The picture itself, or in the format that was asked for: made by the same road as a download of it. */
async function pictureOf({ context, me }: Call, asset: Asset, { output_format }: Wish): Promise<Picture> {
  const format = FORMATS[output_format ?? 'webp'];
  if (!output_format || asset.mime === `image/${output_format}`) return asset;
  const wanted = { asset_id: asId<AssetId>(asset.id), format, side_max: null };
  for (const until = performance.now() + RENDITION_MS_MAX; performance.now() < until;) {
    const room = await makeRendition(context, me, wanted).then(
      () => true,
      (trouble: unknown) => {
        if (trouble instanceof Refusal && trouble.code === 'RENDITIONS_FULL') return false;
        throw trouble;
      },
    );
    if (!room) await sleep(RENDITION_AGAIN_MS);
    else {
      const { file } = await renditionFor(context, me, wanted);
      if (file) return file;
    }
  }
  return refuse('RENDITION_FAILED');
}

async function bytesOf({ media }: Context, { digest }: Picture) {
  const bytes = await readFile(media.pathOf(digest.replace('sha256:', '')));
  return { b64_json: bytes.toString('base64') };
}

const formatOf = (mime: string) => mime.replace('image/', '');

/** Starts with the first event: where there is no room for a stream, nothing has begun. */
async function* eventsOf(
  call: Call,
  wish: Wish,
  started: Parameters<typeof start>[1],
): AsyncGenerator<string, void> {
  const id = await start(call, started);
  const { context, me, gone } = call;
  const created_at = () => Math.floor(context.clock.now().getTime() / 1000);
  const shared = { background: 'opaque', quality: 'auto' };
  let partial_image_index = 0;
  let ended = false;
  yield ': open\n\n';
  try {
    for await (const heard of watchGeneration(context, me, id, gone)) {
      if (heard.type === 'preview' && partial_image_index < (wish.partial_images ?? 0)) {
        const output_format = formatOf(heard.mime);
        const partial = {
          b64_json: heard.base64,
          partial_image_index,
          created_at: created_at(),
          size: 'auto',
        };
        yield event('image_generation.partial_image', { ...partial, ...shared, output_format });
        partial_image_index += 1;
      }
      if (heard.type !== 'state' || !isOver(heard.generation)) continue;
      ended = true;
      const [asset] = heard.generation.assets;
      if (!asset) {
        yield failed(heard.generation);
        continue;
      }
      const file = await pictureOf(call, asset, wish).catch(refusalOf);
      if (file instanceof Refusal) {
        yield troubled({ message: file.message, code: KNOWN[file.code]?.code ?? file.code.toLowerCase() });
        continue;
      }
      yield event('image_generation.completed', {
        ...(await bytesOf(context, file)),
        ...shared,
        created_at: created_at(),
        size: `${asset.width}x${asset.height}`,
        output_format: formatOf(file.mime),
        // no tokens are counted here: what it cost is on the receipt
        usage: {
          total_tokens: 0,
          input_tokens: 0,
          output_tokens: 0,
          input_tokens_details: { text_tokens: 0, image_tokens: 0 },
        },
      });
    }
  } finally {
    if (!ended) await cancelAbandoned(call, [id]);
  }
}

const event = (type: string, data: Record<string, unknown>) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

function failed({ state, failure }: Generation): string {
  const message = failure?.message ?? 'The generation was cancelled.';
  if (failure?.code === 'policy_blocked') return troubled({ message, code: 'content_policy_violation' });
  return troubled({ message, code: state === 'cancelled' ? 'generation_cancelled' : 'generation_failed' });
}

/** In a stream that has begun an error is an event; the client throws it. */
const troubled = (error: { message: string; code: string }) =>
  `event: error\ndata: ${JSON.stringify({ error: { ...error, type: 'server_error', param: null } })}\n\n`;

function refusalOf(trouble: unknown): Refusal {
  if (trouble instanceof Refusal) return trouble;
  throw trouble;
}

// models ---------------------------------------------------------------------------------------------------

/** `slug`, or `creator/slug`. Only pictures are made this way. */
async function imageModel(context: Context, name: string): Promise<registry.Release> {
  const [, owner, slug] = /^(?:([^/]+)\/)?([^/]+)$/.exec(name) ?? [];
  const release = await releaseNamed(context, owner ?? null, slug ?? '');
  return release.modality === 'image' ? release : refuse('MODEL_UNKNOWN');
}

async function listModels({ context }: Call): Promise<Answer> {
  const cards = await modelList(context, { modality: 'image' }, 'popular');
  const used = cards.filter(({ release_id }) => release_id !== null);
  return {
    json: {
      object: 'list',
      data: used.map(({ slug, creator, published_at }) =>
        model(slug, creator.handle, new Date(published_at)),
      ),
    },
  };
}

async function getModel({ context, params }: Call): Promise<Answer> {
  const release = await imageModel(context, params['model'] ?? `${params['owner']}/${params['name']}`);
  const person = await people(context.db, [release.creator_id]);
  return { json: model(release.slug, person(release.creator_id).handle, release.published_at) };
}

const model = (id: string, owned_by: string, at: Date) => ({
  id,
  object: 'model',
  created: Math.floor(at.getTime() / 1000),
  owned_by,
});
