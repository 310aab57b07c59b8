/** Puts translations where the sentences stand. What lies between them is moved, never changed. */
import { sentencesIn } from './find.ts';
import { type Sentence, tokensOf } from './sentence.ts';

/** The forms of a sentence in another language: one, or as many as it has for what is counted; null: not translated. */
export type Say = (sentence: Sentence) => readonly string[] | null;

export function inLanguage(source: string, file: string, say: Say): string {
  const sentences = sentencesIn(source, file);
  return written(source, { start: 0, end: source.length }, sentences, say);
}

type Range = { start: number; end: number };

const within = (inner: Range, outer: Range) => inner.start >= outer.start && inner.end <= outer.end;

/** A part of the source, with every sentence in it said in the other language. */
function written(source: string, range: Range, sentences: Sentence[], say: Say): string {
  let text = '';
  let at = range.start;
  for (const sentence of sentences) {
    if (sentence.start < at || !within(sentence, range)) continue;
    const forms = say(sentence);
    if (!forms) continue;
    const others = sentences.filter((other) => other !== sentence && within(other, sentence));
    const part = (inner: Range) => written(source, inner, others, say);
    text += source.slice(at, sentence.start) + WRITTEN[sentence.written](sentence, forms, part);
    at = sentence.end;
  }
  return text + source.slice(at, range.end);
}

type Write = (sentence: Sentence, forms: readonly string[], part: (range: Range) => string) => string;

const joined =
  (words: (text: string) => string, value: (source: string) => string): Write =>
  ({ holes, text }, [translation = text], part) =>
    (holes.length === 0 ? [{ is: 'words' as const, words: translation }] : tokensOf(translation))
      .map((token) => {
        if (token.is === 'words') return words(token.words);
        const hole = holes[token.hole];
        if (!hole) return '';
        if (token.is === 'opens') return part({ start: hole.start, end: hole.inner?.start ?? hole.end });
        if (token.is === 'closes') return part({ start: hole.inner?.end ?? hole.end, end: hole.end });
        return value(part(hole));
      })
      .join('');

const asIs = (source: string) => source;
const MARKUP: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '{': '&#123;',
  '}': '&#125;',
  '"': '&quot;',
};
const inMarkup = (text: string) => text.replace(/[&<>{}]/g, (sign) => MARKUP[sign] ?? sign);
const inAttribute = (text: string) => text.replace(/[&<>{}"]/g, (sign) => MARKUP[sign] ?? sign);
const inTemplate = (text: string) => text.replace(/[`\\]|\$(?=\{)/g, '\\$&').replace(/</g, '\\u003c');
const quoted = (text: string) =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('<', '\\u003c')}'`;

const template = joined(inTemplate, (source) => `\${${source}}`);

const WRITTEN: Record<Sentence['written'], Write> = {
  markup: joined(inMarkup, asIs),
  attribute: joined(inAttribute, asIs),
  string: ({ text }, [translation = text]) => quoted(translation),
  template: (...given) => `\`${template(...given)}\``,
  // `count` takes one form and the one for several, then any more that the language has
  count: (_, forms) => [...forms, ...forms.slice(0, Math.max(0, 2 - forms.length))].map(quoted).join(', '),
};
