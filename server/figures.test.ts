import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../tests/setup/database.ts';

let fresh: FreshDatabase;
beforeAll(async () => void (fresh = await freshDatabase()));
afterAll(() => fresh.drop());

/** What a person sees who types it. */
function type(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const at = path.join(import.meta.dirname, 'figures.ts');
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, DATABASE_URL: fresh.url };
  return new Promise((resolve) => {
    execFile(process.execPath, [at, ...words], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

test('an operator counts again what the books say, and makes the roll-ups anew', async () => {
  expect(await type('everything')).toMatchObject({
    code: 2,
    err: expect.stringContaining('derive | rebuild') as string,
  });
  expect(await type('derive')).toMatchObject({ code: 0, out: '0 were missing and are counted.\n' });
  expect(await type('rebuild')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Made of 0 in \d+ s/) as string,
  });
});
