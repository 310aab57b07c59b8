import { createFalClient, type QueueStatus, ValidationError } from '@fal-ai/client';
import OpenAI from 'openai';
import Replicate from 'replicate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facades } from '../../server/facades/index.ts';
import { creditsOf, ended, expectEverythingHolds } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { fails, hangs, type Script, scriptedEngine, succeedsAfter } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

const engine = scriptedEngine();
let world: World;
let member: Member;
let secret: string;
let drift: `${string}/${string}`;

type Member = Awaited<ReturnType<World['member']>>;

beforeAll(async () => {
  world = await startWorld({ engine });
  member = await world.member('lena');
  secret = await keyOf(member, ['read', 'generate']);
  drift = `${(await member.api.registry.getModel({ slug: 'drift' })).creator.handle}/drift`;
});
afterAll(() => world.end());

async function keyOf(person: Member, scopes: ('read' | 'generate')[]): Promise<string> {
  const wish = { name: 'a program', scopes, expires_in_days: 90, password: PASSWORD };
  return (await person.api.identity.createApiKey(wish)).secret;
}

/** Somebody who has spent all but too little for the picture of `BIG`. */
const BIG = { prompt: 'golden silk', width: 1024, height: 1024 };
const SMALL = { prompt: 'golden silk', width: 256, height: 256 };

const replicateOf = (auth: string, url = world.url) =>
  new Replicate({ auth, baseUrl: `${url}/replicate/v1` });
const openaiOf = (apiKey: string, more: { maxRetries?: number } = {}) =>
  new OpenAI({ apiKey, baseURL: `${world.url}/openai/v1`, ...more });
const falOf = (credentials: string, url = world.url) =>
  createFalClient({
    credentials,
    proxyUrl: { url: `${url}/fal/proxy`, when: 'always' },
    retry: { maxRetries: 0 },
  });

/** What a promise was rejected with. */
const refusalOf = (call: PromiseLike<unknown>) =>
  call.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => error,
  );

async function spent<T>(act: () => Promise<T>): Promise<{ result: T; credits: number }> {
  const before = await creditsOf(member);
  const result = await act();
  const after = await creditsOf(member);
  expect(after.held).toBe(0);
  return { result, credits: before.available - after.available };
}

const showsPreviews: Script = async (job, options) => {
  const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .webp()
    .toBuffer();
  for (let n = 0; n < 3; n += 1) options.onEvent({ type: 'preview', mime: 'image/webp', bytes });
  return succeedsAfter(50)(job, options);
};

describe('with the package replicate', () => {
  test('a model is run and waited for, charged once, and its picture can be fetched', async () => {
    const states: string[] = [];
    const { result, credits } = await spent(() =>
      replicateOf(secret).run(drift, { input: SMALL }, ({ status }) => states.push(status)),
    );
    expect(credits).toBe(1);
    expect(states.at(-1)).toBe('succeeded');
    const [url] = result as unknown as string[];
    const picture = await fetch(String(url));
    expect(picture.headers.get('content-type')).toBe('image/webp');
    expect((await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).format).toBe('webp');
  });

  test('over https the files are the client’s own FileOutput', async () => {
    const { origins } = world.context;
    const { media } = origins;
    origins.media = 'https://media.example';
    const replicate = new Replicate({
      auth: secret,
      baseUrl: `${world.url}/replicate/v1`,
      fetch: (url: string | URL | Request, init?: RequestInit) =>
        fetch(url instanceof Request ? url : String(url).replace('https://media.example', media), init),
    });
    const [file] = (await replicate.run(drift, { input: SMALL })) as unknown as [
      { blob(): Promise<Blob>; url(): URL },
    ];
    expect(file.url().hostname).toBe('media.example');
    expect((await file.blob()).type).toBe('image/webp');
    origins.media = media;
  });

  test('a version is run by its id and polled', async () => {
    const replicate = replicateOf(secret);
    const [owner = '', name = ''] = drift.split('/');
    const model = await replicate.models.get(owner, name);
    const version = model.latest_version?.id ?? '';
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(model.latest_version?.openapi_schema).toMatchObject({
      components: { schemas: { Input: { required: ['prompt'] } } },
    });
    expect(await replicate.models.versions.list(owner, name)).toMatchObject({ results: [{ id: version }] });
    expect(await replicate.models.versions.get(owner, name, version)).toMatchObject({ id: version });
    engine.next(succeedsAfter(100));
    const states: string[] = [];
    const { credits } = await spent(() =>
      replicate.run(
        `${drift}:${version}`,
        { input: SMALL, wait: { mode: 'poll', interval: 30 } },
        ({ status }) => states.push(status),
      ),
    );
    expect(credits).toBe(1);
    expect(states.length).toBeGreaterThan(2);
    expect(states.at(-1)).toBe('succeeded');
  });

  test('what takes longer than the request may wait is polled for to its end', async () => {
    engine.next(succeedsAfter(1_200));
    const output = await replicateOf(secret).run(drift, {
      input: SMALL,
      wait: { mode: 'block', timeout: 1, interval: 50 },
    });
    expect(output).toHaveLength(1);
  });

  test('a prediction is made, looked at, listed, cancelled, and not charged', async () => {
    const replicate = replicateOf(secret);
    engine.next(hangs);
    const { credits } = await spent(async () => {
      const made = await replicate.predictions.create({ model: drift, input: { ...SMALL, seed: 7 } });
      await eventually(
        'it runs',
        async () => (await replicate.predictions.get(made.id)).status === 'processing',
      );
      const listed = await replicate.predictions.list();
      expect(listed.results[0]).toMatchObject({ id: made.id, model: drift, input: { seed: 7 } });
      expect(await replicate.predictions.cancel(made.id)).toMatchObject({ status: 'canceled', output: null });
      expect(await replicate.predictions.cancel(made.id)).toMatchObject({ status: 'canceled' });
    });
    expect(credits).toBe(0);
  });

  test('a page follows the other when there are many', async () => {
    const pages: number[] = [];
    const replicate = replicateOf(secret);
    for await (const page of replicate.paginate(replicate.predictions.list)) pages.push(page.length);
    expect(pages.length).toBe(1);
    expect(pages[0]).toBeGreaterThan(3);
  });

  test('a prediction is streamed without a key, by a link that works for nothing else', async () => {
    const replicate = replicateOf(secret);
    engine.next(succeedsAfter(100));
    const events: [string, string][] = [];
    for await (const { event, data } of replicate.stream(drift, { input: SMALL })) events.push([event, data]);
    expect(events.map(([name]) => name).slice(-2)).toEqual(['output', 'done']);
    expect(events.at(-2)?.[1]).toMatch(/^http.*\.webp\?/);
    const made = await replicate.predictions.create({ model: drift, input: SMALL });
    const link = made.urls.stream ?? '';
    // not its last character, of which some bits mean nothing
    const altered = link.replace(/.(?=.{8}$)/, (one) => (one === 'a' ? 'b' : 'a'));
    expect((await fetch(altered)).status).toBe(401);
    expect((await fetch(link.replace('/streams/', '/predictions/'))).status).toBe(401);
    expect((await fetch(link)).status).toBe(200);
    await ended(member, made.id);
    // nor does it outlive the key that it was given to
    const other = await member.api.identity.createApiKey({
      name: 'gone soon',
      scopes: ['read'],
      password: PASSWORD,
    });
    const { urls } = await replicateOf(other.secret).predictions.get(made.id);
    expect((await fetch(urls.stream ?? '')).status).toBe(200);
    await member.api.identity.deleteApiKey({ id: other.api_key.id });
    expect((await fetch(urls.stream ?? '')).status).toBe(401);
    expect((await fetch(link)).status).toBe(200);
  });

  test('what fails throws what failed, streamed or not, and is not charged', async () => {
    engine.next(fails('model_error', { retryable: false }));
    const { credits } = await spent(async () => {
      expect(await refusalOf(replicateOf(secret).run(drift, { input: SMALL }))).toMatchObject({
        message: 'Prediction failed: scripted: model_error',
      });
      engine.next(fails('model_error', { retryable: false }));
      const heard = async () => {
        for await (const _ of replicateOf(secret).stream(drift, { input: SMALL }));
      };
      expect(await refusalOf(heard())).toMatchObject({ message: 'scripted: model_error' });
    });
    expect(credits).toBe(0);
  });

  test('what is wrong is said in the words of that API', async () => {
    const of = async (call: Promise<unknown>) => {
      const error = (await refusalOf(call)) as { name: string; message: string; response: Response };
      expect(error.name).toBe('ApiError');
      const body = /: (\{.*\})\.$/s.exec(error.message)?.[1] ?? '{}';
      return { status: error.response.status, ...(JSON.parse(body) as object) };
    };
    const replicate = replicateOf(secret);
    expect(await of(replicateOf('stk_wrong').run(drift, { input: SMALL }))).toMatchObject({
      status: 401,
      title: 'Sign in first.',
    });
    expect(await of(replicate.run('nobody/drift', { input: SMALL }))).toMatchObject({
      code: 'MODEL_UNKNOWN',
      status: 404,
    });
    expect(await of(replicate.run(`x/y:${'0'.repeat(64)}`, { input: SMALL }))).toMatchObject({ status: 404 });
    expect(await of(replicate.run(drift, { input: { ...SMALL, width: 17, colour: 1 } }))).toMatchObject({
      status: 422,
      invalid_fields: [{ field: 'input.colour' }, { field: 'input.width' }, { field: 'input.width' }],
    });
    expect(
      await of(replicate.predictions.create({ model: drift, input: SMALL, webhook: 'https://a.example/b' })),
    ).toMatchObject({ status: 422, code: 'WEBHOOKS_NOT_OFFERED' });
    expect(await of(replicate.predictions.get('nothing'))).toMatchObject({ status: 404 });
    expect(await of(replicate.files.list())).toMatchObject({ status: 404, code: 'UNKNOWN_ROUTE' });
  });

  test('models are listed and searched, and an account knows its name', async () => {
    const replicate = replicateOf(secret);
    const { results } = await replicate.models.list();
    expect(results.length).toBeGreaterThan(10);
    expect(results).toContainEqual(expect.objectContaining({ owner: drift.split('/')[0], name: 'drift' }));
    const found = await replicate.models.search('silk');
    expect(found.results.length).toBeGreaterThan(0);
    expect(found.results.length).toBeLessThan(results.length);
    expect(await replicate.accounts.current()).toMatchObject({ type: 'user', name: 'lena' });
  });
});

describe('with the package openai', () => {
  test('pictures are painted, one charge each, as bytes or as links', async () => {
    const openai = openaiOf(secret);
    const { result, credits } = await spent(() =>
      openai.images.generate({ model: 'drift', prompt: 'golden silk', size: '256x256', n: 2 }),
    );
    expect(credits).toBe(2);
    expect(result).toMatchObject({ output_format: 'webp', data: [{}, {}] });
    const [first, second] = (result.data ?? []).map(({ b64_json }) => b64_json ?? '');
    expect((await sharp(Buffer.from(first ?? '', 'base64')).metadata()).format).toBe('webp');
    expect(second).not.toBe(first);
    const linked = await openai.images.generate({
      model: drift,
      prompt: 'x',
      size: '256x256',
      response_format: 'url',
    });
    expect((await fetch(linked.data?.[0]?.url ?? '')).status).toBe(200);
  });

  test('a seed beside the fields of that API is the model’s own, and goes on from picture to picture', async () => {
    const seeded = { model: 'drift', prompt: 'x', size: '256x256', n: 2, seed: 41 } as const;
    await openaiOf(secret).images.generate(seeded);
    const { items } = await member.api.generation.listGenerations({ limit: 2 });
    expect(items.map(({ seed }) => seed).toSorted((a, b) => a - b)).toEqual([41, 42]);
  });

  test('a stream shows previews and then the picture', async () => {
    engine.next(showsPreviews);
    const { result, credits } = await spent(async () => {
      const wish = { model: 'drift', prompt: 'x', size: '256x256', stream: true, partial_images: 2 } as const;
      const types: string[] = [];
      for await (const event of await openaiOf(secret).images.generate(wish)) types.push(event.type);
      return types;
    });
    expect(credits).toBe(1);
    expect(result).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
  });

  test('whoever leaves before the end is not charged: nobody could be given the picture', async () => {
    engine.next(hangs, hangs);
    const { credits } = await spent(async () => {
      for (const stream of [false, true]) {
        const leave = new AbortController();
        const wish = { model: 'drift', prompt: 'x', size: '256x256', stream } as const;
        const asked = openaiOf(secret).images.generate(wish, { signal: leave.signal });
        const waiting = asked.then(async (answer) => {
          for await (const _ of answer as AsyncIterable<unknown>);
        });
        const running = await eventually('it runs', async () => {
          const { items } = await member.api.generation.listGenerations({ state: 'running' });
          return items[0];
        });
        leave.abort();
        expect(await refusalOf(waiting.then(() => Promise.reject(new Error('left'))))).toBeInstanceOf(Error);
        expect(await ended(member, running.id)).toMatchObject({ state: 'cancelled', charged_micros: null });
      }
    });
    expect(credits).toBe(0);
  });

  test('sent again with the same idempotency key it is the same picture, paid once', async () => {
    const wish = { model: 'drift', prompt: 'once', size: '256x256' } as const;
    const { result, credits } = await spent(() =>
      Promise.all(
        [1, 2].map(() =>
          openaiOf(secret).images.generate(wish, { headers: { 'Idempotency-Key': 'my-order-1' } }),
        ),
      ),
    );
    expect(credits).toBe(1);
    expect(result[0]?.data).toEqual(result[1]?.data);
    const other = openaiOf(secret).images.generate(
      { ...wish, prompt: 'other' },
      { headers: { 'Idempotency-Key': 'my-order-1' } },
    );
    expect(await refusalOf(other)).toBeInstanceOf(OpenAI.ConflictError);
  });

  test('what is wrong is an error of its own classes, with the codes that programs look for', async () => {
    const paint = (key: string, more: object = {}) =>
      refusalOf(openaiOf(key).images.generate({ model: 'drift', prompt: 'x', size: '256x256', ...more }));
    const wrong = await paint('stk_wrong');
    expect(wrong).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(wrong).toMatchObject({ code: 'invalid_api_key', type: 'authentication_error' });
    const unknown = await paint(secret, { model: 'gpt-image-1' });
    expect(unknown).toBeInstanceOf(OpenAI.NotFoundError);
    expect(unknown).toMatchObject({ code: 'model_not_found' });
    expect(await paint(secret, { model: 'chamber' })).toMatchObject({ code: 'model_not_found' });
    const bad = await paint(secret, { size: '17x17' });
    expect(bad).toBeInstanceOf(OpenAI.BadRequestError);
    expect(bad).toMatchObject({ param: 'width', code: 'invalid_value' });
    expect(await paint(secret, { n: 99 })).toMatchObject({ param: 'n' });
    expect(await paint(secret, { output_format: 'gif' })).toMatchObject({ param: 'output_format' });
    expect(await paint(secret, { background: 'transparent' })).toMatchObject({ param: 'background' });
    engine.next(fails('out_of_memory', { retryable: false }));
    const failed = await paint(secret);
    expect(failed).toBeInstanceOf(OpenAI.InternalServerError);
    expect(failed).toMatchObject({ code: 'generation_failed' });
    engine.next(fails('policy_blocked', { retryable: false }));
    expect(await paint(secret)).toMatchObject({ status: 400, code: 'content_policy_violation' });
    engine.next(fails('model_error', { retryable: false }));
    const stream = await openaiOf(secret).images.generate({ model: 'drift', prompt: 'x', stream: true });
    const heard = async () => {
      for await (const _ of stream);
    };
    expect(await refusalOf(heard())).toBeInstanceOf(OpenAI.APIError);
  });

  test('models are those that paint', async () => {
    const openai = openaiOf(secret);
    const names: string[] = [];
    for await (const { id } of openai.models.list()) names.push(id);
    expect(names).toContain('drift');
    expect(names).not.toContain('chamber');
    expect(await openai.models.retrieve(drift)).toMatchObject({ id: 'drift', owned_by: drift.split('/')[0] });
    expect(await openai.models.retrieve('drift')).toMatchObject({ id: 'drift', object: 'model' });
    expect(await refusalOf(openai.models.retrieve('chamber'))).toBeInstanceOf(OpenAI.NotFoundError);
  });
});

describe('with the package @fal-ai/client', () => {
  test('an app is subscribed to, polled or streamed, and charged once', async () => {
    for (const mode of ['polling', 'streaming'] as const) {
      engine.next(succeedsAfter(150));
      const states: QueueStatus['status'][] = [];
      const { result, credits } = await spent(() =>
        falOf(secret).subscribe(drift, {
          input: { ...SMALL, seed: 5 },
          logs: true,
          ...(mode === 'polling' ? { mode, pollInterval: 30 } : { mode }),
          onQueueUpdate: ({ status }) => states.push(status),
        }),
      );
      expect(credits).toBe(1);
      expect(states.at(-1)).toBe('COMPLETED');
      expect(states).toContain('IN_PROGRESS');
      expect(result.data).toMatchObject({
        images: [{ content_type: 'image/webp', width: 8, height: 8 }],
        seed: 5,
        prompt: 'golden silk',
      });
      expect(await ended(member, result.requestId)).toMatchObject({ state: 'succeeded' });
    }
  });

  test('the client may be pointed here by its own middleware as well', async () => {
    const hosts = { 'https://queue.fal.run': 'queue', 'https://fal.run': 'run' };
    const fal = createFalClient({
      credentials: secret,
      requestMiddleware: (request) => {
        const found = Object.entries(hosts).find(([host]) => request.url.startsWith(host));
        const url = found ? request.url.replace(found[0], `${world.url}/fal/${found[1]}`) : request.url;
        return Promise.resolve({ ...request, url });
      },
    });
    const { data } = await fal.run(drift, { input: SMALL });
    expect(data).toMatchObject({ images: [{ url: expect.stringMatching(/^http/) as string }] });
    const { request_id } = await fal.queue.submit(drift, { input: SMALL });
    await fal.queue.subscribeToStatus(drift, { requestId: request_id, pollInterval: 30 });
    expect(await fal.queue.result(drift, { requestId: request_id })).toMatchObject({ requestId: request_id });
  });

  test('a request is cancelled, and its result says so', async () => {
    const fal = falOf(secret);
    engine.next(hangs);
    const { credits } = await spent(async () => {
      const { request_id: requestId } = await fal.queue.submit(drift, { input: SMALL });
      await eventually(
        'it runs',
        async () => (await fal.queue.status(drift, { requestId })).status === 'IN_PROGRESS',
      );
      expect(await refusalOf(fal.queue.result(drift, { requestId }))).toMatchObject({
        status: 400,
        body: { code: 'STILL_RUNNING' },
      });
      await fal.queue.cancel(drift, { requestId });
      await ended(member, requestId);
      expect(await fal.queue.status(drift, { requestId })).toMatchObject({ status: 'COMPLETED' });
      expect(await refusalOf(fal.queue.result(drift, { requestId }))).toMatchObject({
        status: 409,
        body: { code: 'GENERATION_CANCELLED' },
      });
      expect(await refusalOf(fal.queue.cancel(drift, { requestId }))).toMatchObject({ status: 400 });
    });
    expect(credits).toBe(0);
  });

  test('what is wrong is an ApiError or a ValidationError, field by field', async () => {
    const fal = falOf(secret);
    expect(await refusalOf(falOf('stk_wrong').run(drift, { input: SMALL }))).toMatchObject({
      name: 'ApiError',
      status: 401,
    });
    expect(await refusalOf(fal.run('nobody/drift', { input: SMALL }))).toMatchObject({ status: 404 });
    const bad = await refusalOf(fal.subscribe(drift, { input: { ...SMALL, prompt: '' } }));
    expect(bad).toBeInstanceOf(ValidationError);
    expect((bad as ValidationError).getFieldErrors('prompt')).toHaveLength(1);
    engine.next(fails('model_error', { retryable: false }));
    expect(await refusalOf(fal.run(drift, { input: SMALL }))).toMatchObject({
      status: 500,
      body: { detail: 'scripted: model_error', code: 'GENERATION_FAILED' },
    });
    const hooked = fal.queue.submit(drift, { input: SMALL, webhookUrl: 'https://a.example/b' });
    expect(await refusalOf(hooked)).toMatchObject({ body: { code: 'WEBHOOKS_NOT_OFFERED' } });
    const uploading = fal.storage.upload(new Blob(['x'], { type: 'text/plain' }));
    expect(await refusalOf(uploading)).toMatchObject({ status: 404 });
  });
});

describe('whoever else asks', () => {
  test('somebody else’s prediction does not exist', async () => {
    const stranger = await keyOf(await world.member('mallory'), ['read', 'generate']);
    const { id } = await replicateOf(secret).predictions.create({ model: drift, input: SMALL });
    await ended(member, id);
    const theirs = replicateOf(stranger);
    for (const call of [theirs.predictions.get, theirs.predictions.cancel])
      expect(await refusalOf(call(id))).toMatchObject({ response: { status: 404 } });
    expect((await theirs.predictions.list()).results).toEqual([]);
    const fal = falOf(stranger);
    const calls = [fal.queue.status, fal.queue.result, fal.queue.cancel];
    for (const call of calls)
      expect(await refusalOf(call(drift, { requestId: id }))).toMatchObject({ status: 404 });
    const elsewhere = falOf(secret).queue.result(drift.replace('drift', 'mandala'), { requestId: id });
    expect(await refusalOf(elsewhere)).toMatchObject({ status: 404 });
  });

  test('too few credits: each client throws its own, nothing starts, and nobody tries again in vain', async () => {
    const poor = await world.member('ada');
    const key = await keyOf(poor, ['read', 'generate']);
    const { release_id } = await poor.api.registry.getModel({ slug: 'drift' });
    const quote = await poor.api.generation.createQuote({ release_id: release_id ?? '', input: BIG });
    const affordable = Number(BigInt(quote.available_micros) / BigInt(quote.price_micros));
    for (let n = 0; n < affordable; n += 8)
      await openaiOf(key).images.generate({
        model: 'drift',
        prompt: 'x',
        size: '1024x1024',
        n: Math.min(8, affordable - n),
      });
    const before = await creditsOf(poor);
    const runs = engine.calls.length;
    expect(await refusalOf(replicateOf(key).run(drift, { input: BIG }))).toMatchObject({
      response: { status: 402 },
    });
    const paint = openaiOf(key).images.generate({ model: 'drift', prompt: 'x', size: '1024x1024' });
    const refused = await refusalOf(paint);
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused).toMatchObject({ code: 'insufficient_quota' });
    expect(await refusalOf(falOf(key).run(drift, { input: BIG }))).toMatchObject({ status: 402 });
    // of several pictures none is kept where not all can be paid for
    const small = Math.floor(before.available);
    if (small < 8) {
      const several = { model: 'drift', prompt: 'x', size: '256x256', n: small + 1 } as const;
      expect(await refusalOf(openaiOf(key).images.generate(several))).toMatchObject({
        code: 'insufficient_quota',
      });
    }
    expect(engine.calls.length - runs).toBeLessThan(8);
    await eventually('nothing is held', async () => (await creditsOf(poor)).held === 0);
    expect(await creditsOf(poor)).toEqual(before);
  });

  test('one who waits on too many lines is not given another', async () => {
    const key = await keyOf(await world.member('hal'), ['read', 'generate']);
    engine.next(hangs);
    const leave = new AbortController();
    const headers = {
      authorization: `Bearer ${key}`,
      'idempotency-key': 'one for all',
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ model: 'drift', prompt: 'x', size: '256x256' });
    const wait = { method: 'POST', headers, body, signal: leave.signal };
    const lines = Array.from({ length: 105 }, () => fetch(`${world.url}/openai/v1/images/generations`, wait));
    let refused = 0;
    const answered = lines.map((line) =>
      line.then(
        ({ status }) => void (refused += Number(status === 429)),
        () => {},
      ),
    );
    await eventually('five are sent away', async () => refused === 5);
    leave.abort();
    await Promise.all(answered);
    expect(refused).toBe(5);
    // who sent a key of their own may leave, and come again
    const { items } = (await (await fetch(`${world.url}/api/v1/generations`, { headers })).json()) as {
      items: { id: string; state: string }[];
    };
    expect(items).toMatchObject([{ state: 'running' }]);
    await fetch(`${world.url}/replicate/v1/predictions/${items[0]?.id}/cancel`, { method: 'POST', headers });
  });

  test('too many requests: each client throws its own, and is told how long to wait', async () => {
    const key = await keyOf(await world.member('otto'), ['read', 'generate']);
    const headers = { authorization: `Bearer ${key}` };
    const ask = () => fetch(`${world.url}/replicate/v1/predictions`, { method: 'POST', headers });
    await ask();
    const answers = await Promise.all(Array.from({ length: 244 }, ask));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(5);
    expect(await limited[0]?.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const refused = await refusalOf(
      openaiOf(key, { maxRetries: 0 }).images.generate({ model: 'drift', prompt: 'x' }),
    );
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused).toMatchObject({ code: 'rate_limit_exceeded' });
    expect(
      Number((refused as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after')),
    ).toBeGreaterThan(0);
    // the same room for all of them
    expect(await refusalOf(falOf(key).run('none/none', { input: {} }))).toMatchObject({ status: 429 });
  });
});

/** Every route of theirs, and the endpoint of ours whose policy it keeps. */
const ROUTES = {
  'POST /replicate/v1/predictions': 'generation.createGeneration',
  'POST /replicate/v1/models/:owner/:name/predictions': 'generation.createGeneration',
  'GET /replicate/v1/predictions': 'generation.listGenerations',
  'GET /replicate/v1/predictions/:id': 'generation.getGeneration',
  'POST /replicate/v1/predictions/:id/cancel': 'generation.createCancellation',
  'GET /replicate/v1/streams/:link': 'generation.watchGeneration',
  'GET /replicate/v1/models': 'registry.listModels',
  'QUERY /replicate/v1/models': 'registry.listModels',
  'GET /replicate/v1/models/:owner/:name': 'registry.getModel',
  'GET /replicate/v1/models/:owner/:name/versions': 'registry.getModel',
  'GET /replicate/v1/models/:owner/:name/versions/:version': 'registry.getModel',
  'GET /replicate/v1/account': 'identity.getMe',
  'POST /openai/v1/images/generations': 'generation.createGeneration',
  'GET /openai/v1/models': 'registry.listModels',
  'GET /openai/v1/models/:model': 'registry.getModel',
  'GET /openai/v1/models/:owner/:name': 'registry.getModel',
  'POST /fal/queue/:owner/:name': 'generation.createGeneration',
  'POST /fal/run/:owner/:name': 'generation.createGeneration',
  'GET /fal/queue/:owner/:name/requests/:id/status': 'generation.getGeneration',
  'GET /fal/queue/:owner/:name/requests/:id/status/stream': 'generation.watchGeneration',
  'GET /fal/queue/:owner/:name/requests/:id': 'generation.getGeneration',
  'PUT /fal/queue/:owner/:name/requests/:id/cancel': 'generation.createCancellation',
};
const NEEDS_GENERATE = new Set(['generation.createGeneration', 'generation.createCancellation']);

describe('every route of theirs', () => {
  const send = (route: string, headers: { authorization?: string; cookie?: string; origin?: string }) => {
    const [method = '', path = ''] = route.split(' ');
    const body = method === 'GET' ? null : '{}';
    const where = path.replaceAll(/:\w+/g, 'x').replace('x/x', drift);
    return fetch(`${world.url}${where}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
  };

  test('is in the table, and keeps the policy of an endpoint of ours', () => {
    const routes = facades.flatMap(({ prefix, routes }) =>
      routes.map(({ method, path, as }) => [`${method} ${prefix}${path}`, as] as const),
    );
    expect(Object.fromEntries(routes)).toEqual(ROUTES);
  });

  test.each(Object.keys(ROUTES))('asks for a key that works: %s', async (route) => {
    const { cookies } = member;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const headers of [{}, { authorization: 'Bearer stk_wrong' }, { authorization: 'Key' }]) {
      const answer = await send(route, headers);
      expect(answer.status, JSON.stringify(headers)).toBe(401);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    // a page's cookie is no key
    expect((await send(route, { cookie, origin: world.url })).status).toBe(401);
  });

  test('that changes something wants a key that may generate, and every other one that may read', async () => {
    const reader = await keyOf(member, ['read']);
    const generator = await keyOf(member, ['generate']);
    for (const [route, as] of Object.entries(ROUTES)) {
      if (route.includes('/streams/')) continue;
      const [may, mayNot] = NEEDS_GENERATE.has(as) ? [generator, reader] : [reader, generator];
      expect((await send(route, { authorization: `Token ${mayNot}` })).status, route).toBe(403);
      expect([401, 403], route).not.toContain((await send(route, { authorization: `Key ${may}` })).status);
    }
  });

  test('takes no oversized, malformed or foreign body, and knows nothing beside itself', async () => {
    const post = (body: string, type = 'application/json') =>
      fetch(`${world.url}/openai/v1/images/generations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': type },
        body,
      }).then(async (answer) => [
        answer.status,
        ((await answer.json()) as { error: { code: string } }).error.code,
      ]);
    expect(await post('{')).toEqual([400, 'malformed_json']);
    expect(await post('{}', 'text/html')).toEqual([415, 'unsupported_media_type']);
    expect(await post(JSON.stringify({ prompt: 'x'.repeat(100_001) }))).toEqual([413, 'body_too_large']);
    expect(await post('{"model":"drift","prompt":"\\u0000"}')).toEqual([400, 'invalid_value']);
    for (const path of [
      '/openai/v1/chat/completions',
      '/fal/proxy',
      '/replicate/v1/%ff',
      '/fal/queue/a/b/c/d/e',
    ])
      expect(
        (await fetch(`${world.url}${path}`, { headers: { authorization: `Bearer ${secret}` } })).status,
      ).toBe(404);
    for (const path of [
      '/replicate/v1/models/a/%00',
      '/replicate/v1/models/%00/drift',
      '/fal/queue/a/b/requests/%00',
      '/replicate/v1/predictions?cursor=%00',
      '/openai/v1/models/%00',
    ]) {
      const answer = await fetch(`${world.url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
      expect([400, 404, 422], path).toContain(answer.status);
    }
    const target = { 'x-fal-target-url': 'http://169.254.169.254/latest', authorization: `Key ${secret}` };
    expect((await fetch(`${world.url}/fal/proxy`, { headers: target })).status).toBe(404);
  });
});

test('in the end everything holds', async () => {
  await expectEverythingHolds(world);
});

describe('with the engine of the house', () => {
  let real: World;
  let key: string;
  let maker: Member;
  beforeAll(async () => {
    real = await startWorld();
    maker = await real.member('rosa');
    key = await keyOf(maker, ['read', 'generate']);
  });
  afterAll(() => real.end());

  const appOf = async (slug: string): Promise<`${string}/${string}`> =>
    `${(await maker.api.registry.getModel({ slug })).creator.handle}/${slug}`;

  test(
    'a film by replicate, a piece of music by fal, a picture by openai: each is what it says',
    { timeout: 180_000 },
    async () => {
      const film = (await replicateOf(key, real.url).run(await appOf('horizon-timelapse'), {
        input: { prompt: 'sunset over a lake', width: 256, height: 256, duration_s: 2 },
      })) as unknown as string[];
      const video = await fetch(film[0] ?? '');
      expect(video.headers.get('content-type')).toBe('video/mp4');
      expect(
        Buffer.from(await video.arrayBuffer())
          .subarray(4, 8)
          .toString(),
      ).toBe('ftyp');

      const music = await falOf(key, real.url).subscribe(await appOf('chamber'), {
        input: { prompt: 'hopeful piano', duration_s: 8 },
        pollInterval: 100,
      });
      const { audio_file, midi_file } = music.data as Record<
        string,
        { url: string; content_type: string; duration: number }
      >;
      expect(audio_file).toMatchObject({ duration: expect.closeTo(8, 0) as number });
      expect((await fetch(audio_file?.url ?? '')).headers.get('content-type')).toBe(audio_file?.content_type);
      expect(midi_file).toMatchObject({ content_type: 'audio/midi' });

      const openai = new OpenAI({ apiKey: key, baseURL: `${real.url}/openai/v1` });
      const painted = await openai.images.generate({
        model: 'drift',
        prompt: 'silk',
        size: '256x256',
        output_format: 'png',
      });
      const picture = await sharp(Buffer.from(painted.data?.[0]?.b64_json ?? '', 'base64')).metadata();
      expect(picture).toMatchObject({ width: 256, height: 256, format: 'png' });
      expect(painted.output_format).toBe('png');

      const { items } = await maker.api.generation.listGenerations({});
      expect(items.map(({ model }) => model.modality)).toEqual(['image', 'music', 'video']);
      const charged = items.reduce((sum, { charged_micros }) => sum + Number(charged_micros), 0) / 1e6;
      expect(await creditsOf(maker)).toEqual({ available: 100 - charged, held: 0 });
      await expectEverythingHolds(real);
    },
  );
});
