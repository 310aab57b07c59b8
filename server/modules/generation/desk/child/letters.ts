import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Font } from 'satori';
import { atWeight } from './at-weight.ts';

/** Each is a font of its own: of those of one name only the first is asked for a letter. */
const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese'];
const WEIGHTS = [500, 700] as const;
const FONTS = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url));
const INTER = `${FONTS}@fontsource/inter/`;

/** Inter, which every card is drawn with: always the same list, for satori reads a new one anew. */
export const INTER_FONTS: Font[] = WEIGHTS.flatMap((weight) =>
  SUBSETS.map((subset) => ({
    ...{ name: `Inter ${subset}`, weight, style: 'normal' as const },
    data: readFileSync(`${INTER}files/inter-${subset}-${weight}-normal.woff`),
  })),
);
export const INTER_FAMILIES = SUBSETS.map((subset) => `Inter ${subset}`);

/** The scripts that Inter has not; each font lies in slices, of which those are read that a text needs. */
const OTHERS = [
  ...['noto-sans-arabic', 'noto-sans-hebrew', 'noto-sans-devanagari', 'noto-sans-thai'],
  ...['noto-sans-kr', 'noto-sans-jp', 'noto-sans-sc'],
];
/** A part of a font, by its name. */
type Slice = { name: string; file: string; has: (letter: number) => boolean };
const slices = new Map<string, Slice[]>();

function slicesOf(font: string): Slice[] {
  const known = slices.get(font);
  if (known) return known;
  const place = `${FONTS}@fontsource-variable/${font}/`;
  const ranges: Record<string, string> = JSON.parse(readFileSync(`${place}unicode.json`, 'utf8'));
  const found = Object.entries(ranges).flatMap(([key, range]): Slice[] => {
    const part = key.replace(/[[\]]/g, '');
    const file = `${place}files/${font}-${part}-wght-normal.woff2`;
    return existsSync(file) ? [{ name: `${font} part-${part}`, file, has: within(range) }] : [];
  });
  slices.set(font, found);
  return found;
}

/** A range as style sheets write it: `U+0600-06FF,U+10E60`. */
function within(range: string): Slice['has'] {
  const parts = range.split(',').map((part) => {
    const [from = '', until = from] = part.trim().slice(2).split('-');
    return { from: parseInt(from, 16), until: parseInt(until, 16) };
  });
  return (letter) => parts.some(({ from, until }) => letter >= from && letter <= until);
}

const inInter: Slice['has'] = (() => {
  const ranges: Record<string, string> = JSON.parse(readFileSync(`${INTER}unicode.json`, 'utf8'));
  return within(SUBSETS.flatMap((subset) => ranges[subset] ?? []).join());
})();

/**
 * The parts of fonts that have what Inter has no letters for. Signs that Chinese, Japanese and Korean share are drawn as
 * in the language that the rest of the text is written in.
 */
export function slicesFor(text: string): Slice[] {
  const found = [...new Set(text)].flatMap((sign) => {
    const letter = sign.codePointAt(0) ?? 0;
    if (inInter(letter)) return [];
    for (const font of /\p{Extended_Pictographic}/u.test(sign) ? ['noto-emoji'] : inOrderFor(text)) {
      const slice = slicesOf(font).find(({ has }) => has(letter));
      if (slice) return [slice];
    }
    return [];
  });
  return [...new Set(found)];
}

const KEPT_MAX = 40;
const read = new Map<string, Promise<Font[]>>();

/** The fonts for some texts, Inter first. */
export async function fontsFor(texts: readonly string[]): Promise<Font[]> {
  const wanted = new Set(texts.flatMap(slicesFor));
  if (wanted.size === 0) return INTER_FONTS;
  const more = await Promise.all([...wanted].map(fontsOf));
  return [...INTER_FONTS, ...more.flat()];
}

function fontsOf({ name, file }: Slice): Promise<Font[]> {
  const known = read.get(name);
  if (known) return known;
  if (read.size >= KEPT_MAX) read.clear();
  const woff2 = readFileSync(file);
  const fonts = Promise.all(
    WEIGHTS.map(async (weight) => ({
      ...{ name, weight, style: 'normal' as const },
      data: await atWeight(woff2, weight),
    })),
  );
  read.set(name, fonts);
  fonts.catch(() => read.delete(name));
  return fonts;
}

function inOrderFor(text: string): readonly string[] {
  const first = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? 'noto-sans-jp'
    : /\p{Script=Hangul}/u.test(text)
      ? 'noto-sans-kr'
      : 'noto-sans-sc';
  return [first, ...OTHERS.filter((name) => name !== first)];
}

/** Whether a text begins at the right, by its first letter that has a side. */
export const isFromRight = (text: string): boolean =>
  /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text);
