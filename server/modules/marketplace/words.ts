/**
 * Text as it is searched: lower case, without accents, in words. A term is a word with the kind of place it stands in:
 *
 * - e: its name, as a whole
 * - n: its name, tags, creator
 * - s: those, its summary and its description
 * - q: prompts of its samples
 * - m, t, l: its modality, one of its tags, its licence; these are compared whole
 */
export type Kind = 'e' | 'n' | 's' | 'q' | 'm' | 't' | 'l';

const WORD_LENGTH_MAX = 40;
const WHOLE_LENGTH_MAX = 100;
const TYPED_MAX = 8;
/** Of a long description so many different words are enough to find it by. */
const WORDS_MAX = 300;
/** Words that stand everywhere and find nothing, unless they are all that was typed. */
const EVERYWHERE = new Set(['a', 'an', 'and', 'by', 'for', 'from', 'in', 'of', 'on', 'the', 'to', 'with']);

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** The words of a text, in order, as they are kept and compared. */
export const wordsOf = (text: string): string[] =>
  (plain(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => [...word].slice(0, WORD_LENGTH_MAX).join(''));

export const term = (kind: Kind, word: string): string => `${kind}:${word}`;

export type Findable = {
  title: string;
  slug: string;
  tags: readonly string[];
  creator: { handle: string; display_name: string };
  summary: string;
  description: string;
  prompts: readonly string[];
  modality: string;
  licence: string;
};

/** A name as a whole, for whoever types all of it. */
export const wholeOf = (name: string): string =>
  [...wordsOf(name).join(' ')].slice(0, WHOLE_LENGTH_MAX).join('');

const few = (words: readonly string[]) => [...new Set(words)].slice(0, WORDS_MAX);

/** Everything that finds a model, each term once. */
export function termsOf(model: Findable): string[] {
  const named = wordsOf(
    [model.title, model.slug, ...model.tags, model.creator.handle, model.creator.display_name].join(' '),
  );
  const said = [...named, ...wordsOf(model.summary), ...wordsOf(model.description)];
  return [
    term('e', wholeOf(model.title)),
    ...few(named).map((word) => term('n', word)),
    ...few(said).map((word) => term('s', word)),
    ...few(wordsOf(model.prompts.join(' '))).map((word) => term('q', word)),
    term('m', model.modality),
    term('l', model.licence),
    ...new Set(model.tags.map((tag) => term('t', tag))),
  ];
}

/** What finds something that somebody shows: its title and whose it is, its prompt where that is shown, its model. */
export function termsOfCreation(creation: {
  title: string;
  maker: { handle: string; display_name: string };
  prompt: string | null;
  model: { title: string; tags: readonly string[] };
  modality: string;
  licence: string;
}): string[] {
  const { title, maker, prompt, model } = creation;
  const named = wordsOf(`${title} ${model.tags.join(' ')} ${maker.handle} ${maker.display_name}`);
  const said = [...named, ...wordsOf(`${prompt ?? ''} ${model.title}`)];
  return [
    term('e', wholeOf(title)),
    ...few(named).map((word) => term('n', word)),
    ...few(said).map((word) => term('s', word)),
    term('m', creation.modality),
    term('l', creation.licence),
    ...few(model.tags).map((tag) => term('t', tag)),
  ];
}

const BEGINNING = 2;
/** Words of which beginnings are looked for. */
const GROWING = /^[nsq]:/;

/** What is counted for somebody found by these terms: each, and how the words begin. */
export function countedOf(terms: readonly string[]): string[] {
  const begun = terms
    .filter((each) => GROWING.test(each))
    .flatMap((each) => {
      const kind = each.slice(0, 1);
      const letters = [...each.slice(2)].slice(0, BEGINNING);
      return letters.map((_, last) => `${kind}*:${letters.slice(0, last + 1).join('')}`);
    });
  return [...terms, ...new Set(begun)];
}

/** Under which kind it is counted how much begins with this; null where the words are few enough to be added up. */
export const countedAs = (kind: Kind, beginning: string): string | null =>
  [...beginning].length <= BEGINNING ? `${kind}*` : null;

export type Typed = { word: string; finished: boolean };

/** What somebody typed so far: words, of which the last may still grow. */
export function typedWords(text: string): Typed[] {
  const words = wordsOf(text).slice(0, TYPED_MAX);
  const grows = /[\p{L}\p{N}\p{M}]$/u.test(text);
  const typed = words.map((word, place) => ({ word, finished: !(grows && place === words.length - 1) }));
  const telling = typed.filter(({ word, finished }) => !(finished && EVERYWHERE.has(word)));
  return telling.length > 0 ? telling : typed;
}

/** A finished word in the numbers in which it may stand: portrait and portraits are one wish. */
export function formsOf(word: string): string[] {
  const forms = [word, `${word}s`];
  if (/(?:s|x|z|ch|sh)$/.test(word)) forms.push(`${word}es`);
  if (word.length > 3 && word.endsWith('es')) forms.push(word.slice(0, -2));
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) forms.push(word.slice(0, -1));
  return [...new Set(forms)];
}

const SHORTEST_MISTYPED = 4;
const LONG = 8;
export const mayBeMistyped = (word: string): boolean => [...word].length >= SHORTEST_MISTYPED;

/**
 * Whether `known` may be what was meant by `typed`: one letter wrong, missing, too many or swapped with the next, two
 * in a long word. A word that still grows is held against beginnings.
 */
export function isNear({ word, finished }: Typed, known: string): boolean {
  const allowed = [...word].length >= LONG ? 2 : 1;
  return distance(word, known, finished) <= allowed;
}

/** How many letters lie between two words; with `whole` false between a word and the nearest beginning of the other. */
export function distance(word: string, known: string, whole: boolean): number {
  const [from, to] = [[...word], [...known]];
  let before: number[] = [];
  let row = to.map((_, place) => place + 1);
  row.unshift(0);
  for (const [i, letter] of from.entries()) {
    const next = [i + 1];
    for (const [j, other] of to.entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      let least = Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1);
      if (i > 0 && j > 0 && letter === to[j - 1] && from[i - 1] === other)
        least = Math.min(least, (before[j - 1] ?? 0) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return whole ? (row.at(-1) ?? 0) : Math.min(...row);
}
