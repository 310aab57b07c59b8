import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openFileCache } from './file-cache.ts';
import { sha256 } from './files.ts';

const root = await mkdtemp(path.join(tmpdir(), 'file-cache-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const piece = (place: number) => Buffer.alloc(100, place);
const keyOf = (place: number) => sha256(Buffer.from(String(place)));

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test('keeps what fits, drops what was not asked for the longest, and knows it after a restart', async () => {
  const folder = path.join(root, 'cards');
  const cache = openFileCache(folder, 500);
  expect(await cache.get(keyOf(0))).toBeNull();
  for (let place = 0; place < 5; place += 1) {
    await cache.put(keyOf(place), piece(place));
    await new Promise((later) => setTimeout(later, 2)); // so that one is older than the other
  }
  expect(await cache.get(keyOf(0))).toEqual(piece(0));
  await cache.put(keyOf(5), piece(5));
  expect(await bytesIn(folder)).toBeLessThanOrEqual(500);
  expect(await cache.get(keyOf(1))).toBeNull();
  expect(await cache.get(keyOf(0))).toEqual(piece(0));
  expect(await cache.get(keyOf(5))).toEqual(piece(5));

  await writeFile(path.join(folder, '.draft-left'), 'half');
  const again = openFileCache(folder, 500);
  expect(await again.get(keyOf(5))).toEqual(piece(5));
  expect(await readdir(folder)).not.toContain('.draft-left');
  await again.put(keyOf(5), piece(5));
  expect(await bytesIn(folder)).toBeLessThanOrEqual(500);
  await again.put(keyOf(9), Buffer.alloc(600));
  expect(await again.get(keyOf(9))).toBeNull();
});

test('a name that is no digest names no file', async () => {
  const cache = openFileCache(path.join(root, 'names'), 500);
  await expect(cache.get('../cards')).rejects.toThrow('digest');
});
