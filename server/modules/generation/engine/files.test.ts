import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteSent, readFiles } from './files.ts';
import type { ReleaseFiles } from './types.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'files-'))));
afterAll(() => rm(folder, { recursive: true }));

async function releaseOf(...roles: string[]): Promise<ReleaseFiles> {
  const files = roles.map((role) => ({
    role,
    path: path.join(folder, role),
    sha256: createHash('sha256').update(role).digest('hex'),
  }));
  await Promise.all(files.map((file) => writeFile(file.path, file.role)));
  return { binding: { kind: 'house' }, slug: 'painter', modality: 'image', files };
}

test('a file comes with its bytes until it was sent', async () => {
  const release = await releaseOf('reader', 'flow');
  const child = {};
  const bytesOf = async () => {
    const files = await readFiles(release, child, 'model_error');
    return Array.isArray(files) ? files.map(({ bytes }) => bytes && Buffer.from(bytes).toString()) : files;
  };
  await writeFile(path.join(folder, 'flow'), 'other');
  expect(await bytesOf()).toMatchObject({ code: 'model_error', retryable: false });
  await writeFile(path.join(folder, 'flow'), 'flow');
  expect(await bytesOf()).toEqual(['reader', 'flow']);

  const [reader] = release.files;
  noteSent(child, reader ? [reader] : []);
  expect(await bytesOf()).toEqual([undefined, 'flow']);
});

test('a file that is not there may be there the next time', async () => {
  const release = await releaseOf('decoder');
  await rm(path.join(folder, 'decoder'));
  expect(await readFiles(release, {}, 'model_invalid')).toMatchObject({
    code: 'model_invalid',
    retryable: true,
  });
});
