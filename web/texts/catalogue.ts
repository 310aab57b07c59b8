/** Every sentence of the pages as files of gettext's kind (PO), which every translator's tool reads. */
import fs from 'node:fs';
import path from 'node:path';
import PO from 'pofile';
import { refusals } from '../../api/errors.ts';
import { sentencesIn } from './find.ts';
import { contextOf, type Sentence } from './sentence.ts';

const WEB = path.resolve(import.meta.dirname, '..');
export const FOLDER = import.meta.dirname;
export const TEMPLATE = path.join(FOLDER, 'messages.pot');
const REFUSALS = '../api/errors.ts';

/** Where sentences stand; the rest is for machines, or makes what machines read. Of the contract, what it has words for. */
const SOURCES = ['*.ts', '{ui,pages,forms,feeds}/**/*.{ts,svelte}', '../api/**/*-words.ts'];
/** What the server says in whole sentences where it shows something, or finds something wrong with a field. */
const TOLD = ['../server/{views,flows}/**/*.ts', '../server/modules/moderation/policy.ts'];
const UNTOLD = /\.test\.ts$|-letters?\.ts$|-(checks|pdf)\.ts$|\/explained\.ts$/;
/** Most files tell nothing, and need not be parsed. */
const MAY_TELL = /[.!?]['"`]/;
const IS_WHOLE = /^[\p{Lu}“{].*\p{Ll}.*[.!?]$/su;

const NO_SOURCES =
  /\.(test|config|d)\.ts$|^(csp|later|in-language|contract-routes|proof)\.ts$|^pages\/(robots\.txt|dev)\/|^pages\/docs\/api\/curl\.ts$/;

export const isSource = (file: string) =>
  !NO_SOURCES.test(file) && SOURCES.some((pattern) => path.matchesGlob(file, pattern));
/** As a catalogue names a file; null where it lies elsewhere. */
export const nameOf = (at: string): string | null => {
  const file = path.relative(WEB, at).replaceAll(path.sep, '/');
  return isSource(file) ? file : null;
};

export type Message = {
  text: string;
  many?: string;
  context: string;
  hasHoles: boolean;
  /** What the first place where it stands has in place of `{0}`, `<0>`, in the words of a programmer. */
  holes: string[];
  files: string[];
};

/** By what a translation is found again. */
export const keyOf = (context: string, text: string) => `${context}\n${text}`;

/** All of them, in the order of files, each once. */
export function messages(): Message[] {
  const found = new Map<string, Message>();
  for (const file of fs.globSync(SOURCES, { cwd: WEB }).filter(isSource).sort()) {
    const source = fs.readFileSync(path.join(WEB, file), 'utf8');
    for (const sentence of sentencesIn(source, file)) add(found, file, sentence, source);
  }
  for (const { file, source, sentence } of toldSentences()) add(found, file, sentence, source);
  for (const { message } of Object.values(refusals))
    add(found, REFUSALS, { text: message, start: 0, end: 0, written: 'string', holes: [] }, '');
  return [...found.values()];
}

/** Of the server's files only what stands as a whole sentence; pieces of it, and what is for logs, do not. */
export function toldSentences(): { file: string; source: string; sentence: Sentence }[] {
  const files = fs.globSync(TOLD, { cwd: WEB }).filter((file) => !UNTOLD.test(file));
  return files.sort().flatMap((file) => {
    const source = fs.readFileSync(path.join(WEB, file), 'utf8');
    if (!MAY_TELL.test(source)) return [];
    return sentencesIn(source, file)
      .filter(({ text, written }) => written !== 'count' && IS_WHOLE.test(text) && !text.includes('\n'))
      .map((sentence) => ({ file, source, sentence }));
  });
}

function add(found: Map<string, Message>, file: string, sentence: Sentence, source: string) {
  const context = contextOf(sentence);
  const key = keyOf(context, sentence.text);
  const known = found.get(key);
  if (known) {
    if (!known.files.includes(file)) known.files.push(file);
    return;
  }
  found.set(key, {
    text: sentence.text,
    ...(sentence.many === undefined ? {} : { many: sentence.many }),
    context,
    hasHoles: sentence.holes.length > 0,
    holes: sentence.holes.map(({ start, end, inner }) =>
      source.slice(start, inner?.start ?? end).replace(/\s+/g, ' '),
    ),
    files: [file],
  });
}

export const HEADERS = {
  'MIME-Version': '1.0',
  'Content-Type': 'text/plain; charset=UTF-8',
  'Content-Transfer-Encoding': '8bit',
};
const HOLE_CHARACTERS_MAX = 100;

export function templateOf(all: Message[]): string {
  const po = new PO();
  po.comments = [' Every sentence of the pages. Made by `npm run texts`: never edit it by hand.'];
  po.headers = { ...HEADERS, Language: '' };
  po.items = all.map((message) => itemOf(message, 2));
  return `${po.toString()}\n`;
}

export type Item = PO['items'][number];

export function itemOf({ text, many, context, holes, files }: Message, forms: number): Item {
  // its types do not know what it is made with
  const item: Item = Reflect.construct(PO.Item, [{ nplurals: forms }]);
  item.msgid = text;
  if (context) item.msgctxt = context;
  if (many !== undefined) item.msgid_plural = many;
  item.msgstr = many === undefined ? [''] : Array.from({ length: forms }, () => '');
  item.references = files;
  item.extractedComments = holes.map((hole, at) => `${at}: ${hole.slice(0, HOLE_CHARACTERS_MAX)}`);
  return item;
}
