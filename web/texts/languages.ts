/** What translators write: a file for each language, beside the sentences that it is of. */
import fs from 'node:fs';
import path from 'node:path';
import PO from 'pofile';
import { refusals } from '../../api/errors.ts';
import { FOLDER, HEADERS, itemOf, keyOf, type Message, toldSentences } from './catalogue.ts';
import { inPseudo, isPseudo } from './pseudo.ts';
import type { Say } from './put.ts';
import { contextOf, type Sentence, troubleWith } from './sentence.ts';

/** The languages that somebody translated the pages into. */
export const translated = (): string[] =>
  fs
    .globSync('*.po', { cwd: FOLDER })
    .map((file) => path.basename(file, '.po'))
    .sort();

const fileOf = (language: string) => path.join(FOLDER, `${language}.po`);
/** Empty for a language that nobody began. */
export const readLanguage = (language: string): string =>
  fs.existsSync(fileOf(language)) ? fs.readFileSync(fileOf(language), 'utf8') : '';
export const writeLanguage = (language: string, text: string): void =>
  fs.writeFileSync(fileOf(language), text);

/** The forms of a language for whole numbers, in the order of a PO file: `one, other` in English. */
export function formsOf(language: string): string[] {
  const rules = new Intl.PluralRules(language);
  const taken = new Set<string>(Array.from({ length: 201 }, (_, amount) => rules.select(amount)));
  return ['zero', 'one', 'two', 'few', 'many', 'other'].filter((form) => taken.has(form));
}

export type Renewed = { text: string; untranslated: number; gone: number; troubles: string[] };

/** A language's file as it should be now: new sentences wait for their translation, and what is said no more goes. */
export function renewed(language: string, all: Message[], text: string): Renewed {
  const forms = formsOf(language);
  const before = PO.parse(text);
  const kept = new Map(before.items.map((item) => [keyOf(item.msgctxt ?? '', item.msgid), item]));
  const po = new PO();
  po.comments = before.comments;
  po.headers = { ...HEADERS, ...before.headers, Language: language, 'Plural-Forms': pluralFormsOf(forms) };
  let untranslated = 0;
  const troubles: string[] = [];
  po.items = all.map((message) => {
    const item = itemOf(message, forms.length);
    const key = keyOf(message.context, message.text);
    const old = kept.get(key);
    kept.delete(key);
    if (!old) return ((untranslated += 1), item);
    item.comments = old.comments;
    item.flags = old.flags;
    item.msgstr = item.msgstr.map((_, at) => old.msgstr[at] ?? '');
    if (!isTranslated(item)) untranslated += 1;
    const trouble = message.hasHoles && isTranslated(item) && troubleWith(message.text, item.msgstr[0] ?? '');
    if (trouble) troubles.push(`${language}.po: “${message.text}”: ${trouble}`);
    return item;
  });
  return { text: `${po.toString()}\n`, untranslated, gone: kept.size, troubles };
}

const isTranslated = ({ msgstr, flags }: PO['items'][number]) =>
  !flags['fuzzy'] && msgstr.length > 0 && msgstr.every((form) => form !== '');

/** For translators' tools. Which form an amount takes the pages know by themselves. */
const pluralFormsOf = ({ length }: string[]) =>
  `nplurals=${length}; plural=${length === 2 ? '(n != 1)' : '0'};`;

/** How a language says each sentence. What it has no translation for stays in English. */
export const sayIn = (language: string): Say =>
  isPseudo(language)
    ? ({ text, many, holes }) =>
        [text, many]
          .filter((form) => form !== undefined)
          .map((form) => inPseudo(language, form, holes.length > 0))
    : sayFrom(readLanguage(language));

export function sayFrom(text: string): Say {
  const said = new Map(
    PO.parse(text)
      .items.filter(isTranslated)
      .map(({ msgctxt, msgid, msgstr }) => [keyOf(msgctxt ?? '', msgid), msgstr]),
  );
  return (sentence) => {
    const forms = said.get(keyOf(contextOf(sentence), sentence.text));
    if (!forms) return null;
    const isWhole = sentence.holes.length === 0 || troubleWith(sentence.text, forms[0] ?? '') === null;
    return isWhole ? forms : null;
  };
}

const plain = (text: string): Sentence => ({ text, start: 0, end: 0, written: 'string', holes: [] });

/** What the server says in whole sentences, by what it says. */
export function toldIn(say: Say): Record<string, string> {
  // why an act would be refused is what it would be refused with
  const refused = Object.values(refusals).map(({ message }) => plain(message));
  const sentences = [...toldSentences().map(({ sentence }) => sentence), ...refused].flatMap((sentence) => {
    const [said] = say(sentence) ?? [];
    return said === undefined ? [] : [[sentence.text, said] as const];
  });
  return Object.fromEntries(sentences);
}

/** The sentence of each refusal, by its name. */
export function refusalsIn(say: Say): Record<string, string> {
  const sentences = Object.entries(refusals).flatMap(([name, { message }]) => {
    const [said] = say(plain(message)) ?? [];
    return said === undefined ? [] : [[name, said] as const];
  });
  return Object.fromEntries(sentences);
}
