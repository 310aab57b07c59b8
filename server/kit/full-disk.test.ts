import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { StorageFull } from './files.ts';
import { readFileBody } from './http/read-file.ts';
import { openInbox } from './inbox.ts';

const noRoom = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'stellary-full-'));
});
// other files share this process
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('what a worker sends finds no room, and leaves nothing behind', async () => {
  vi.spyOn(fs.promises, 'writeFile').mockRejectedValue(noRoom);
  syncBuiltinESMExports();
  const folder = randomUUID();
  await expect(openInbox(dir).put(folder, '0', Buffer.from('a picture'))).rejects.toThrow(StorageFull);
  expect(await readdir(path.join(dir, folder))).toEqual([]);
});

test('a file that is uploaded finds no room, and leaves nothing behind', async () => {
  const handle = await open(path.join(dir, 'any'), 'w');
  vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'writeFile').mockRejectedValue(noRoom);
  await handle.close();
  const read = Promise.withResolvers<unknown>();
  const server = createServer((req: IncomingMessage, res) => {
    const body = readFileBody(req, path.join(dir, 'upload'), 1_000);
    void body.then(read.resolve, read.resolve).finally(() => res.end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'a model' });
  expect(await read.promise).toBeInstanceOf(StorageFull);
  expect(await readdir(dir)).not.toContain('upload');
  server.closeAllConnections();
  server.close();
});
