import {
  beginText,
  endText,
  type PDFDocument,
  type PDFFont,
  PDFHexString,
  type PDFName,
  type PDFPage,
  type RGB,
  setFillingColor,
  setFontAndSize,
  setTextMatrix,
  showText,
} from '@cantoo/pdf-lib';
import * as fontkit from 'fontkit';
import { fontsFor, isFromRight } from './letters.ts';

export type Weight = 500 | 700;
export type Style = { size: number; weight?: Weight; colour: RGB };
export type Ink = {
  widthOf(text: string, style: Style): number;
  draw(page: PDFPage, text: string, at: { x: number; y: number }, style: Style): void;
};
/** A piece of text in one font. `side`: which way it is read; null for what goes with its neighbours. */
type Piece = { text: string; font: PDFFont; side: 'left' | 'right' | null };
type Run = { font: PDFFont; width: number; signs: PDFHexString };

/** Figures stand under each other, and a word is as wide as its letters: what is drawn is what was measured. */
const FEATURES = { tnum: true, kern: false };
/** What has no letter of its own, but forms those beside it. */
const SHAPELESS = /^\p{Default_Ignorable_Code_Point}$/u;
const FROM_RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const HAS_A_SIDE = /[\p{L}\p{N}]/u;
/** Stands for what no font of ours has. */
const NONE = '?';
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What is written with each weight: fonts are read before anything is laid out, so that laying out waits for nothing. */
export type Written = Record<Weight, readonly string[]>;

/** The fonts for all that is written; of each, only the letters that are drawn go into the file. */
export async function inkFor(doc: PDFDocument, written: Written): Promise<Ink> {
  doc.registerFontkit(fontkit);
  const fonts = (await fontsFor([...written[500], ...written[700]])).map((font) => readable(doc, font));
  const found = { 500: new Map<string, PDFFont>(), 700: new Map<string, PDFFont>() };
  for (const weight of [500, 700] as const)
    for (const sign of new Set([NONE, ...signsOf(written[weight].join('\n'))])) {
      const font = fonts.find((one) => one.weight === weight && one.has(sign));
      if (font) found[weight].set(sign, await font.embed());
    }

  const drawn = pieceDrawer();
  /** Many lines are alike: the same words in the same columns. */
  const laid = new Map<string, { runs: Run[]; width: number }>();
  function layOut(text: string, { size, weight = 500 }: Style) {
    const key = `${weight} ${size} ${text}`;
    const known = laid.get(key);
    if (known) return known;
    const runs: Run[] = [];
    for (const { text: piece, font } of asSeen(piecesOf(text, found[weight]), isFromRight(text))) {
      const { em, signs } = drawn(font, piece);
      const last = runs.at(-1);
      if (last?.font !== font) runs.push({ font, width: em * size, signs });
      else {
        last.width += em * size;
        last.signs = PDFHexString.of(last.signs.asString() + signs.asString());
      }
    }
    const line = { runs, width: runs.reduce((sum, { width }) => sum + width, 0) };
    laid.set(key, line);
    return line;
  }
  const keyOf = fontKeys();
  return {
    widthOf: (text, style) => layOut(text, style).width,
    draw(page, text, { x, y }, style) {
      page.pushOperators(beginText(), setFillingColor(style.colour));
      let at = x;
      for (const { font, width, signs } of layOut(text, style).runs) {
        page.pushOperators(
          setFontAndSize(keyOf(page, font), style.size),
          setTextMatrix(1, 0, 0, 1, at, y),
          showText(signs),
        );
        at += width;
      }
      page.pushOperators(endText());
    },
  };
}

type Drawn = { em: number; signs: PDFHexString };
const FIGURES = /^\d{2,}$/;

/**
 * How wide pieces are and what they are drawn by. To shape one takes half a millisecond, and a list of amounts is
 * thousands of them: figures, which stand beside each other as they are, are shaped one by one and each once.
 */
function pieceDrawer(): (font: PDFFont, piece: string) => Drawn {
  const known = new Map<PDFFont, Map<string, Drawn>>();
  return function drawn(font, piece): Drawn {
    if (FIGURES.test(piece)) {
      const each = Array.from(piece, (figure) => drawn(font, figure));
      return {
        em: each.reduce((sum, { em }) => sum + em, 0),
        signs: PDFHexString.of(each.map(({ signs }) => signs.asString()).join('')),
      };
    }
    const of_font = known.get(font) ?? new Map<string, Drawn>();
    known.set(font, of_font);
    const found = of_font.get(piece) ?? {
      em: font.widthOfTextAtSize(piece, 1),
      signs: font.encodeText(piece),
    };
    of_font.set(piece, found);
    return found;
  };
}

/** What a font is called on a page: once each, where `drawText` gives it a new name whenever it changes. */
function fontKeys(): (page: PDFPage, font: PDFFont) => PDFName {
  const pages = new Map<PDFPage, Map<PDFFont, PDFName>>();
  return (page, font) => {
    const keys = pages.get(page) ?? new Map<PDFFont, PDFName>();
    pages.set(page, keys);
    const key = keys.get(font) ?? page.node.newFontDictionary(font.name, font.ref);
    keys.set(font, key);
    return key;
  };
}

const signsOf = (text: string) => Array.from(clusters.segment(text), ({ segment }) => segment);

function readable(doc: PDFDocument, { data, weight }: Awaited<ReturnType<typeof fontsFor>>[number]) {
  const bytes = Buffer.from(new Uint8Array(data));
  const font = fontkit.create(bytes);
  const has = (sign: string) =>
    [...sign].every(
      (part) =>
        SHAPELESS.test(part) ||
        ('hasGlyphForCodePoint' in font && font.hasGlyphForCodePoint(part.codePointAt(0) ?? 0)),
    );
  let embedded: Promise<PDFFont> | undefined;
  const embed = () => (embedded ??= doc.embedFont(bytes, { subset: true, features: FEATURES }));
  return { weight, has, embed };
}

function piecesOf(text: string, found: ReadonlyMap<string, PDFFont>): Piece[] {
  const pieces: Piece[] = [];
  for (const segment of signsOf(text)) {
    const sign = found.has(segment) ? segment : NONE;
    const font = found.get(sign);
    if (!font) throw new Error('no font has a question mark');
    const side = FROM_RIGHT.test(sign) ? 'right' : HAS_A_SIDE.test(sign) ? 'left' : null;
    const last = pieces.at(-1);
    if (last && last.font === font && last.side === side) last.text += sign;
    else pieces.push({ text: sign, font, side });
  }
  return pieces;
}

/** Runs from left to right as they are seen: those that are read from the right stand in reverse, with what is between them. */
export function asSeen<Some extends { side: Piece['side'] }>(
  runs: readonly Some[],
  fromRight: boolean,
): Some[] {
  const base = fromRight ? 'right' : 'left';
  const sideOf = (at: number): 'left' | 'right' => {
    const own = runs[at]?.side;
    if (own) return own;
    const before = runs.slice(0, at).findLast(({ side }) => side)?.side ?? base;
    const after = runs.slice(at).find(({ side }) => side)?.side ?? base;
    return before === after ? before : base;
  };
  const parts: { side: 'left' | 'right'; runs: Some[] }[] = [];
  for (const [at, run] of runs.entries()) {
    const side = sideOf(at);
    const last = parts.at(-1);
    if (last?.side === side) last.runs.push(run);
    else parts.push({ side, runs: [run] });
  }
  const seen = parts.map(({ side, runs: some }) => (side === 'right' ? some.toReversed() : some));
  return (fromRight ? seen.toReversed() : seen).flat();
}
