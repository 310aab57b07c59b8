import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFalClient, ValidationError } from '@fal-ai/client';
import OpenAI from 'openai';
import Replicate from 'replicate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { judgePrompt } from '../../server/flows/judge-prompt.ts';
import { type AccountId, asId, type ReleaseId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { creditsOf, ended, expectEverythingHolds, releaseOf, SMALL, start } from '../acts.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

type Member = Awaited<ReturnType<World['member']>>;
const HOSTILE = 'p0rn of two people';
const asked = (prompt: string) => ({ ...SMALL, prompt });

async function rowsOf(world: World) {
  const { rows } = await world.context.database.pool.query<{ kept: string }>(
    `select r::text as kept from moderation.refusal r order by at`,
  );
  return rows.map(({ kept }) => kept);
}

describe('by the policy of the house', () => {
  const clock = settableClock(new Date());
  const engine = scriptedEngine();
  let world: World;
  let member: Member;
  let release_id: string;
  beforeAll(async () => {
    world = await startWorld({ engine, clock });
    member = await world.member('lena');
    release_id = await releaseOf(member);
  });
  afterAll(() => world.end());

  test('it is not held, charged or queued; it is told why, and written down without its words', async () => {
    const before = await creditsOf(member);
    const told = await expectRefusal(start(member, { release_id, input: asked(HOSTILE) }), 'PROMPT_REFUSED');
    expect(told).toMatchObject({
      reason: 'sexual_explicit',
      policy_version: 'house-1',
      field: 'prompt',
      detail: expect.stringContaining('Pornography is not made here') as string,
    });
    expect(await creditsOf(member)).toEqual(before);
    expect((await member.api.generation.listGenerations({})).items).toEqual([]);
    expect(engine.calls).toEqual([]);
    const rows = await rowsOf(world);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain('sexual-explicit-terms');
    expect(rows[0]).not.toContain('p0rn');
    const { rows: audited } = await world.context.database.pool.query<{ row: string }>(
      `select a::text as row from kit.audit_log a where act = 'prompt.refused'`,
    );
    expect(audited).toHaveLength(1);
    expect(audited[0]?.row).not.toContain('p0rn');
  });

  test('the same wish in other words goes on, with the very key that was refused', async () => {
    const key = 'one key for both';
    await expectRefusal(start(member, { release_id, key, input: asked(HOSTILE) }), 'PROMPT_REFUSED');
    const { id } = await start(member, { release_id, key, input: asked('two people in a park') });
    expect(await ended(member, id)).toMatchObject({ state: 'succeeded' });
  });

  test('what is too long to be judged is not taken, and what is too long for the model neither', async () => {
    const told = await expectRefusal(
      start(member, { release_id, input: asked('sea '.repeat(6_000)) }),
      'INVALID_INPUT',
    );
    expect(told).toMatchObject({ issues: [{ path: 'input.prompt' }] });
  });

  test('what is harmless in each of two fields is judged in both together, and by its length as it is meant', async () => {
    const release = await registry.releaseForUse(world.context.db, asId<ReleaseId>(release_id), new Date());
    const { account } = await member.api.identity.getMe({});
    const judge = (input: Record<string, unknown>) =>
      judgePrompt(world.context, asId<AccountId>(account?.id ?? ''), release, input);
    await judge({ prompt: 'a portrait of a child' });
    await judge({ style: ['naked'] });
    await expect(judge({ prompt: 'a portrait of a child', style: ['naked'] })).rejects.toMatchObject({
      code: 'PROMPT_REFUSED',
    });
    // one character of these is eighteen
    await expect(judge({ prompt: '\ufdfa'.repeat(1_000) })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(judge({ prompt: 'sea '.repeat(2_000), style: 'sea '.repeat(2_000) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  test('each of the other clients throws its own error', async () => {
    const wish = { name: 'a program', scopes: ['read' as const, 'generate' as const], expires_in_days: 90 };
    const { secret } = await member.api.identity.createApiKey({ ...wish, password: PASSWORD });
    const { creator } = await member.api.registry.getModel({ slug: 'drift' });
    const app: `${string}/${string}` = `${creator.handle}/drift`;
    const before = await creditsOf(member);

    const openai = new OpenAI({ apiKey: secret, baseURL: `${world.url}/openai/v1` });
    const painting = openai.images.generate({ model: 'drift', prompt: HOSTILE });
    await expect(painting).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(painting).rejects.toMatchObject({ code: 'content_policy_violation' });

    const replicate = new Replicate({ auth: secret, baseUrl: `${world.url}/replicate/v1` });
    await expect(replicate.run(app, { input: asked(HOSTILE) })).rejects.toMatchObject({
      name: 'ApiError',
      response: { status: 422 },
      message: expect.stringContaining('PROMPT_REFUSED') as string,
    });

    const fal = createFalClient({
      credentials: secret,
      proxyUrl: { url: `${world.url}/fal/proxy`, when: 'always' },
    });
    const subscribing = fal.subscribe(app, { input: asked(HOSTILE) });
    await expect(subscribing).rejects.toBeInstanceOf(ValidationError);
    await expect(subscribing).rejects.toMatchObject({ body: { code: 'PROMPT_REFUSED' } });

    expect(await creditsOf(member)).toEqual(before);
  });

  test('whoever tries again and again learns no more until an hour is over, and ordinary wishes go on', async () => {
    const prober = await world.member('mallory');
    const tries = Array.from({ length: 30 }, (_, n) =>
      start(prober, { release_id, input: asked(`${HOSTILE} ${n}`) }).then(
        () => 'started',
        (error: { code: string }) => error.code,
      ),
    );
    const codes = await Promise.all(tries);
    expect(codes.filter((code) => code === 'PROMPT_REFUSED')).toHaveLength(20);
    expect(codes.filter((code) => code === 'PROMPTS_REFUSED_TOO_OFTEN')).toHaveLength(10);
    clock.advance(60_000);
    const told = await expectRefusal(
      start(prober, { release_id, input: asked(HOSTILE) }),
      'PROMPTS_REFUSED_TOO_OFTEN',
    );
    expect(told).toMatchObject({ retry_after_s: 59 * 60 });
    const { id } = await start(prober, { release_id });
    expect(await ended(prober, id)).toMatchObject({ state: 'succeeded' });
    await expectRefusal(start(member, { release_id, input: asked(HOSTILE) }), 'PROMPT_REFUSED');
    clock.advance(59 * 60_000);
    await expectRefusal(start(prober, { release_id, input: asked(HOSTILE) }), 'PROMPT_REFUSED');
    await expectEverythingHolds(world);
  });
});

describe('by the moderator of the operator', () => {
  const heard: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  let answer: RequestListener;
  let world: World;
  let member: Member;
  let release_id: string;

  const moderator = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => (text += chunk.toString()));
    req.on('end', () => {
      heard.push({ headers: req.headers, body: JSON.parse(text) });
      answer(req, res);
    });
  });
  const says =
    (json: unknown, status = 200): RequestListener =>
    (_req, res) =>
      void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));

  beforeAll(async () => {
    await new Promise<void>((ready) => moderator.listen(0, '127.0.0.1', ready));
    const { port } = moderator.address() as AddressInfo;
    const env = {
      PROMPT_POLICY_URL: `http://127.0.0.1:${port}/judge`,
      PROMPT_POLICY_TOKEN: 'a secret',
      PROMPT_POLICY_MS_MAX: '300',
    };
    world = await startWorld({ engine: scriptedEngine(), env });
    member = await world.member('lena');
    release_id = await releaseOf(member);
  });
  afterAll(async () => {
    await world.end();
    moderator.closeAllConnections();
    moderator.close();
  });
  beforeEach(() => void (heard.length = 0));

  test('it is asked with the words and the model, and what it allows goes on', async () => {
    answer = says({ allowed: true });
    const { id } = await start(member, { release_id });
    expect(heard).toMatchObject([
      {
        headers: { authorization: 'Bearer a secret' },
        body: { prompt: 'golden silk', modality: 'image', model: 'drift' },
      },
    ]);
    expect(await ended(member, id)).toMatchObject({ state: 'succeeded' });
  });

  test('what it refuses is refused, for a reason of ours or for its own', async () => {
    const before = await creditsOf(member);
    answer = says({ allowed: false, reason: 'hate' });
    expect(await expectRefusal(start(member, { release_id }), 'PROMPT_REFUSED')).toMatchObject({
      reason: 'hate',
    });
    answer = says({ allowed: false, reason: 'our brand is not to be painted' });
    expect(await expectRefusal(start(member, { release_id }), 'PROMPT_REFUSED')).toMatchObject({
      reason: 'operator_policy',
    });
    expect(await creditsOf(member)).toEqual(before);
    expect((await rowsOf(world)).join()).toContain('outside');
  });

  test('what the house refuses is not shown to it', async () => {
    await expectRefusal(start(member, { release_id, input: asked(HOSTILE) }), 'PROMPT_REFUSED');
    expect(heard).toEqual([]);
  });

  test.each<[string, RequestListener]>([
    ['answers nothing in time', () => {}],
    ['answers an error', says({}, 500)],
    ['answers nonsense', says({ allowed: 'yes' })],
    ['answers more than it may', (_req, res) => void res.end(`{"allowed":true,"x":"${'x'.repeat(20_000)}"}`)],
    ['sends us elsewhere', (_req, res) => void res.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()],
    ['hangs up', (req) => void req.socket.destroy()],
  ])('when it %s, nothing starts, unless the operator wants it so', async (_how, trouble) => {
    answer = trouble;
    const before = await creditsOf(member);
    expect(await expectRefusal(start(member, { release_id }), 'MODERATION_AWAY')).toMatchObject({
      status: 503,
      retry_after_s: 10,
    });
    expect(await creditsOf(member)).toEqual(before);
    const policy = world.context.config.prompt_policy;
    if (!policy) throw new Error('no outside moderator');
    policy.open_when_away = true;
    const { id } = await start(member, { release_id });
    policy.open_when_away = false;
    expect(await ended(member, id)).toMatchObject({ state: 'succeeded' });
  });
});
