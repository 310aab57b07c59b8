// What somebody sees who types `npm run restore`: everything that `npm run verify` looks at, before anything is in place.
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Config, readConfig } from './config.ts';
import { signHeads } from './flows/sign-heads.ts';
import { audit } from './kit/audit.ts';
import { systemClock } from './kit/clock.ts';
import { type Database, openDatabase } from './kit/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './kit/embedded-postgres.ts';
import { migrate } from './kit/migrate.ts';
import { openSigner, type Signer } from './kit/signing.ts';

let parent: string;
let config: Config;
let server: EmbeddedPostgres;
let database: Database;
let signer: Signer;
const inParent = (name: string) => path.join(parent, name);

beforeAll(async () => {
  parent = mkdtempSync(path.join(tmpdir(), 'stellary-restore-'));
  chmodSync(parent, 0o755);
  // heads on a disk of their own go on while a backup grows old
  config = readConfig({ DATA_DIR: inParent('data'), HEADS_DIR: inParent('heads') });
  server = await startEmbeddedPostgres({ data_dir: inParent('data/postgres'), durable: false });
  database = openDatabase(server.url, { connections_max: 2 });
  await migrate(database.pool);
  signer = await openSigner(config.keys_dir);
  await actAndSign('one');
  await actAndSign('two');
});
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(parent, { recursive: true, force: true });
});

async function actAndSign(act: string): Promise<void> {
  await database.inTransaction((tx) => audit(tx, { at: new Date(), actor: 'ada', act, subject: '' }));
  await signHeads({ database, signer, config, clock: systemClock });
}

function type(file: string, words: string[], env: Record<string, string> = {}) {
  const at = path.join(import.meta.dirname, file);
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const folders = { DATA_DIR: config.data_dir, HEADS_DIR: config.heads_dir };
  const own = { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), ...folders, ...env };
  return new Promise<{ code: number; said: string }>((told) =>
    execFile(process.execPath, [at, ...words], { env: own }, (error, out, err) =>
      told({ code: error ? Number(error.code ?? -1) : 0, said: `${err}${out}` }),
    ),
  );
}
/** Each starts PostgreSQL anew and writes everything through to the disk. */
const PATIENCE_MS = 120_000;
const restore = (to: string, env?: Record<string, string>) =>
  type('restore.ts', [inParent('backup'), '--data-dir', inParent(to)], env);

test(
  'a restored installation was verified in every part, and each result is said',
  { timeout: PATIENCE_MS },
  async () => {
    expect((await type('backup.ts', [inParent('backup')])).code).toBe(0);
    await actAndSign('three');

    const { code, said } = await restore('restored');
    expect(said).toMatch(/verifying ledger, audit, receipts, published, analytics, votes, provenance, media/);
    for (const holds of [
      'every row sums to zero',
      'the audit log is a whole chain of hashes',
      'what each head names is in the books as it was',
      'the chain of blocks of receipts is unbroken and signed',
      'each published root is that of its leaves as they are',
      'each asset lies in the store',
      'each upload lies in the store',
      'each sample of a model lies in the store',
      'each file of a model lies in its store',
    ])
      expect(said).toContain(`holds  ${holds}`);
    // the head that speaks of what came after the backup is no reason to doubt it
    expect(said).toMatch(/heads: 2 heads .*, and 1 of a later time/);
    expect(said).toMatch(/and everything holds\. It stands where it stood/);
    expect(code).toBe(0);
    expect(readdirSync(inParent('restored')).sort()).toEqual(['keys', 'media', 'model-files', 'postgres']);
  },
);

test(
  'who lost the keys still gets everything back, and is told what nobody can check now',
  { timeout: PATIENCE_MS },
  async () => {
    const { code, said } = await restore('keyless', { KEYS_DIR: inParent('lost') });
    expect(said).toMatch(/verifying ledger, analytics, votes, media\n/);
    expect(said).toMatch(/there are no keys in .*lost: whether what was signed/);
    expect(said).not.toContain('everything holds');
    expect(code).toBe(0);
  },
);

test(
  'books that were rewritten are not restored, although every sum in them holds',
  { timeout: PATIENCE_MS },
  async () => {
    rmSync(inParent('backup'), { recursive: true });
    await database.pool.query(`
    set session_replication_role = replica;
    update kit.audit_log set actor = 'eve' where id = 1;
    set session_replication_role = default`);
    expect((await type('backup.ts', [inParent('backup')])).code).toBe(0);

    const { code, said } = await restore('rewritten');
    expect(said).toContain('FAILS  the audit log is a whole chain of hashes: row 1 was changed');
    expect(said).toContain('holds  every row sums to zero');
    expect(said).toMatch(/BOOKS_BROKEN: the restored books are not whole, so nothing was replaced/);
    expect(code).toBe(1);
    expect(existsSync(inParent('rewritten/postgres'))).toBe(false);
  },
);
