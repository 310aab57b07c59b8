import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { quickFolder } from '../../tools/quick-folder.ts';
import { openParts } from './parts.ts';

const root = await mkdtemp(path.join(quickFolder(), 'parts-'));
afterAll(() => rm(root, { recursive: true, force: true }));
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

test('any bytes of a part come back as they were written, and one that is written again is the new one', async () => {
  const parts = await openParts(root);
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(bytes, bytes, fc.nat(300), fc.nat(300), async (before, after, a, b) => {
      await parts.write(id(1), '1-1', before);
      await parts.write(id(1), '1-1', after);
      expect(await parts.size(id(1), '1-1')).toBe(after.byteLength);
      const [from, to] = [Math.min(a, after.length - 1), Math.min(Math.max(a, b) + 1, after.length)];
      const read = await Array.fromAsync(parts.read(id(1), '1-1', from, to));
      expect(Buffer.concat(read)).toEqual(Buffer.from(after.slice(from, to)));
    }),
    { numRuns: 30 },
  );
});

test('each file is a folder of its own that goes as a whole, and no name leads anywhere else', async () => {
  const parts = await openParts(root);
  await parts.write(id(2), '1-1', Buffer.from('a'));
  await parts.write(id(3), '1-1', Buffer.from('b'));
  expect(await parts.ids()).toEqual(expect.arrayContaining([id(2), id(3)]));
  await parts.remove(id(2));
  await parts.remove(id(2));
  expect(await parts.size(id(2), '1-1')).toBeNull();
  expect(await readdir(root)).not.toContain(id(2));
  for (const name of ['../1', '1', '', '1-1/..', '/etc/passwd'])
    await expect(parts.write(id(3), name, Buffer.from('x'))).rejects.toThrow('not the name of a part');
  for (const other of ['..', '', 'exports', `${id(3)}/..`])
    await expect(parts.write(other, '1-1', Buffer.from('x'))).rejects.toThrow('not the id of a file');
});
