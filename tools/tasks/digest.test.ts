import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesUnder, fingerprint, isUnchanged, writeStamp } from './digest.ts';

let folder: string;
let page: string;
let stamp: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'digest-'));
  page = path.join(folder, 'web', 'page.svelte');
  stamp = path.join(folder, 'stamp.json');
  fs.mkdirSync(path.join(folder, 'web', 'build'), { recursive: true });
  fs.writeFileSync(page, 'one');
  fs.writeFileSync(path.join(folder, 'web', 'build', 'made.js'), 'made');
  writeStamp(stamp, fingerprint(sources()));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const sources = () => filesUnder([path.join(folder, 'web')]);

test('what tools made is no source', () => {
  expect(sources()).toEqual([page]);
});

test('nothing changed', () => {
  expect(isUnchanged(stamp, sources())).toBe(true);
});

test('a file that was touched, or checked out again, is the same', () => {
  fs.utimesSync(page, new Date(), new Date(0));
  expect(isUnchanged(stamp, sources())).toBe(true);
});

test('another content of the same length is a change', () => {
  fs.writeFileSync(page, 'two');
  fs.utimesSync(page, new Date(), new Date(0));
  expect(isUnchanged(stamp, sources())).toBe(false);
});

test('a file more, a file less, another name, no stamp', () => {
  const more = path.join(folder, 'web', 'more.ts');
  fs.writeFileSync(more, '');
  expect(isUnchanged(stamp, sources())).toBe(false);
  fs.rmSync(more);
  expect(isUnchanged(stamp, sources())).toBe(true);
  fs.renameSync(page, more);
  expect(isUnchanged(stamp, sources())).toBe(false);
  expect(isUnchanged(path.join(folder, 'none.json'), sources())).toBe(false);
});
