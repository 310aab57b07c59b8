import type { CardOrder } from './card.ts';
import { INTER_FAMILIES, isFromRight, slicesFor } from './letters.ts';

export const WIDTH = 1200;
export const HEIGHT = 630;
const PANEL = 560;
const GAP = 4;
const half = { width: (WIDTH - PANEL - GAP) / 2, height: (HEIGHT - GAP) / 2 };

/** Where pictures lie: one at the side of the words, or four. */
export const PLACES = {
  one: [{ left: PANEL, top: 0, width: WIDTH - PANEL, height: HEIGHT }],
  four: [
    { left: PANEL, top: 0, ...half },
    { left: PANEL + half.width + GAP, top: 0, ...half },
    { left: PANEL, top: half.height + GAP, ...half },
    { left: PANEL + half.width + GAP, top: half.height + GAP, ...half },
  ],
} as const;

/** The letters of a word fit if they are no wider than this together, at size 1. */
const ROOM = 740;
const SIZE_MIN = 34;
const GROUND = '#0b0b0a';
const TEXT = '#f3f1e8';
const MUTED = '#a9a69a';
const ACCENT = '#d8f450';
const BARS = 56;

type Style = Record<string, string | number>;
type Node = { type: string; props: { style?: Style; children?: Child | Child[] } & Record<string, unknown> };
type Child = Node | string;

const box = (style: Style, ...children: Child[]): Node => ({
  type: 'div',
  props: { style: { display: 'flex', boxSizing: 'border-box', ...style }, children },
});
const line = (style: Style, text: string): Node => ({
  type: 'div',
  props: {
    style: { display: 'block', overflowWrap: 'anywhere', ...style, ...scriptOf(text), ...sideOf(text) },
    children: text,
  },
});

/** Other scripts stand higher and deeper than Latin, and closer to each other. */
function scriptOf(text: string): Style {
  const slices = slicesFor(text);
  if (slices.length === 0) return {};
  const fontFamily = [...INTER_FAMILIES, ...slices.map(({ name }) => name)].join();
  return { fontFamily, lineHeight: 1.3, letterSpacing: 'normal' };
}

/** What is written from the right is set so, and stands at the left like everything on the card. */
const sideOf = (text: string): Style => (isFromRight(text) ? { direction: 'rtl', textAlign: 'left' } : {});

export type Words = Omit<CardOrder, 'title' | 'by'> & { title: string; by: string | null };

/** The words of a card, as what satori lays out: the pictures lie below it. */
export function cardLayout({ kind, title, by, facts, pictures, peaks, plays }: Words) {
  const wide = pictures.length === 0 && peaks === null;
  return box(
    { width: '100%', height: '100%', fontFamily: INTER_FAMILIES.join(), color: TEXT, position: 'relative' },
    ...(peaks ? [waveform(peaks, pictures.length > 0)] : []),
    ...(plays ? [playSign()] : []),
    ...(wide ? [box({ position: 'absolute', right: -90, top: 40 }, mark(620, 0.16))] : []),
    box(
      {
        ...{ width: wide ? 860 : PANEL, height: HEIGHT, flexDirection: 'column', padding: '56px 52px 50px' },
        ...{ backgroundColor: wide ? 'transparent' : GROUND, justifyContent: 'space-between' },
      },
      box(
        { flexDirection: 'column' },
        line({ fontSize: 25, fontWeight: 500, color: ACCENT, lineClamp: 1 }, kind),
        line(
          { ...sizeOf(title), fontWeight: 700, letterSpacing: '-0.03em', lineHeight: 1.08, marginTop: 22 },
          title,
        ),
        ...(by
          ? [line({ fontSize: 30, fontWeight: 500, color: TEXT, marginTop: 24, lineClamp: 1 }, by)]
          : []),
        ...facts.map((fact, place) =>
          line(
            {
              fontSize: 25,
              fontWeight: 500,
              color: MUTED,
              marginTop: place === 0 && !by ? 24 : 10,
              lineClamp: 2,
            },
            fact,
          ),
        ),
      ),
      brand(),
    ),
    ...(pictures.length > 0 ? [shade()] : []),
  );
}

/** Signs of Chinese, Japanese and Korean are as wide as two letters, and a line may end behind each. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const AT_A_BREAK = new RegExp(` |(?<=${WIDE.source})`, 'u');
const lengthOf = (text: string) => [...text].reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);

/** Long names are written smaller, and end with an ellipsis where even that is not enough. */
function sizeOf(title: string): Style {
  const length = lengthOf(title);
  const longest = Math.max(...title.split(AT_A_BREAK).map(lengthOf));
  const fontSize = length <= 12 ? 88 : length <= 26 ? 72 : length <= 52 ? 56 : 44;
  return { fontSize: Math.min(fontSize, Math.max(SIZE_MIN, Math.floor(ROOM / longest))), lineClamp: 4 };
}

/** The ground of the words runs out into the picture. */
const shade = () =>
  box({
    ...{ position: 'absolute', left: PANEL, top: 0, width: 90, height: HEIGHT },
    backgroundImage: `linear-gradient(to right, ${GROUND}, rgba(11, 11, 10, 0))`,
  });

function waveform(peaks: readonly number[], overPicture: boolean): Node {
  const bars = Array.from({ length: BARS }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / BARS);
    const part = peaks.slice(from, Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / BARS)));
    return Math.max(0.03, ...part);
  });
  const loudest = Math.max(0.05, ...bars);
  return box(
    {
      ...{ position: 'absolute', left: PANEL, top: 0, width: WIDTH - PANEL, height: HEIGHT },
      ...{ padding: '0 48px', alignItems: 'center', justifyContent: 'space-between' },
      backgroundColor: overPicture ? 'rgba(11, 11, 10, 0.55)' : '#1b1b19',
    },
    ...bars.map((peak) =>
      box({
        ...{ width: 6, borderRadius: 3, backgroundColor: ACCENT },
        height: Math.round(12 + (peak / loudest) * 330),
      }),
    ),
  );
}

const playSign = () =>
  box(
    {
      ...{ position: 'absolute', right: 36, bottom: 36, width: 84, height: 84, borderRadius: 42 },
      ...{ backgroundColor: ACCENT, alignItems: 'center', justifyContent: 'center' },
    },
    {
      type: 'svg',
      props: {
        ...{ width: 36, height: 36, viewBox: '0 0 24 24', style: { marginLeft: 6 } },
        children: { type: 'path', props: { d: 'M5 3.5v17l14.5-8.5z', fill: '#15170a' } },
      },
    },
  );

const mark = (size: number, opacity: number): Node => ({
  type: 'svg',
  props: {
    ...{ width: size, height: size, viewBox: '0 0 24 24', style: { opacity } },
    children: [
      { type: 'path', props: { d: 'M20.9 7.2A10 10 0 1 0 7.2 20.9Z', fill: TEXT } },
      { type: 'path', props: { d: 'M22 11.1 11.1 22A10 10 0 0 0 22 11.1Z', fill: ACCENT } },
    ],
  },
});

const brand = () =>
  box(
    { alignItems: 'center' },
    mark(38, 1),
    line({ fontSize: 26, fontWeight: 700, marginLeft: 14 }, 'Stellary'),
    line({ fontSize: 26, fontWeight: 500, marginLeft: 10, color: MUTED }, 'Creators Program'),
  );
