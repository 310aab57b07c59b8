// What all pages have in common: they may be read from right to left, speak one language, and /design shows their parts.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const web = path.resolve(import.meta.dirname, '../../web');

const filesUnder = (folder: string, ending: RegExp): [name: string, text: string][] =>
  fs
    .readdirSync(path.join(web, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => [`${folder}/${name}`, fs.readFileSync(path.join(web, folder, name), 'utf8')]);

/** Classes that know left and right, where start and end are meant. */
const PHYSICAL =
  /(?<![\w-])(?:-?(?:ml|mr|pl|pr|scroll-ml|scroll-mr)-[\w[]|-?(?:left|right)-(?:\d|\[|auto|full|px)|(?:text|float)-(?:left|right)(?![\w-])|(?:rounded|border)-(?:l|r|tl|tr|bl|br)(?=[-\s"'`]))[\w.[\]/-]*/g;

function physicalIn(text: string): string[] {
  return text.match(PHYSICAL) ?? [];
}

test('classes say start and end, so that a page may be mirrored', () => {
  const found = ['ui', 'pages', 'forms'].flatMap((folder) =>
    filesUnder(folder, /\.svelte$/).flatMap(([name, text]) =>
      physicalIn(text).map((one) => `${name}: ${one}`),
    ),
  );
  expect(found).toEqual([]);
});

test.each(['ml-2', 'sm:-mr-3', 'left-[3px]', 'right-0.5', 'text-left', 'rounded-l-none', 'border-r', 'pl-4'])(
  'a planted %s is found',
  (planted) => {
    expect(physicalIn(`<p class="grid ${planted} gap-2">`)).toHaveLength(1);
  },
);

test.each(['left-out', 'ms-2', 'text-start', 'border-lime', 'html-2', 'rounded-lg', 'start-1'])(
  '%s may stand',
  (allowed) => {
    expect(physicalIn(`<p class="grid ${allowed} gap-2">`)).toEqual([]);
  },
);

test('the language of dates and numbers stands in one place', () => {
  const own = ['ui', 'pages', 'forms'].flatMap((folder) =>
    filesUnder(folder, /\.(svelte|ts)$/)
      .filter(([name, text]) => name !== 'ui/language.ts' && /'en(?:-US|-GB)?'/.test(text))
      .map(([name]) => name),
  );
  expect(own).toEqual([]);
});

test('/design shows every component that stands for itself', () => {
  const shown = filesUnder('pages/design', /\.svelte$/).map(([, text]) => text);
  const parts = fs.readdirSync(path.join(web, 'ui')).filter((name) => name.endsWith('.svelte'));
  const texts = new Map(parts.map((name) => [name, fs.readFileSync(path.join(web, 'ui', name), 'utf8')]));
  const isUsedBy = (name: string, users: Iterable<string>) =>
    [...users].some((text) => text.includes(`/${name}'`));
  const missing = parts.filter(
    (name) => !isUsedBy(name, shown) && !isUsedBy(name, texts.values()) && !NO_PART.has(name),
  );
  expect(missing).toEqual([]);
});

/** What is a whole page, or nothing that one sees. */
const NO_PART = new Set(['FilteredList.svelte', 'PageHead.svelte', 'Toaster.svelte']);
