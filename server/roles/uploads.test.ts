import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { traverseContractProcedures } from '@orpc/server';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { contract } from '#api/index.ts';
import { eventually } from '../../tests/eventually.ts';
import { readFileBody } from '../kit/http/read-file.ts';
import { oneOfFew, UPLOADS, uploadAt } from './uploads.ts';

const takesFile = (schema: unknown) =>
  schema instanceof z.ZodObject && schema.shape.body instanceof z.ZodFile;

test('every endpoint whose body is a file is read as one, has room to say that it does not fit, and no other is', () => {
  const found: string[] = [];
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path }) => {
    const { inputSchema, route, errorMap } = procedure['~orpc'];
    if (!takesFile(inputSchema)) return;
    const name = path.join('.');
    found.push(name);
    expect(route.method, name).toBe('POST');
    expect(uploadAt(`/api/v1${route.path?.replaceAll(/\{\w+\}/g, '1')}`)?.endpoint, name).toBe(name);
    expect(Object.keys(errorMap), name).toEqual(expect.arrayContaining(['FILE_TOO_LARGE', 'STORAGE_FULL']));
  });
  expect(UPLOADS.map(({ endpoint }) => endpoint).toSorted()).toEqual(found.toSorted());
});

test('strangers hold half of the places that anybody may take, and none of those for workers', async () => {
  const over = Promise.withResolvers<void>();
  const held: Promise<void>[] = [];
  const take = (name: string, isStranger: boolean, path: string) => {
    const upload = UPLOADS.find(({ endpoint }) => endpoint === path);
    if (!upload) throw new Error(`${path} takes no file`);
    return oneOfFew(upload, { name, isStranger }, () => over.promise);
  };
  const hold = (...taken: Parameters<typeof take>) => void held.push(take(...taken));
  const lookup = 'provenance.createLookup';
  for (const network of ['one', 'one', 'two']) hold(network, true, lookup);
  await expect(take('three', true, lookup)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  for (const member of ['ann', 'ann', 'bea']) hold(member, false, lookup);
  await expect(take('cleo', false, lookup)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  for (let n = 0; n < 4; n += 1) hold('worker', false, 'runners.createOutput');
  await expect(take('worker', false, 'runners.createOutput')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  hold('another worker', false, 'runners.createOutput');
  over.resolve();
  await Promise.all(held);
  await take('three', true, lookup);
});

test('an upload that only trickles is ended and leaves nothing, and one that keeps its pace comes in', async () => {
  const place = path.join(tmpdir(), `trickle-${process.pid}`);
  const ends: string[] = [];
  const server = createServer((req, res) => {
    readFileBody(req, place, 1e6, { grace_ms: 500, bytes_per_s: 2_000 })
      .then(
        async (body) => {
          ends.push(String(body?.file.size));
          await body?.discard();
        },
        () => ends.push('ended'),
      )
      .finally(() => res.end());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const send = async (bytes: number) => {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 8000\r\n\r\n');
    for (let sent = 0; sent < 8_000 && !socket.destroyed; sent += bytes) {
      socket.write(Buffer.alloc(Math.min(bytes, 8_000 - sent)));
      await sleep(100);
    }
    socket.destroy();
  };
  await send(400);
  expect(ends).toEqual(['8000']);
  void send(10);
  await eventually('the one that trickles is ended', () => ends.length === 2);
  expect(ends).toEqual(['8000', 'ended']);
  expect(existsSync(place)).toBe(false);
  server.closeAllConnections();
  server.close();
});
