/** How long a text is once one character of ours is one of its: some stand for eighteen. */
export const lengthOf = (text: string): number => text.normalize('NFKD').length;

/** One text as it might be meant, in every way of writing around a rule that we know; the plain one first. */
export function spellingsOf(text: string): string[] {
  const plain = plainOf(text);
  const parted = plainOf(text.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '));
  const ways = [plain, joinLetters(plain), fewerLetters(plain), parted].flatMap((way) => [
    spaced(way),
    spaced(withoutMarks(way)),
    spaced(withoutNumbers(way)),
  ]);
  return [...new Set(ways)];
}

/** Accents, invisible characters and the many shapes of one letter are gone; an age below 18 is a word. */
function plainOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}\p{Cc}\u115f\u1160\u3164]/gu, (mark) => (/\s/.test(mark) ? ' ' : ''))
    .toLowerCase();
  return plain.replaceAll(AGE, ' underage ').replaceAll(AGE_IN_WORDS, ' underage ');
}

const OLD = String.raw`[\s-]*(?:(?:years?|yrs?)[\s-]*olds?|y\/?o|y\.o\.?)(?![a-z])`;
const AGE = new RegExp(String.raw`(?<![\d.,])(?:[1-9]|1[0-7])${OLD}`, 'g');
const AGE_IN_WORDS = new RegExp(
  String.raw`\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)${OLD}`,
  'g',
);

const LETTER = String.raw`[\p{L}\p{N}@$!|]`;
const BETWEEN = String.raw`[\s._*·•~+,/\\-]`;
const LONE_LETTERS = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${LETTER}(?:${BETWEEN}+${LETTER}(?![\p{L}\p{N}])){2,}`,
  'gu',
);

/** `b i r d` is a bird, and `b i r d  c a g e` a bird cage. */
const joinLetters = (text: string): string =>
  text.replaceAll(LONE_LETTERS, (run) =>
    run
      .replaceAll(/\s{2,}/g, '\0')
      .replaceAll(/[^\p{L}\p{N}@$!|\0]/gu, '')
      .replaceAll('\0', ' '),
  );

/** No word has a letter three times in a row. */
const fewerLetters = (text: string): string => text.replaceAll(/(\p{L})\1{2,}/gu, '$1');

/** `b.i-rd` is a bird too; what stands between words stays between them. */
const withoutMarks = (text: string): string =>
  text.replaceAll(/(?<=[\p{L}\p{N}])[^\p{L}\p{N}\s@$!|]+(?=[\p{L}\p{N}])/gu, '');

/** Numbers before and after a word say nothing; those in it may stand for letters. */
const withoutNumbers = (text: string): string =>
  text.replaceAll(/(?<![\p{L}\p{N}])\d+|\d+(?![\p{L}\p{N}])/gu, ' ');

/** Words with single spaces between; a mark that may stand for a letter stays where it stands between letters. */
const spaced = (text: string): string =>
  text
    .replaceAll(/(?<![\p{L}\p{N}])[@$!|(/]+|[@$!|(/]+(?![\p{L}\p{N}])|[^\p{L}\p{N}@$!|(/]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
