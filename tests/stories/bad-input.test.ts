import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { ended, expectEverythingHolds, releaseOf, SMALL, start, walletOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectProblem } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date());
let world: World;
let member: Visitor;
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  member = await world.member('ivan');
  release_id = await releaseOf(member);
});
afterAll(() => world.end());

type Sent = { body?: unknown; key?: string | null; headers?: Record<string, string>; method?: string };

function send(path: string, { body, key = randomUUID(), headers = {}, method = 'POST' }: Sent) {
  return member.fetch(`/api/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
const sendGeneration = (body: unknown, sent: Sent = {}) => send('/generations', { ...sent, body });
const pathsOf = (problem: Record<string, unknown>) =>
  (Array.isArray(problem.issues) ? problem.issues : []).map(({ path }: { path: string }) => path);

describe('the input of the model', () => {
  const long = 'silk '.repeat(100);
  test.each([
    ['no prompt', { width: 256, height: 256 }, 'input.prompt'],
    ['an empty prompt', { ...SMALL, prompt: '' }, 'input.prompt'],
    ['a prompt that is too long', { ...SMALL, prompt: long }, 'input.prompt'],
    ['a prompt that is no text', { ...SMALL, prompt: 7 }, 'input.prompt'],
    ['a width below the least', { ...SMALL, width: 128 }, 'input.width'],
    ['a width above the most', { ...SMALL, width: 2048 }, 'input.width'],
    ['a width between the steps', { ...SMALL, width: 257 }, 'input.width'],
    ['a width that is no whole number', { ...SMALL, width: 256.5 }, 'input.width'],
    ['a width of minus', { ...SMALL, width: -256 }, 'input.width'],
    ['a width as text', { ...SMALL, width: '256' }, 'input.width'],
    ['a width of nothing', { ...SMALL, width: null }, 'input.width'],
    ['detail out of range', { ...SMALL, detail: 1.5 }, 'input.detail'],
    ['a seed out of range', { ...SMALL, seed: 2 ** 32 }, 'input.seed'],
    ['a field that the model does not have', { ...SMALL, steps: 30 }, 'input.steps'],
    ['a field of every object', { ...SMALL, constructor: 1 }, 'input.constructor'],
  ])('%s', async (_name, input, path) => {
    const started = await expectProblem(sendGeneration({ release_id, input }), 'INVALID_INPUT');
    expect(pathsOf(started)).toContain(path);
    const quoted = await expectProblem(send('/quotes', { body: { release_id, input } }), 'INVALID_INPUT');
    expect(pathsOf(quoted)).toContain(path);
  });

  test('a release that does not exist', async () => {
    await expectProblem(sendGeneration({ release_id: randomUUID(), input: SMALL }), 'RELEASE_UNKNOWN');
    await expectProblem(
      send('/quotes', { body: { release_id: randomUUID(), input: SMALL } }),
      'RELEASE_UNKNOWN',
    );
  });
});

describe('the request', () => {
  test.each([
    ['a release id that is no uuid', { release_id: 'drift', input: SMALL }, 'release_id'],
    ['no release id', { input: SMALL }, 'release_id'],
    ['an input that is no object', { release_id: randomUUID(), input: 'silk' }, 'input'],
    ['an input that is a list', { release_id: randomUUID(), input: [SMALL] }, 'input'],
    [
      'a purse that does not exist',
      { release_id: randomUUID(), input: SMALL, spend_first: 'yours' },
      'spend_first',
    ],
    ['a quote that is no text', { release_id: randomUUID(), input: SMALL, quote: 1 }, 'quote'],
  ])('%s', async (_name, body, path) => {
    expect(pathsOf(await expectProblem(sendGeneration(body), 'INVALID_INPUT'))).toContain(path);
  });

  test('a field that the endpoint does not have', async () => {
    for (const more of [{ price_micros: '1' }, { payer_id: randomUUID() }, { price: 0 }]) {
      await expectProblem(sendGeneration({ release_id, input: SMALL, ...more }), 'INVALID_INPUT');
    }
    await expectProblem(
      send('/purchases', { body: { pack: 'pack-1000', payment: 'test', paid_micros: '9' } }),
      'INVALID_INPUT',
    );
    await expectProblem(
      send('/quotes', { body: { release_id, input: SMALL, cheap: true } }),
      'INVALID_INPUT',
    );
    await expectProblem(member.fetch('/api/v1/generations?everyone=true'), 'INVALID_INPUT');
  });

  test('an idempotency key that is missing, short or long', async () => {
    for (const key of [null, 'short', 'k'.repeat(201)]) {
      const refused = await expectProblem(
        sendGeneration({ release_id, input: SMALL }, { key }),
        'INVALID_INPUT',
      );
      expect(pathsOf(refused)).toContain('idempotency-key');
      await expectProblem(
        send('/purchases', { body: { pack: 'pack-1000', payment: 'test' }, key }),
        'INVALID_INPUT',
      );
    }
  });

  test('a pack or a payment that is not offered', async () => {
    await expectProblem(send('/purchases', { body: { pack: 'pack-1', payment: 'test' } }), 'INVALID_INPUT');
    await expectProblem(
      send('/purchases', { body: { pack: 'pack-1000', payment: 'card' } }),
      'INVALID_INPUT',
    );
  });

  test.each([
    '{',
    '{"release_id": }',
    'silk',
    '{"a":1}{"b":2}',
    '{"__proto__":{"x":1}}',
    '{"input":{"\\u005f_proto__":{}}}',
  ])('a body that is not JSON, or reaches for prototypes: %s', async (body) => {
    await expectProblem(send('/generations', { body }), 'MALFORMED_JSON');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('a body as %s', async (type) => {
    const body = { release_id, input: SMALL };
    await expectProblem(
      sendGeneration(body, { headers: { 'content-type': type } }),
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  test('a body that is packed', async () => {
    const body = { release_id, input: SMALL };
    await expectProblem(
      sendGeneration(body, { headers: { 'content-encoding': 'gzip' } }),
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  test('a body that is huge, announced or not', async () => {
    const huge = JSON.stringify({ release_id, input: { ...SMALL, prompt: 'x'.repeat(200_000) } });
    await expectProblem(send('/generations', { body: huge }), 'BODY_TOO_LARGE');
    const streamed = new ReadableStream({
      start(stream) {
        for (let at = 0; at < huge.length; at += 10_000)
          stream.enqueue(new TextEncoder().encode(huge.slice(at, at + 10_000)));
        stream.close();
      },
    });
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: streamed,
      duplex: 'half',
    };
    await expectProblem(member.fetch('/api/v1/generations', init), 'BODY_TOO_LARGE');
  });

  test.each(['generations', 'assets', 'sessions'])('an id in the path that is none: %s', async (things) => {
    const [method, codes] =
      things === 'sessions' ? ['DELETE', 'INVALID_INPUT' as const] : ['GET', 'INVALID_INPUT' as const];
    for (const id of [
      '1',
      'null',
      `${randomUUID()}0`,
      '%27%20or%201%3D1',
      '00000000-0000-0000-0000-00000000000g',
    ]) {
      await expectProblem(member.fetch(`/api/v1/${things}/${id}`, method === 'GET' ? {} : { method }), codes);
    }
  });

  test('an endpoint that does not exist', async () => {
    await expectProblem(member.fetch('/api/v1/nothing'), 'UNKNOWN_ROUTE');
    await expectProblem(member.fetch('/api/v2/generations'), 'UNKNOWN_ROUTE');
    await expectProblem(send('/wallet', { body: {}, method: 'DELETE' }), 'UNKNOWN_ROUTE');
  });

  test('a request from a page of another site', async () => {
    const body = { pack: 'pack-1000', payment: 'test' };
    const forged = fetch(`${world.url}/api/v1/purchases`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        cookie: [...member.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: 'https://evil.example',
      },
      body: JSON.stringify(body),
    });
    await expectProblem(forged, 'ORIGIN_REFUSED');
  });
});

describe('a page of a list', () => {
  test.each(['limit=0', 'limit=101', 'limit=ten', 'limit=1.5', 'limit=-1', 'state=happy', 'modality=smell'])(
    '%s',
    async (query) => {
      await expectProblem(member.fetch(`/api/v1/generations?${query}`), 'INVALID_INPUT');
    },
  );

  const lists = ['/generations', '/assets', '/wallet/entries'] as const;
  test.each(lists)('a cursor that was made up: %s', async (list) => {
    const made = [
      'x',
      'x.y',
      '.',
      '..',
      'W10.AAAAAAAAAAAAAAAA',
      `${'A'.repeat(499)}.`,
      encodeURIComponent(`W10.${'é'.repeat(16)}`),
      encodeURIComponent("' or 1=1 --"),
    ];
    for (const cursor of made) {
      await expectProblem(member.fetch(`/api/v1${list}?cursor=${cursor}`), 'INVALID_INPUT');
    }
    await expectProblem(member.fetch(`/api/v1${list}?cursor=${'A'.repeat(501)}`), 'INVALID_INPUT');
  });

  test('a cursor of another list', async () => {
    const other = await world.member('jana');
    for (let i = 0; i < 2; i += 1) await ended(other, (await start(other, { release_id })).id);
    const [generations, assets, entries] = await Promise.all([
      other.api.generation.listGenerations({ limit: 1 }),
      other.api.generation.listAssets({ limit: 1 }),
      other.api.wallet.listWalletEntries({ limit: 1 }),
    ]);
    const [a, b, c] = [generations, assets, entries].map(({ next_cursor }) =>
      encodeURIComponent(next_cursor ?? ''),
    );
    const wrong = [
      `/wallet/entries?cursor=${a}`,
      `/generations?cursor=${c}`,
      `/assets?cursor=${c}`,
      `/wallet/entries?cursor=${b}`,
    ];
    for (const path of wrong) await expectProblem(other.fetch(`/api/v1${path}`), 'INVALID_INPUT');
  });
});

describe('a quote', () => {
  const quoteFor = async (input: Record<string, unknown>, of = release_id) =>
    (await member.api.generation.createQuote({ release_id: of, input })).quote;

  test('for another release', async () => {
    const quote = await quoteFor({ prompt: 'a waltz', duration_s: 8 }, await releaseOf(member, 'chamber'));
    await expectProblem(sendGeneration({ release_id, input: SMALL, quote }), 'QUOTE_INVALID');
  });

  test('for a smaller picture', async () => {
    const quote = await quoteFor(SMALL);
    await expectProblem(
      sendGeneration({ release_id, input: { ...SMALL, width: 1024, height: 1024 }, quote }),
      'QUOTE_INVALID',
    );
  });

  test('that is forged', async () => {
    const quote = await quoteFor({ ...SMALL, width: 1024, height: 1024 });
    const [body = '', mark = ''] = quote.split('.');
    const promise = Buffer.from(body, 'base64url').toString();
    const cheaper = Buffer.from(promise.replace('"4000000"', '"0000001"')).toString('base64url');
    expect(cheaper).not.toBe(body);
    const input = { ...SMALL, width: 1024, height: 1024 };
    for (const forged of [
      `${cheaper}.${mark}`,
      `${body}.`,
      body,
      `${body}.${mark}x`,
      `.${mark}`,
      'quote',
      '🎨.🎨',
      `${body}.${'é'.repeat(43)}`,
    ]) {
      await expectProblem(sendGeneration({ release_id, input, quote: forged }), 'QUOTE_INVALID');
    }
  });

  test('that has expired', async () => {
    const quote = await quoteFor(SMALL);
    clock.advance(10 * 60_000);
    await expectProblem(sendGeneration({ release_id, input: SMALL, quote }), 'QUOTE_EXPIRED');
  });
});

test('whatever was sent here, nothing of it cost anything', async () => {
  expect(await walletOf(member)).toMatchObject({ available_micros: '100000000', held_micros: '0' });
  expect((await member.api.generation.listGenerations({})).items).toEqual([]);
  expect((await member.api.wallet.listWalletEntries({})).items).toHaveLength(1);
  await expectEverythingHolds(world);
});
