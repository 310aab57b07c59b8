import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually } from '../../tests/eventually.ts';
import { freePort } from '../../tests/free-port.ts';
import { freshDatabase, type FreshDatabase } from '../../tests/setup/database.ts';
import { readConfig } from '../config.ts';
import { buildContext, type Context } from '../context.ts';
import { router } from '../handlers/index.ts';
import { type AccountId, asId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { settableClock } from '../kit/clock.ts';
import * as identity from '../modules/identity/index.ts';
import { startWeb, type Web } from './web.ts';

type House = { context: Context; web: Web; fresh: FreshDatabase; close(): Promise<void> };
const clock = settableClock(new Date('2026-11-22T10:00:00Z'));

/** The web role alone, on a database of its own and free ports. */
async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const fresh = await freshDatabase();
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-web-'));
  const config = readConfig({ PORT: '0', DATA_DIR: data_dir, LOG_LEVEL: 'silent', CHAIN: 'none', ...env });
  const engine = { run: () => Promise.reject(new Error('no engine here')), close: async () => {} };
  const context = await buildContext(config, fresh.url, { clock, engine });
  const web = await startWeb(context).catch(async (error: unknown) => {
    await context.close();
    await fresh.drop();
    throw error;
  });
  return {
    context,
    web,
    fresh,
    async close() {
      await web.close();
      await context.close();
      await fresh.drop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

type Said = { status: number; body: Record<string, unknown>; headers: Headers };
type Ask = { json?: unknown; text?: string; headers?: Record<string, string>; at?: Web };

async function ask(
  method: string,
  way: string,
  { json, text, headers = {}, at = house.web }: Ask = {},
): Promise<Said> {
  clock.advance(1); // what came later has a later id
  const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(`${at.url}/api/v1${way}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const said: unknown = await response.json();
  return {
    status: response.status,
    body: z.record(z.string(), z.unknown()).parse(said),
    headers: response.headers,
  };
}

const PASSWORD = 'seven lamps on a pier';
let people = 0;
type Person = { email: string; cookie: string; id: string; as: { headers: Record<string, string> } };

async function signUp(at: Web = house.web): Promise<Person> {
  people += 1;
  const email = `person${people}@example.com`;
  const said = await ask('POST', '/sign-ups', {
    at,
    json: { email, password: PASSWORD, display_name: `Person ${people}` },
  });
  expect(said).toMatchObject({ status: 201 });
  const cookie = cookieOf(said);
  return { email, cookie, id: String(said.body['id']), as: { headers: { cookie, origin: at.url } } };
}
/** The one of the session; the other one tells browsers apart, and signs nobody in. */
const sessionCookieOf = (said: Said) =>
  present(
    said.headers.getSetCookie().find((cookie) => cookie.startsWith('__Host-stellary=')),
    'the cookie',
  );
const cookieOf = (said: Said) => sessionCookieOf(said).split(';')[0] ?? '';
const meOf = async (cookie: string) => (await ask('GET', '/me', { headers: { cookie } })).body['account'];

async function lastLink(to: string): Promise<string> {
  const { body } = await ask('GET', '/dev/mail?limit=100');
  const mails = z.array(z.object({ to: z.string(), link: z.string().nullable() })).parse(body['items']);
  const mail = present(
    mails.find((one) => one.to === to && one.link),
    `a mail to ${to}`,
  );
  return present(new URL(present(mail.link, 'a link')).searchParams.get('token'), 'a token');
}

describe('signing up and in', () => {
  test('a person signs up, is signed in, signs out, and in again with another session', async () => {
    const ada = await signUp();
    expect(await meOf(ada.cookie)).toMatchObject({
      email: ada.email,
      roles: ['member'],
      email_verified: false,
    });
    expect(await ask('DELETE', '/sessions/current', ada.as)).toMatchObject({ status: 200 });
    expect(await meOf(ada.cookie)).toBeNull();
    const said = await ask('POST', '/sessions', {
      json: { email: ada.email.toUpperCase(), password: PASSWORD },
    });
    expect(said.status).toBe(201);
    expect(cookieOf(said)).not.toBe(ada.cookie);
    expect(await meOf(cookieOf(said))).toMatchObject({ email: ada.email });
  });

  test('the cookie is out of reach for scripts and other hosts, and the database has only its digest', async () => {
    const said = await ask('POST', '/sign-ups', {
      json: { email: 'c@example.com', password: PASSWORD, display_name: 'C' },
    });
    const header = sessionCookieOf(said);
    expect(header).toMatch(
      /^__Host-stellary=[\w-]{43}; Path=\/; Max-Age=5184000; HttpOnly; SameSite=Lax; Secure$/,
    );
    const token = cookieOf(said).split('=')[1] ?? '';
    const { rows } = await house.fresh.pool.query<{ text: string }>(
      'select s::text as text from identity.session s',
    );
    expect(rows.some(({ text }) => text.includes(token))).toBe(false);
  });

  test('signing in again ends the session that the browser had', async () => {
    const ada = await signUp();
    const said = await ask('POST', '/sessions', {
      ...ada.as,
      json: { email: ada.email, password: PASSWORD },
    });
    expect(await meOf(ada.cookie)).toBeNull();
    expect(await meOf(cookieOf(said))).not.toBeNull();
  });

  test('a wrong password and an unknown address are answered alike', async () => {
    const ada = await signUp();
    const wrong = await ask('POST', '/sessions', { json: { email: ada.email, password: 'not the one' } });
    const unknown = await ask('POST', '/sessions', {
      json: { email: 'nobody@example.com', password: 'not the one' },
    });
    const plain = ({ status, body }: Said) => ({ status, body: { ...body, instance: '', request_id: '' } });
    expect(wrong.status).toBe(401);
    expect(plain(unknown)).toEqual(plain(wrong));
    expect(wrong.headers.get('content-type')).toBe('application/problem+json');
  });

  test('what is refused has a name, and a place', async () => {
    const ada = await signUp();
    const again = { email: ada.email, password: PASSWORD, display_name: 'Ada' };
    expect(await ask('POST', '/sign-ups', { json: again })).toMatchObject({
      status: 409,
      body: { code: 'EMAIL_TAKEN' },
    });
    const weak = await ask('POST', '/sign-ups', {
      json: { ...again, email: 'w@example.com', password: 'Password123' },
    });
    expect(weak).toMatchObject({ status: 422, body: { code: 'PASSWORD_TOO_COMMON' } });
    const odd = await ask('POST', '/sign-ups', {
      json: { ...again, email: 'no', display_name: '', extra: 1 },
    });
    expect(odd).toMatchObject({
      status: 422,
      body: { code: 'INVALID_INPUT', type: '/docs/api#invalid-input' },
    });
    const paths = z.array(z.object({ path: z.string() })).parse(odd.body['issues']);
    expect(paths.map((issue) => issue.path)).toEqual(expect.arrayContaining(['email', 'display_name', '']));
    const hidden = await ask('POST', '/sign-ups', {
      json: { ...again, email: 'h@example.com', display_name: 'a\u202Eb' },
    });
    expect(hidden.body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'display_name' }] });
  });

  // each guess that is let through costs a whole hash: seconds on a quick machine, half a minute on a busy one
  test(
    'a burst of guesses gets no more tries than its room, and does not lock the owner out',
    { timeout: 120_000 },
    async () => {
      const open = await openHouse({ TRUST_PROXY: 'true' });
      const victim = await signUp(open.web);
      const guess = (from: string, email: string, password = 'a guess') =>
        ask('POST', '/sessions', {
          at: open.web,
          headers: { 'x-forwarded-for': from },
          json: { email, password },
        });
      const burst = await Promise.all(Array.from({ length: 25 }, () => guess('192.0.2.1', victim.email)));
      expect(await guess('192.0.2.2', victim.email, PASSWORD)).toMatchObject({ status: 201 });
      expect(burst.filter(({ status }) => status === 401)).toHaveLength(10);
      const stopped = present(
        burst.find(({ status }) => status === 429),
        'one that was stopped',
      );
      expect(stopped.body).toMatchObject({ code: 'RATE_LIMITED' });
      expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
      const spray = await Promise.all(
        Array.from({ length: 40 }, (_, n) => guess('198.51.100.7', `person${n}@example.com`)),
      );
      expect(spray.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(10);
      for (let round = 0; round < 15; round += 1)
        expect(await guess('192.0.2.3', victim.email, PASSWORD)).toMatchObject({ status: 201 });
      expect(await guess('192.0.2.3', victim.email)).toMatchObject({ status: 401 });
      await open.close();
    },
  );

  test('an account is no more room at the doors than its address has', async () => {
    const open = await openHouse();
    const [ada, bob] = [await signUp(open.web), await signUp(open.web)];
    const confirm = (person: Person) =>
      ask('POST', '/email-verifications', { ...person.as, at: open.web, json: { token: 'none' } });
    const tries = await Promise.all(Array.from({ length: 24 }, (_, n) => confirm(n % 2 ? ada : bob)));
    expect(tries.filter(({ status }) => status === 410)).toHaveLength(20);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(4);
    await open.close();
  });
});

describe('passwords', () => {
  test('changing it ends the other sessions and replaces this one', async () => {
    const ada = await signUp();
    const other = cookieOf(
      await ask('POST', '/sessions', { json: { email: ada.email, password: PASSWORD } }),
    );
    const made = await ask('POST', '/api-keys', { ...ada.as, json: { name: 'ci', password: PASSWORD } });
    const key = { authorization: `Bearer ${String(made.body['secret'])}` };
    expect((await ask('GET', '/me', { headers: key })).status).toBe(200);
    const wrong = await ask('PUT', '/me/password', {
      ...ada.as,
      json: { current_password: 'no', password: 'eight lamps on a pier' },
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
    const said = await ask('PUT', '/me/password', {
      ...ada.as,
      json: { current_password: PASSWORD, password: 'eight lamps on a pier' },
    });
    expect(said).toMatchObject({ status: 200, body: { sessions_ended: 1 } });
    expect([await meOf(other), await meOf(ada.cookie)]).toEqual([null, null]);
    expect((await ask('GET', '/me', { headers: key })).status).toBe(401);
    expect(await meOf(cookieOf(said))).not.toBeNull();
  });

  test('a reset link works once, ends every session, and an unknown address looks the same', async () => {
    const ada = await signUp();
    const known = await ask('POST', '/password-resets', { json: { email: ada.email } });
    const unknown = await ask('POST', '/password-resets', { json: { email: 'nobody@example.com' } });
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    const token = await lastLink(ada.email);
    const again = await ask('POST', '/password-resets', { json: { email: ada.email } });
    expect([again.status, again.body]).toEqual([known.status, known.body]);
    expect(await lastLink(ada.email)).toBe(token);
    const made = await ask('POST', '/api-keys', { ...ada.as, json: { name: 'ci', password: PASSWORD } });
    const key = { authorization: `Bearer ${String(made.body['secret'])}` };
    const reset = () => ask('PUT', '/password-resets', { json: { token, password: 'nine lamps on a pier' } });
    const tries = await Promise.all([reset(), reset(), reset()]);
    expect(tries.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410]);
    expect(await meOf(ada.cookie)).toBeNull();
    expect((await ask('GET', '/me', { headers: key })).status).toBe(401);
    expect((await ask('POST', '/sessions', { json: { email: ada.email, password: PASSWORD } })).status).toBe(
      401,
    );
    expect(
      (await ask('POST', '/sessions', { json: { email: ada.email, password: 'nine lamps on a pier' } }))
        .status,
    ).toBe(201);
  });

  test('the link in the first mail confirms the address, once', async () => {
    const ada = await signUp();
    const token = await lastLink(ada.email);
    expect(await ask('POST', '/email-verifications', { json: { token } })).toMatchObject({
      status: 200,
      body: { email: ada.email },
    });
    expect(await meOf(ada.cookie)).toMatchObject({ email_verified: true });
    expect(await ask('POST', '/email-verifications', { json: { token } })).toMatchObject({
      status: 410,
      body: { code: 'LINK_EXPIRED' },
    });
  });
});

describe('sessions and keys', () => {
  test("somebody else's session or key is answered like one that never was", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const list = await ask('GET', '/sessions', { headers: { cookie: bob.cookie } });
    const [session] = z.array(z.object({ id: z.string(), current: z.boolean() })).parse(list.body['items']);
    expect(session).toMatchObject({ current: true });
    const made = await ask('POST', '/api-keys', { ...bob.as, json: { name: 'ci', password: PASSWORD } });
    const key = z.object({ id: z.string() }).parse(made.body['api_key']);
    for (const [kind, id] of [
      ['sessions', session?.id],
      ['api-keys', key.id],
    ]) {
      const foreign = await ask('DELETE', `/${kind}/${id}`, ada.as);
      const random = await ask('DELETE', `/${kind}/${randomUUID()}`, ada.as);
      expect([foreign.status, foreign.body['code'], foreign.body['detail']]).toEqual([
        404,
        'NOT_FOUND',
        random.body['detail'],
      ]);
    }
    expect(await meOf(bob.cookie)).not.toBeNull();
    expect(await ask('DELETE', `/sessions/${session?.id}`, bob.as)).toMatchObject({ status: 200 });
    expect(await meOf(bob.cookie)).toBeNull();
  });

  test('a key does what its scopes say, needs no origin, and works until it is revoked', async () => {
    const ada = await signUp();
    const without = await ask('POST', '/api-keys', { ...ada.as, json: { name: 'ci', password: 'not mine' } });
    expect(without).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
    const made = await ask('POST', '/api-keys', {
      ...ada.as,
      json: { name: 'ci', scopes: ['read'], password: PASSWORD },
    });
    const secret = String(made.body['secret']);
    const id = z.object({ id: z.string() }).parse(made.body['api_key']).id;
    const key = { authorization: `Bearer ${secret}` };
    expect((await ask('GET', '/me', { headers: key })).body['account']).toMatchObject({ email: ada.email });
    const purchase = {
      json: { pack: 'pack-1000', payment: 'test' },
      headers: { ...key, 'idempotency-key': 'k'.repeat(10) },
    };
    expect(await ask('POST', '/purchases', purchase)).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_MISSING', scope: 'purchase' },
    });
    expect(await ask('PATCH', '/me', { json: { bio: 'x' }, headers: key })).toMatchObject({
      status: 403,
      body: { code: 'NOT_ALLOWED' },
    });
    expect(
      await ask('POST', '/api-keys', { json: { name: 'n', password: PASSWORD }, headers: key }),
    ).toMatchObject({ status: 403 });
    const wrong = await ask('GET', '/me', { headers: { authorization: `Bearer ${secret}x` } });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    const listed = await ask('GET', '/api-keys', { headers: { cookie: ada.cookie } });
    expect(JSON.stringify(listed.body)).toContain(secret.slice(0, 10));
    expect(JSON.stringify(listed.body)).not.toContain(secret.slice(10));
    expect(await ask('DELETE', `/api-keys/${id}`, ada.as)).toMatchObject({ status: 200 });
    expect((await ask('GET', '/me', { headers: key })).status).toBe(401);
  });
});

describe('administration', () => {
  test('the first admin claims the account once, and the last one stays', async () => {
    const open = await openHouse();
    const token = await open.context.database.inTransaction((tx) =>
      identity.makeLink(tx, { purpose: 'admin_claim', account_id: null }, clock.now()),
    );
    const claim = (email: string) =>
      ask('POST', '/admin-claims', {
        at: open.web,
        json: { token, email, password: PASSWORD, display_name: 'Admin' },
      });
    const [one, two] = await Promise.all([claim('one@example.com'), claim('two@example.com')]);
    expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([201, 410]);
    const admin = one.status === 201 ? one : two;
    expect(admin.body['roles']).toEqual(['admin', 'member']);
    const as = { at: open.web, headers: { cookie: cookieOf(admin), origin: open.web.url } };
    const ada = await signUp(open.web);
    expect(await ask('GET', '/accounts', { at: open.web, headers: { cookie: ada.cookie } })).toMatchObject({
      status: 403,
    });
    expect(await ask('PUT', `/accounts/${ada.id}/roles/creator`, as)).toMatchObject({
      status: 200,
      body: { roles: ['creator', 'member'] },
    });
    expect(await ask('PUT', `/accounts/${randomUUID()}/roles/creator`, as)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    const last = await ask('DELETE', `/accounts/${String(admin.body['id'])}/roles/admin`, as);
    expect(last).toMatchObject({ status: 409, body: { code: 'LAST_ADMIN' } });
    const { body } = await ask('GET', '/accounts?role=creator', as);
    expect(body['items']).toMatchObject([{ id: ada.id }]);
    const { rows } = await open.fresh.pool.query<{ act: string }>(
      'select act from kit.audit_log order by id',
    );
    expect(rows.map(({ act }) => act)).toEqual(['admin.claim', 'role.grant']);
    await open.close();
  });

  test('who has lost every role can still sign out', async () => {
    const ada = await signUp();
    await house.context.database.inTransaction((tx) =>
      identity.revokeRole(tx, { account_id: asId(ada.id), role: 'member' }),
    );
    expect(await ask('GET', '/wallet', ada.as)).toMatchObject({ status: 403 });
    expect(await ask('DELETE', '/sessions/current', ada.as)).toMatchObject({ status: 200 });
    expect(await meOf(ada.cookie)).toBeNull();
  });

  test('mail is read on this machine, and by nobody whose request was passed on', async () => {
    const open = await openHouse({ TRUST_PROXY: 'true' });
    expect(await ask('GET', '/dev/mail', { at: open.web })).toMatchObject({ status: 200 });
    for (const [name, value] of [
      ['x-forwarded-for', '127.0.0.1'],
      ['forwarded', 'for=127.0.0.1'],
    ] as const)
      expect(await ask('GET', '/dev/mail', { at: open.web, headers: { [name]: value } })).toMatchObject({
        status: 404,
        body: { code: 'UNKNOWN_ROUTE' },
      });
    await open.close();
  });

  test('in production there is no mail to read', async () => {
    const open = await openHouse({ MODE: 'production' });
    expect(await ask('GET', '/dev/mail', { at: open.web })).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_ROUTE' },
    });
    await signUp(open.web);
    const { rows } = await open.fresh.pool.query<{ link: string | null; text: string }>(
      'select link, text from identity.mail',
    );
    expect(rows).toMatchObject([{ link: null }]);
    expect(rows[0]?.text).not.toMatch(/token=/);
    await open.close();
  });
});

describe('the wire', () => {
  const plain = (more: Ask = {}) =>
    ask('POST', '/sessions', { json: { email: 'a@example.com', password: 'x' }, ...more });

  test('another origin is refused, with and without a cookie; a program without either is not', async () => {
    const ada = await signUp();
    const refused = { status: 403, body: { code: 'ORIGIN_REFUSED' } };
    expect(await plain({ headers: { origin: 'https://evil.example' } })).toMatchObject(refused);
    expect(await plain({ headers: { 'sec-fetch-site': 'cross-site' } })).toMatchObject(refused);
    expect(await plain({ headers: { 'sec-fetch-site': 'same-site', origin: 'null' } })).toMatchObject(
      refused,
    );
    expect(await ask('PATCH', '/me', { json: { bio: 'x' }, headers: { cookie: ada.cookie } })).toMatchObject(
      refused,
    );
    expect(
      await ask('PATCH', '/me', {
        json: { bio: 'x' },
        headers: { cookie: ada.cookie, 'sec-fetch-site': 'same-origin' },
      }),
    ).toMatchObject({ status: 200 });
    expect(await plain()).toMatchObject({ status: 401 });
  });

  test("a stranger's name that leads to this address is not ours", async () => {
    const statusFor = (host: string) =>
      new Promise((answered) =>
        http.get(`${house.web.url}/api/v1/dev/mail`, { headers: { host } }, (res) =>
          answered(res.resume().statusCode),
        ),
      );
    expect(await Promise.all(['localhost:1', '127.0.0.1:1', '[::1]:1'].map(statusFor))).toEqual([
      200, 200, 200,
    ]);
    expect(await Promise.all(['evil.example', 'localhost.evil.example:80'].map(statusFor))).toEqual([
      403, 403,
    ]);
  });

  test('bodies: broken, of another type, packed, too large, reaching for the prototype', async () => {
    expect(await plain({ text: '{"email":' })).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_JSON' },
    });
    expect(await plain({ text: '{"__proto__":{"admin":true}}' })).toMatchObject({ status: 400 });
    expect(await plain({ text: '{"__pro\\u0074o__":{"admin":true}}' })).toMatchObject({ status: 400 });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect(await plain({ text: 'a=b', headers: { 'content-type': type } })).toMatchObject({
        status: 415,
        body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
      });
    }
    expect(await plain({ headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 415 });
    const large = await plain({ text: JSON.stringify({ email: 'x'.repeat(100_000) }) });
    expect(large).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    expect(await plain({ text: '' })).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
  });

  test('what no text may hold is refused where it stands, by body, path and query', async () => {
    const ada = await signUp();
    const refused = (path: string) => ({ status: 422, body: { code: 'INVALID_INPUT', issues: [{ path }] } });
    const patch = (text: string) => ask('PATCH', '/me', { ...ada.as, text });
    expect(await patch('{"bio":"a\\u0000b"}')).toMatchObject(refused('bio'));
    expect(await patch('{"bio":"a\\ud83d"}')).toMatchObject(refused('bio'));
    expect(await patch('{"a\\u0000":1}')).toMatchObject(refused(''));
    expect(await patch('{"bio":1e400}')).toMatchObject(refused('bio'));
    expect(await patch(`{"bio":${'['.repeat(40_000)}${']'.repeat(40_000)}}`)).toMatchObject({ status: 422 });
    expect(await ask('GET', '/models?search=a%00b')).toMatchObject(refused('search'));
    expect(await ask('GET', '/creators/a%00b')).toMatchObject(refused('handle'));
    expect((await ask('GET', '/creators/%FF')).status).toBeLessThan(500);
    expect((await ask('GET', `/models?search${'[a]'.repeat(2_000)}=1`)).status).toBe(422);
  });

  test('a page that asks in this process is refused the same', async () => {
    const api = createRouterClient(router, {
      context: {
        context: house.context,
        caller: identity.nobody,
        askAgain: async () => identity.nobody,
        request: {
          ...{ id: randomUUID(), ip: '127.0.0.1', is_local: true, user_agent: '' },
          ...{ device: null, opens_page: false },
        },
        cookies: { set() {} },
      },
    });
    const refused = expect.objectContaining({ code: 'INVALID_INPUT' });
    await expect(api.marketplace.getCreator({ handle: 'a\0b' })).rejects.toEqual(refused);
    await expect(api.registry.listModels({ search: '\uD83D' })).rejects.toEqual(refused);
  });

  test('of many faults twenty are told', async () => {
    const json = { name: 'ci', password: PASSWORD, scopes: Array.from({ length: 500 }, () => 'none') };
    const said = await ask('POST', '/api-keys', { ...(await signUp()).as, json });
    expect(said).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
    expect(said.body['issues']).toHaveLength(20);
    const long = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`field${n}`, 1]));
    expect(JSON.stringify((await plain({ json: long })).body).length).toBeLessThan(2_000);
  });

  test('HEAD is answered like GET, without the body', async () => {
    const head = (way: string, headers = {}) =>
      fetch(`${house.web.url}/api/v1${way}`, { method: 'HEAD', headers });
    const health = await head('/health');
    expect([health.status, await health.text()]).toEqual([200, '']);
    expect(health.headers.get('content-type')).toBe('application/json');
    expect((await head('/wallet')).status).toBe(401);
    expect((await head('/nothing')).status).toBe(404);
    expect((await head('/sign-ups')).status).toBe(404);
    const ada = await signUp();
    await makeCreator(ada);
    const stream = await head('/earnings/events', { cookie: ada.cookie });
    expect([stream.status, stream.headers.get('content-type'), await stream.text()]).toEqual([
      200,
      'text/event-stream',
      '',
    ]);
  });

  test('a body that never ends is not read to the end', async () => {
    const { port } = new URL(house.web.url);
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /api/v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      let sent = 0;
      const pour = setInterval(() => socket.write(chunk) && (sent += 0x4000), 2);
      socket.once('data', (data) => {
        clearInterval(pour);
        resolve(String(data));
      });
      socket.once('error', reject);
      setTimeout(() => reject(new Error(`no answer after ${sent} bytes`)), 60_000).unref();
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  // sooner than a whole request would be: that has 15 seconds
  test('slow headers are cut off', { timeout: 15_000 }, async () => {
    const socket = net.connect(Number(new URL(house.web.url).port), '127.0.0.1');
    socket.write('GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    await new Promise<void>((gone) =>
      socket
        .once('close', () => gone())
        .resume()
        .on('error', () => {}),
    );
  });

  test('unknown routes and methods have a name; every answer has its headers', async () => {
    for (const [method, way] of [
      ['GET', '/nothing'],
      ['DELETE', '/me'],
      ['GET', '/../v1'],
      ['OPTIONS', '/me'],
    ] as const) {
      expect(await ask(method, way)).toMatchObject({ status: 404, body: { code: 'UNKNOWN_ROUTE' } });
    }
    const { headers, body } = await ask('GET', '/me');
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=()');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(body).toEqual({
      ...{ account: null, available_micros: null, leaving: null },
      ...{ mode: 'development', test_payments: true },
    });
    const refused = await ask('GET', '/wallet');
    expect(refused.body['instance']).toBe(`urn:uuid:${refused.headers.get('x-request-id')}`);
  });

  test.each(['//', '///', '/\\', '//a:99999/', '/replicate//a:99999/', '/fal//', '//replicate/v1/account'])(
    'the raw path %s leads nowhere, and breaks nothing',
    async (raw) => {
      const status = await new Promise((answered, failed) => {
        http
          .get({ host: '127.0.0.1', port: new URL(house.web.url).port, path: raw }, (res) => {
            res.resume();
            answered(res.statusCode);
          })
          .once('error', failed);
      });
      expect(status).toBe(404);
    },
  );

  test('behind https the browser is told to stay there', async () => {
    const port = await freePort();
    const open = await openHouse({
      PUBLIC_URL: 'https://program.example',
      PORT: String(port),
      MEDIA_PORT: '0',
    });
    const { headers } = await fetch(`http://127.0.0.1:${port}/api/v1/health`);
    expect(open.web.url).toBe('https://program.example');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=31536000/);
    await open.close();
  });

  test('the document of the API is OpenAPI 3.1 with problems', async () => {
    const response = await fetch(`${house.web.url}/api/openapi.json`);
    const document = z.record(z.string(), z.unknown()).parse(await response.json());
    expect(document['openapi']).toMatch(/^3\.1/);
    expect(JSON.stringify(document['paths'])).toContain('application/problem+json');
    expect(document['servers']).toEqual([{ url: '/api/v1' }]);
  });

  test('a database that is away is said to be away, and the answer leaks nothing', async () => {
    const open = await openHouse();
    const { pool } = open.context.database;
    const original = pool.connect.bind(pool);
    const gone = Object.assign(new Error('connect ECONNREFUSED /secret/socket'), { code: 'ECONNREFUSED' });
    pool.connect = () => Promise.reject(gone);
    expect(await ask('GET', '/health', { at: open.web })).toMatchObject({
      status: 200,
      body: { ok: false, database: false },
    });
    const said = await ask('GET', '/me', {
      at: open.web,
      headers: { cookie: `__Host-stellary=${'x'.repeat(43)}` },
    });
    expect(said).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(JSON.stringify(said.body)).not.toContain('secret');
    pool.connect = () => Promise.reject(new Error('something with a secret in it'));
    const broken = await ask('GET', '/me', {
      at: open.web,
      headers: { cookie: `__Host-stellary=${'x'.repeat(43)}` },
    });
    expect(broken).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(JSON.stringify(broken.body)).not.toContain('secret');
    pool.connect = original;
    await open.close();
  });

  test('a port that is taken is named', async () => {
    const { port } = new URL(house.web.url);
    await expect(openHouse({ PORT: port, MEDIA_PORT: '0' })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken`,
    );
  });
});

const makeCreator = ({ id }: Person) =>
  house.context.database.inTransaction((tx) =>
    identity.grantRole(tx, { account_id: asId(id), role: 'creator', by: 'test' }, clock.now()),
  );

describe('streams', () => {
  test(
    'one ends soon after its caller may no longer watch, and the others go on',
    { timeout: 60_000 },
    async () => {
      const { database } = house.context;
      /** Answers once the stream is open, with a promise of its end. */
      const begin = async (headers: Record<string, string>) => {
        const stream = await fetch(`${house.web.url}/api/v1/earnings/events`, { headers });
        expect(stream.status).toBe(200);
        return { all: stream.text() };
      };
      const creator = async () => {
        const person = await signUp();
        await makeCreator(person);
        const id = asId<AccountId>(person.id);
        return { ...person, id, ...(await begin({ cookie: person.cookie })) };
      };
      const [leaves, renews, banned, demoted, expired] = [
        await creator(),
        await creator(),
        await creator(),
        await creator(),
        await creator(),
      ];
      const keyed = await signUp();
      await makeCreator(keyed);
      const stays = await fetch(`${house.web.url}/api/v1/earnings/events`, {
        headers: { cookie: keyed.cookie },
      });
      const made = await ask('POST', '/api-keys', { ...keyed.as, json: { name: 'ci', password: PASSWORD } });
      const byKey = await begin({ authorization: `Bearer ${String(made.body['secret'])}` });
      const key = z.object({ id: z.string() }).parse(made.body['api_key']);

      await ask('DELETE', '/sessions/current', leaves.as);
      await ask('PUT', '/me/password', {
        ...renews.as,
        json: { current_password: PASSWORD, password: 'eight lamps on a pier' },
      });
      await database.inTransaction((tx) => identity.banAccount(tx, banned.id, clock.now()));
      await database.inTransaction((tx) =>
        identity.revokeRole(tx, { account_id: demoted.id, role: 'creator' }),
      );
      await ask('DELETE', `/api-keys/${key.id}`, keyed.as);
      await database.db
        .updateTable('identity.session')
        .set({ expires_at: clock.now() })
        .where('account_id', '=', expired.id)
        .execute();

      const ended = await Promise.all(
        [leaves, renews, banned, demoted, expired, byKey].map((one) => one.all),
      );
      for (const text of ended) {
        expect(text).toContain('"type":"earnings"');
        expect(text).not.toContain('event: error');
      }
      const reader = present(stays.body, 'a body').getReader();
      const soon = new Promise<'goes on'>((pass) => setTimeout(() => pass('goes on'), 500));
      await reader.read();
      expect(await Promise.race([soon, reader.closed.then(() => 'ended')])).toBe('goes on');
      await reader.cancel();
    },
  );

  test('a refusal comes before the stream begins', async () => {
    const ada = await signUp();
    const foreign = await ask('GET', `/generations/${randomUUID()}/events`, {
      headers: { cookie: ada.cookie },
    });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await ask('GET', '/earnings/events', { headers: { cookie: ada.cookie } })).toMatchObject({
      status: 403,
    });
  });

  test('nobody holds more than their share of them', async () => {
    const ada = await signUp();
    await makeCreator(ada);
    const open = () => fetch(`${house.web.url}/api/v1/earnings/events`, { headers: { cookie: ada.cookie } });
    const streams = await Promise.all(Array.from({ length: 24 }, open));
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(4);
    await Promise.all(streams.map(async ({ body }) => body?.cancel()));
    await eventually('there is room again', async () => {
      const again = await open();
      await again.body?.cancel();
      return again.status === 200;
    });
  });

  test('one that is open when the server closes is sent away, and not cut off', async () => {
    const open = await openHouse();
    const ada = await signUp(open.web);
    await open.context.database.inTransaction((tx) =>
      identity.grantRole(tx, { account_id: asId(ada.id), role: 'creator', by: 'test' }, clock.now()),
    );
    const stream = await fetch(`${open.web.url}/api/v1/earnings/events`, { headers: { cookie: ada.cookie } });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const reader = present(stream.body, 'a body').getReader();
    let text = '';
    while (!text.includes('"type":"earnings"')) text += new TextDecoder().decode((await reader.read()).value);
    const rest = (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += new TextDecoder().decode(value);
      }
    })();
    await open.close();
    // it says when to come again, which is not the same for all
    expect(await rest).toMatch(/\n\nretry: \d{3,4}\n\n$/);
  });
});

describe('the media origin', () => {
  const bytes = Buffer.from('a picture, let us say');
  // fetch asks for a fresh copy whenever it is given a condition
  const statusOf = (url: string, headers: Record<string, string>) =>
    new Promise((answered) => http.get(url, { headers }, (res) => answered(res.resume().statusCode)));
  const link = async (more: { extension?: string; download_name?: string } = {}) =>
    house.context.media_links.link(
      { digest: await house.context.media.put(bytes), extension: 'webp', ...more },
      clock.now(),
    );

  test('serves what is signed, in parts too, as what we say it is', async () => {
    const whole = await fetch(await link());
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': house.web.url,
      'x-content-type-options': 'nosniff',
      'cache-control': expect.stringMatching(/^public, max-age=\d+, immutable$/),
    });
    expect(whole.headers.get('content-disposition')).toBeNull();
    const part = await fetch(await link(), { headers: { range: 'bytes=2-8' } });
    expect([part.status, await part.text()]).toEqual([206, 'picture']);
    const beyond = await fetch(await link(), { headers: { range: 'bytes=900-' } });
    expect(beyond.status).toBe(416);
    expect(await statusOf(await link(), { 'if-none-match': whole.headers.get('etag') ?? '' })).toBe(304);
  });

  test.each([
    ...(['webp image/webp', 'png image/png', 'jpg image/jpeg', 'avif image/avif'] as const),
    ...(['mp4 video/mp4', 'webm video/webm'] as const),
    ...(['flac audio/flac', 'wav audio/wav', 'ogg audio/ogg', 'mid audio/midi'] as const),
  ])('serves %s, in parts too, and names it so', async (pair) => {
    const [extension = '', type] = pair.split(' ');
    const file = await fetch(await link({ extension, download_name: `a.${extension}` }), {
      headers: { range: 'bytes=0-0' },
    });
    expect([file.status, file.headers.get('content-type')]).toEqual([206, type]);
    expect(file.headers.get('content-range')).toBe(`bytes 0-0/${bytes.length}`);
    expect(file.headers.get('content-disposition')).toContain(`filename="a.${extension}"`);
    await file.arrayBuffer();
  });

  test('gives a file a safe name', async () => {
    const file = await fetch(await link({ download_name: '../Sünde "x"\r\nSet-Cookie: a=b.webp' }));
    const header = file.headers.get('content-disposition') ?? '';
    expect(header).toMatch(/^attachment; filename="[^"/\\]*\.webp"; filename\*=UTF-8''[\w.%~-]+$/);
    expect(file.headers.get('set-cookie')).toBeNull();
  });

  test('everything else is not there', async () => {
    const good = await link();
    const tampered = [
      good.replace('.webp', '.png'),
      good.replace(/s=.{4}/, 's=AAAA'),
      good.replace(/e=\d+/, 'e=99999999999'),
      `${good}&n=evil.html`,
      good.split('?')[0] ?? '',
      await link({ extension: 'html' }),
      house.context.media_links.link({ digest: 'a'.repeat(64), extension: 'webp' }, clock.now()),
      `${house.web.media_url}/`,
      `${house.web.media_url}/../../etc/passwd`,
    ];
    for (const url of tampered) expect((await fetch(url)).status, url).toBe(404);
    expect((await fetch(good, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});
