import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlreadyRunning, takeInstanceLock } from './instance-lock.ts';

let folder: string;
const lockFile = () => path.join(folder, 'instance.lock');

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

test('a second copy is refused, and told which process holds the folder', () => {
  const lock = takeInstanceLock(folder);
  expect(() => takeInstanceLock(folder)).toThrow(AlreadyRunning);
  expect(() => takeInstanceLock(folder)).toThrow(`process ${process.pid}`);
  lock.release();
  takeInstanceLock(folder).release();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('a dead holder loses the lock', () => {
  const script = `const { takeInstanceLock } = await import(${JSON.stringify(path.join(import.meta.dirname, 'instance-lock.ts'))});
    takeInstanceLock(${JSON.stringify(folder)});
    process.kill(process.pid, 'SIGKILL');`;
  spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(fs.existsSync(lockFile())).toBe(true);
  takeInstanceLock(folder).release();
});

test('a living process that was given the number of a dead holder does not count', () => {
  fs.writeFileSync(lockFile(), JSON.stringify({ pid: process.ppid, born: 'before the last power cut' }));
  takeInstanceLock(folder).release();
});

test('a lock that was cut short by a power failure is nobody’s', () => {
  fs.writeFileSync(lockFile(), '{"pid": 1');
  takeInstanceLock(folder).release();
});

test('the lock of another folder is another lock', () => {
  const other = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'));
  const locks = [takeInstanceLock(folder), takeInstanceLock(other)];
  for (const lock of locks) lock.release();
  fs.rmSync(other, { recursive: true });
});
