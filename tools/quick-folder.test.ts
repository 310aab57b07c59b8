import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { quickFolder, sweepQuickFolder } from './quick-folder.ts';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'quick-folder-'));
  vi.stubEnv('TMPDIR', '');
});
afterAll(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true });
});

test('memory that others may not enter, or that is not there, is left alone', () => {
  fs.chmodSync(folder, 0o700);
  expect(quickFolder(folder)).toBe(os.tmpdir());
  expect(quickFolder(path.join(folder, 'nothing'))).toBe(os.tmpdir());
});

test('whoever says where to put things is heard', () => {
  vi.stubEnv('TMPDIR', '/somewhere');
  expect(quickFolder(folder)).toBe('/somewhere');
});

test('what a killed run left is taken away after a day, and nothing else', () => {
  for (const name of ['world-old', 'world-new', 'others-old']) fs.mkdirSync(path.join(folder, name));
  const long_ago = new Date(Date.now() - 25 * 3_600_000);
  for (const name of ['world-old', 'others-old']) fs.utimesSync(path.join(folder, name), long_ago, long_ago);
  sweepQuickFolder('world-', folder);
  expect(fs.readdirSync(folder).toSorted()).toEqual(['others-old', 'world-new']);
});
