import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../tests/eventually.ts';
import { freshDatabase } from '../../tests/setup/database.ts';
import { readConfig } from '../config.ts';
import { buildContext, type Context } from '../context.ts';
import { signHeads } from '../flows/sign-heads.ts';
import { audit } from '../kit/audit.ts';
import { readHead } from '../kit/heads.ts';
import { readJwks, verifierOf } from '../kit/signing.ts';
import { BooksEnd } from '../views/heads.ts';
import { startWeb, type Web } from './web.ts';
import { WELL_KNOWN } from './well-known.ts';

let context: Context;
let web: Web;
let close: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-well-known-'));
  const engine = { run: () => Promise.reject(new Error('no engine here')), close: async () => {} };
  context = await buildContext(
    readConfig({ PORT: '0', DATA_DIR: data_dir, LOG_LEVEL: 'silent', CHAIN: 'none' }),
    fresh.url,
    { engine },
  );
  web = await startWeb(context);
  close = async () => {
    await web.close();
    await context.close();
    await fresh.drop();
    await rm(data_dir, { recursive: true, force: true });
  };
});
afterAll(() => close());

test('before anything was signed there is no head', async () => {
  const answer = await fetch(web.url + WELL_KNOWN.heads);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND' });
});

test('a stranger verifies the newest head with the published keys alone', async () => {
  const at = context.clock.now();
  await context.database.inTransaction((tx) => audit(tx, { at, actor: 'ada', act: 'x', subject: 'y' }));
  const signed = await signHeads(context);
  const keys = readJwks(await (await fetch(web.url + WELL_KNOWN.keys)).text());
  const newest = async () =>
    (await (await fetch(web.url + WELL_KNOWN.heads)).json()) as { jws: string; head: unknown };
  // the answer may be a moment old
  const published = await eventually('the head is published', async () => {
    const answer = await newest();
    return answer.jws === signed?.jws && answer;
  });
  const { head } = await readHead(published.jws, verifierOf(keys), BooksEnd);
  expect(head).toMatchObject({ number: 1, prev: null, claims: { audit: { n: 1 } } });
  expect(published.head).toEqual(head);
});

test.each(Object.values(WELL_KNOWN))(
  '%s may be read from anywhere, kept for a moment, and is only read',
  async (where) => {
    const answer = await fetch(web.url + where, { headers: { origin: 'https://elsewhere.example' } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': expect.stringMatching(/^public, max-age=\d+$/),
      'content-type': expect.stringMatching(/^application\/((jwk-set\+)?json|x-pem-file)$/),
    });
    expect(await answer.text()).not.toContain('"d"');
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetch(web.url + where, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await fetch(web.url + where, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
    expect((await fetch(web.url + where, { method: 'POST' })).status).toBe(405);
  },
);
