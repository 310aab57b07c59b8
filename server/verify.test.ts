import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../tests/setup/database.ts';
import { readConfig } from './config.ts';
import { signHeads } from './flows/sign-heads.ts';
import { audit } from './kit/audit.ts';
import { systemClock } from './kit/clock.ts';
import { type Database, openDatabase } from './kit/database.ts';
import { keysOf, openSigner } from './kit/signing.ts';

let fresh: FreshDatabase;
let database: Database;
let data_dir: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 2 });
  data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-verify-'));
  const config = readConfig({ DATA_DIR: data_dir });
  const signer = await openSigner(config.keys_dir);
  for (const act of ['one', 'two']) {
    await database.inTransaction((tx) => audit(tx, { at: new Date(), actor: 'ada', act, subject: '' }));
    await signHeads({ database, signer, config, clock: systemClock });
  }
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
  await rm(data_dir, { recursive: true, force: true });
});

type Said = { code: number; out: string; err: string };

/** What a person sees who types it. */
function type(file: string, ...words: string[]): Promise<Said> {
  const at = path.join(import.meta.dirname, file);
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const compiled = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};
  const env = { PATH, ...compiled, DATA_DIR: data_dir, DATABASE_URL: fresh.url };
  return new Promise((said) =>
    execFile(process.execPath, [at, ...words], { env }, (error, out, err) =>
      said({ code: error ? Number(error.code ?? -1) : 0, out, err }),
    ),
  );
}

test('who asks about the audit log is told what holds, how much there was, and how fast it went', async () => {
  const { code, out } = await type('verify.ts', 'audit');
  expect(code).toBe(0);
  expect(out).toMatch(/^holds {2}the audit log is a whole chain of hashes$/m);
  expect(out).toMatch(/audit log: 2 rows in .* a second/);
  expect(out).toMatch(/heads: 2 heads/);
  expect(out).toMatch(/Everything holds/);
});

test('a machine is told the same, and an outsider brings the keys and the heads that they kept', async () => {
  const jwks = path.join(data_dir, 'published.json');
  await writeFile(jwks, JSON.stringify(keysOf(path.join(data_dir, 'keys'))));
  const kept = path.join(data_dir, 'kept');
  await cp(path.join(data_dir, 'heads'), kept, { recursive: true });
  const { code, out } = await type('verify.ts', 'audit', '--json', '--jwks', jwks, '--copies', kept);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ violations: [] });

  const other = path.join(data_dir, 'other-keys');
  await openSigner(other);
  await writeFile(jwks, JSON.stringify(keysOf(other)));
  const doubted = await type('verify.ts', 'audit', '--json', '--jwks', jwks);
  expect(doubted.code).toBe(1);
  expect(JSON.parse(doubted.out).violations).toContainEqual({
    invariant: 'each head is signed by a key of ours',
    subject: expect.stringMatching(/\.jsonl:1$/),
  });
});

test('what is not there is not checked', async () => {
  expect(await type('verify.ts', 'ledger', '--fast', '--full')).toMatchObject({ code: 2 });
  expect(await type('verify.ts', 'weather')).toMatchObject({ code: 2, err: expect.stringMatching(/audit/) });
});

test('keys are listed and changed by hand', async () => {
  const before = await type('keys.ts');
  const [kid] = keysOf(path.join(data_dir, 'keys')).keys.map((key) => key.kid);
  expect(before.out).toMatch(new RegExp(`^signs {5}${kid}$`, 'm'));
  expect((await type('keys.ts', 'rotate')).code).toBe(0);
  expect((await type('keys.ts', 'list')).out).toMatch(new RegExp(`^verifies {2}${kid}$`, 'm'));
  expect((await type('keys.ts', 'burn')).code).toBe(2);
  expect((await type('verify.ts', 'audit')).code).toBe(0);
});
