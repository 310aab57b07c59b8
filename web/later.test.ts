import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const WEB = import.meta.dirname;
const WAKES = /from '([^']+\.svelte)' with \{ wakes: '(?:seen|touched)' \}/g;
const DRAWS = /^\s*import \w+ from '([^']+\.svelte)'/gm;
const PLACES = { '#ui/': 'ui', '#forms/': 'forms', '#web/': '.' };

const components = fs
  .globSync(['pages/**/*.svelte', 'ui/**/*.svelte', 'forms/**/*.svelte'], { cwd: WEB })
  .map((file) => path.join(WEB, file));

const at = (address: string, from: string) => {
  const [start, place] = Object.entries(PLACES).find(([alias]) => address.startsWith(alias)) ?? [];
  return start && place
    ? path.join(WEB, place, address.slice(start.length))
    : path.resolve(path.dirname(from), address);
};
const named = (pattern: RegExp, file: string) =>
  [...fs.readFileSync(file, 'utf8').matchAll(pattern)].map(([, address = '']) => at(address, file));

/** The component and all that it draws. */
function within(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const other of named(DRAWS, file)) within(other, known);
  return known;
}

test('what comes later has no styles of its own: they would come later too, and the page would jump', () => {
  const parts = new Set(components.flatMap((file) => named(WAKES, file)));
  expect(parts.size).toBeGreaterThan(10);
  const styled = [...parts].flatMap((part) =>
    [...within(part)]
      .filter((file) => fs.readFileSync(file, 'utf8').includes('<style'))
      .map((file) => `${path.relative(WEB, part)} draws ${path.relative(WEB, file)}`),
  );
  expect(styled).toEqual([]);
});
