/**
 * Languages that nobody speaks: every sentence of ours can still be read, and shows at a glance that it was translated.
 * `en-XA` has accents on all letters and is longer by two fifths, as German is; `ar-XB` runs from right to left.
 */
import { type Token, tokensOf } from './sentence.ts';

export const PSEUDO = ['en-XA', 'ar-XB'] as const;
export type Pseudo = (typeof PSEUDO)[number];
export const isPseudo = (language: string): language is Pseudo =>
  (PSEUDO as readonly string[]).includes(language);

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = 'åƀçďéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĎÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ';
const LONGER = 0.4;
/** Marks that turn what lies between them around, and that nobody sees. */
const [TURN, BACK] = ['\u202e', '\u202c'];

const accents = new Map([...PLAIN].map((letter, at) => [letter, [...ACCENTED][at] ?? letter]));
const isVowel = (letter: string) => 'aeiouyAEIOUY'.includes(letter);

export function inPseudo(language: Pseudo, text: string, hasHoles: boolean): string {
  const tokens: Token[] = hasHoles ? tokensOf(text) : [{ is: 'words', words: text }];
  return tokens
    .map((token) => {
      if (token.is !== 'words') return MARKS[token.is](token.hole);
      const words = longer(token.words);
      return language === 'ar-XB' ? words.replace(/\S.*\S|\S/su, `${TURN}$&${BACK}`) : words;
    })
    .join('');
}

const MARKS = {
  value: (hole: number) => `{${hole}}`,
  piece: (hole: number) => `<${hole}/>`,
  opens: (hole: number) => `<${hole}>`,
  closes: (hole: number) => `</${hole}>`,
};

/** Vowels are doubled until it is long enough: words grow too, as in German, and not only lines. */
function longer(words: string): string {
  let missing = Math.round([...words].filter((letter) => accents.has(letter)).length * LONGER);
  return [...words]
    .map((letter) => {
      const accented = accents.get(letter) ?? letter;
      if (missing <= 0 || !isVowel(letter)) return accented;
      missing -= 1;
      return accented + (accents.get(letter.toLowerCase()) ?? '');
    })
    .join('');
}
