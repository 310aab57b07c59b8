import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { type Database, openDatabase } from '../kit/database.ts';
import { keysOf, openSigner } from '../kit/signing.ts';
import { CHAINS } from '../modules/ledger/index.ts';
import { PARTS, verifyInstallation } from './verification.ts';

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let database: Database;
let dir: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 4 });
  dir = await mkdtemp(path.join(tmpdir(), 'stellary-verification-'));
  await openSigner(dir);
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
  await rm(dir, { recursive: true, force: true });
});

test.each([[Object.keys(PARTS)], [['ledger', 'audit']], [['ledger']], [['audit']]])(
  'every hash of the ledger is computed once: %s',
  async (names) => {
    const { checked, violations } = await verifyInstallation(
      {
        ...{ db: database.db, heads_dir: dir, jwks: keysOf(dir) },
        ...{ media_dir: path.join(dir, 'media'), model_files_dir: path.join(dir, 'model-files') },
      },
      names,
    );
    expect(violations).toEqual([]);
    expect(checked.filter((name) => CHAINS.includes(name))).toEqual(CHAINS);
    expect(new Set(checked).size).toBe(checked.length);
  },
);
