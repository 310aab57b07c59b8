import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../tests/eventually.ts';
import { freshDatabase } from '../../tests/setup/database.ts';
import { readConfig } from '../config.ts';
import { buildContext, type Context } from '../context.ts';
import { audit, auditHead } from '../kit/audit.ts';
import { linesOfHeads, readHead } from '../kit/heads.ts';
import { BooksEnd } from '../views/heads.ts';
import { startWorker } from './worker.ts';

let context: Context;
let close: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-worker-'));
  const engine = { run: () => Promise.reject(new Error('no engine here')), close: async () => {} };
  const config = readConfig({
    DATA_DIR: data_dir,
    HEADS_DIR: path.join(data_dir, 'apart'),
    LOG_LEVEL: 'silent',
    CHAIN: 'none',
  });
  context = await buildContext(config, fresh.url, { engine });
  close = async () => {
    await context.close();
    await fresh.drop();
    await rm(data_dir, { recursive: true, force: true });
  };
});
afterAll(() => close());

const doSomething = (act: string) =>
  context.database.inTransaction((tx) =>
    audit(tx, { at: context.clock.now(), actor: 'ada', act, subject: '' }),
  );

async function signed(): Promise<BooksEnd[]> {
  const claims: BooksEnd[] = [];
  for await (const { jws } of linesOfHeads(context.config.heads_dir))
    claims.push((await readHead(jws ?? '', context.signer.verify, BooksEnd)).head.claims);
  return claims;
}

test('a worker signs the end of the books when it starts, and once more when it leaves', async () => {
  await doSomething('before');
  const worker = startWorker(context);
  await eventually('the first head', async () => (await signed()).length === 1);
  await doSomething('while it runs');
  await worker.stop();
  const audits = (await signed()).map((claims) => claims.audit?.n);
  expect(audits).toEqual([1, 2]);
  expect((await signed()).at(-1)?.audit).toEqual(await auditHead(context.db));
});
