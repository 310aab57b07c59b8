import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '#api/index.ts';
import { policyOf } from '../../server/policy.ts';
import { creditsOf, ended, expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectProblem, expectRefusal, faceless } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let owner: Awaited<ReturnType<World['member']>>;
let stranger: Visitor;
let release_id: string;
/** What is the owner's and nobody else's business. */
let its: Record<'done' | 'running' | 'asset' | 'board' | 'api_key' | 'session' | 'release', string>;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(asPrompted) });
  owner = await world.member('anna');
  stranger = await world.member('boris');
  release_id = await releaseOf(owner);
  const done = await start(owner, { release_id });
  const { assets } = await ended(owner, done.id);
  const running = await start(owner, {
    release_id,
    input: { prompt: 'silk forever', width: 256, height: 256 },
  });
  await reaches(owner, running.id, 'running');
  const key = await owner.api.identity.createApiKey({
    name: 'mine',
    scopes: ['read'],
    password: owner.password,
  });
  const { items: sessions } = await owner.api.identity.listSessions({});
  its = {
    done: done.id,
    running: running.id,
    asset: assets[0]?.id ?? '',
    board: (await owner.api.generation.createBoard({ name: 'Mine' })).id,
    api_key: key.api_key.id,
    session: sessions[0]?.id ?? '',
    release: release_id,
  };
});
afterAll(() => world.end());

const json = { 'content-type': 'application/json' };

describe('a foreign id answers exactly like a random one', () => {
  test.each([
    ['GET', '/generations/:id', 'done'],
    ['GET', '/generations/:id', 'running'],
    ['GET', '/generations/:id/events', 'done'],
    ['GET', '/generations/:id/events', 'running'],
    ['GET', '/generations/:id/receipt', 'done'],
    ['GET', '/generations/:id/receipt', 'running'],
    ['POST', '/generations/:id/cancellation', 'done'],
    ['POST', '/generations/:id/cancellation', 'running'],
    ['GET', '/assets/:id', 'asset'],
    ['DELETE', '/assets/:id', 'asset'],
    ['POST', '/assets/:id/restoration', 'asset'],
    ['GET', '/boards/:id', 'board'],
    ['DELETE', '/boards/:id', 'board'],
    ['POST', '/boards/:id/restoration', 'board'],
    ['DELETE', '/sessions/:id', 'session'],
    ['DELETE', '/api-keys/:id', 'api_key'],
  ] as const)('%s %s (%s)', async (method, path, what) => {
    const ask = (id: string) =>
      expectProblem(
        stranger.fetch(
          `/api/v1${path.replace(':id', id)}`,
          method === 'GET' ? {} : { method, headers: json, body: '{}' },
        ),
        'NOT_FOUND',
      );
    expect(its[what]).toMatch(/^[0-9a-f-]{36}$/);
    const [foreign, random] = await Promise.all([ask(its[what]), ask(randomUUID())]);
    expect(faceless(foreign)).toEqual(faceless(random));
  });

  test('and so does withdrawing somebody else’s release', async () => {
    const withdraw = (id: string) =>
      expectRefusal(stranger.api.registry.createWithdrawal({ id, reason: 'envy' }), 'NOT_FOUND');
    expect(faceless(await withdraw(its.release))).toEqual(faceless(await withdraw(randomUUID())));
  });

  test('and nothing of it had an effect', async () => {
    expect(await owner.api.generation.getGeneration({ id: its.running })).toMatchObject({ state: 'running' });
    expect(await owner.api.generation.getAsset({ id: its.asset })).toMatchObject({ deleted_at: null });
    expect((await owner.api.identity.listSessions({})).items.map(({ id }) => id)).toContain(its.session);
    expect((await owner.api.identity.listApiKeys({})).items.map(({ id }) => id)).toEqual([its.api_key]);
    expect((await owner.api.registry.getModel({ slug: 'drift' })).release_id).toBe(release_id);
    expect(await creditsOf(owner)).toEqual({ available: 98, held: 1 });
    await expectEverythingHolds(world);
  });
});

test('lists are the caller’s own', async () => {
  const { api } = stranger;
  const lists = [
    api.generation.listGenerations({}),
    api.generation.listAssets({}),
    api.generation.listAssets({ deleted: 'true' }),
    api.generation.listAssets({ search: 'silk' }),
    api.generation.listBoards({}),
    api.identity.listApiKeys({}),
  ];
  for (const { items } of await Promise.all(lists)) expect(items).toEqual([]);
  const { items } = await api.wallet.listWalletEntries({});
  expect(items.map(({ kind }) => kind)).toEqual(['grant']);
  expect((await api.identity.listSessions({})).items.map(({ id }) => id)).not.toContain(its.session);
});

test('a cursor works for the account that was given it, and for no other', async () => {
  const more = await start(owner, { release_id });
  await owner.api.generation.createCancellation({ id: more.id });
  const generations = await owner.api.generation.listGenerations({ limit: 1 });
  const entries = await owner.api.wallet.listWalletEntries({ limit: 1 });
  const cursors = [generations.next_cursor, entries.next_cursor].map((cursor) => cursor ?? 'none');
  expect(cursors).not.toContain('none');
  const [ofGenerations = '', ofEntries = ''] = cursors;

  expect(
    (await owner.api.generation.listGenerations({ limit: 1, cursor: ofGenerations })).items,
  ).toHaveLength(1);
  expect((await owner.api.wallet.listWalletEntries({ limit: 1, cursor: ofEntries })).items).toHaveLength(1);
  await expectRefusal(stranger.api.generation.listGenerations({ cursor: ofGenerations }), 'INVALID_INPUT');
  await expectRefusal(stranger.api.wallet.listWalletEntries({ cursor: ofEntries }), 'INVALID_INPUT');
});

describe('without an account', () => {
  const routes = Object.entries(contract).flatMap(([domain, endpoints]) =>
    Object.entries(endpoints).map(([name, endpoint]) => {
      const { method = 'GET', path = '/' } = endpoint['~orpc'].route;
      return { name: `${domain}.${name}`, method, path, policy: policyOf(`${domain}.${name}`) };
    }),
  );
  const closed = routes.filter(({ policy }) => policy?.who !== 'anyone');

  test('most of it is closed', () => expect(closed.length).toBeGreaterThan(20));

  test.each(closed)('$name is', async ({ method, path, name }) => {
    const url = `/api/v1${path.replace(/\{\w+\}/g, () => randomUUID())}`;
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}', headers: json };
    await expectProblem(world.visitor().fetch(url, { method, ...body }), 'NOT_SIGNED_IN');
    expect(name).toMatch(/\./);
  });
});

describe('a member without a role', () => {
  const { earnings, identity } = contract;
  test.each([
    earnings.getEarnings,
    earnings.listEarningsLines,
    earnings.watchEarnings,
    identity.listAccounts,
  ])('may not (%#)', async (endpoint) => {
    await expectProblem(stranger.fetch(`/api/v1${endpoint['~orpc'].route.path}`), 'NOT_ALLOWED');
  });

  test('cannot give itself one', async () => {
    const { account } = await stranger.api.identity.getMe({});
    const call = stranger.api.identity.grantRole({ id: account?.id ?? '', role: 'admin' });
    await expectRefusal(call, 'NOT_ALLOWED');
  });
});

describe('a link to media', () => {
  const get = async (url: string) => (await fetch(url)).status;
  const changed = (url: string, change: (url: URL) => void) => {
    const copy = new URL(url);
    change(copy);
    return copy.toString();
  };

  test('works as it was given, and not in any other way', async () => {
    const { url, download_url } = await owner.api.generation.getAsset({ id: its.asset });
    expect(await get(url)).toBe(200);
    expect(await get(download_url)).toBe(200);
    const query = (name: string, to: string | null) => (copy: URL) =>
      to === null ? copy.searchParams.delete(name) : copy.searchParams.set(name, to);
    const { searchParams } = new URL(url);
    const later = String(Number(searchParams.get('e')) + 1);
    const other = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const wrong = [
      changed(url, (copy) => (copy.search = '')),
      changed(url, query('s', null)),
      changed(url, query('e', null)),
      changed(url, query('s', other(searchParams.get('s') ?? ''))),
      changed(url, query('s', '')),
      changed(url, query('e', later)),
      changed(url, query('n', 'evil.html')),
      changed(download_url, query('n', 'evil.html')),
      changed(download_url, query('n', null)),
      changed(url, (copy) => (copy.pathname = copy.pathname.replace('.webp', '.mp4'))),
      changed(url, (copy) => (copy.pathname = `/${'0'.repeat(64)}.webp`)),
      changed(url, (copy) => (copy.pathname = '/../../etc/passwd')),
      changed(url, (copy) => (copy.pathname = '/')),
    ];
    expect(await Promise.all(wrong.map(get))).toEqual(wrong.map(() => 404));
  });

  test('ends', async () => {
    const { digest } = await owner.api.generation.getAsset({ id: its.asset });
    const target = { digest: digest.replace('sha256:', ''), extension: 'webp' };
    const ago = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);
    expect(await get(world.context.media_links.link(target, ago(0)))).toBe(200);
    expect(await get(world.context.media_links.link(target, ago(15)))).toBe(404);
  });
});
