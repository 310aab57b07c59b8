import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compiled, isKept } from './compiled.ts';

const root = mkdtempSync(path.join(tmpdir(), 'compiled-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const write = (file: string, code: string) => writeFileSync(path.join(root, file), code);
const build = () => compiled(root, 'child/main.ts') ?? expect.fail('nothing was made');
const forget = (folder: string) => {
  const long_ago = new Date(Date.now() - 2 * 24 * 3_600_000);
  utimesSync(path.join(root, folder), long_ago, long_ago);
};

test('a program runs as JavaScript, once made for each build, and what nobody starts from is taken away', () => {
  mkdirSync(path.join(root, 'child'));
  write('child/main.ts', `import { word } from '../word.ts';\nconsole.log(word satisfies string);\n`);
  write('word.ts', `export const word: string = 'first';\n`);
  const first = build();
  expect(first.program).toMatch(/^\.runtime\/children\/[0-9a-f]{24}\/child\/main\.mjs$/);
  expect(execFileSync(process.execPath, [path.join(root, first.program)], { encoding: 'utf8' })).toBe(
    'first\n',
  );
  expect(build()).toEqual(first);

  // what cannot be taken away is left alone
  symlinkSync('round', path.join(root, '.runtime/children/round'));

  // another build runs beside it and is still used; a third was used long ago
  write('word.ts', `export const word: string = 'second';\n`);
  const second = build();
  expect(isKept(root, first)).toBe(true);
  forget(first.folder);
  forget(second.folder);
  expect(isKept(root, second)).toBe(true);
  write('word.ts', `export const word: string = 'third';\n`);
  const third = build();
  const left = ['round', ...[second, third].map(({ folder }) => path.basename(folder))].toSorted();
  expect(readdirSync(path.join(root, '.runtime/children')).toSorted()).toEqual(left);

  // who still has the first finds that it is gone, and makes it again
  expect(isKept(root, first)).toBe(false);
  write('word.ts', `export const word: string = 'first';\n`);
  expect(build()).toEqual(first);
  expect(existsSync(path.join(root, first.program))).toBe(true);
});
