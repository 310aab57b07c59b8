import type { Mood } from '../../../../../../models/contract/mood.ts';
import type { RawPicture } from '../../media/picture.ts';
import type { Layer, Note, Parts } from './notes.ts';

export type Rgb = [number, number, number];

export const COVER_SIDE = 512;
export const PREVIEW_SIDE = 160;

const LAYERS: readonly Layer[] = ['pad', 'bass', 'drums', 'companion', 'lead'];
const LOWEST_DRUM = 0.955;
const DRUM_ROW = 0.025;

/** The piece as a picture: its notes as soft bars of light on a ground in the mood's colour. */
export function drawScore(
  notes: readonly Note[],
  parts: Parts,
  piece: { mood: Pick<Mood, 'hue_cos' | 'hue_sin' | 'light'>; root: number; bpm: number },
  side: number,
): RawPicture {
  const hue = hueOf(piece.mood, piece.root * 47 + piece.bpm);
  const canvas = ground(side, hue, piece.mood.light);
  const frame = frameOf(notes, parts);
  for (const layer of LAYERS)
    for (const note of notes)
      if (parts[note.instrument]!.layer === layer) drawNote(canvas, note, layer, frame, hue);
  return developed(canvas);
}

/** The words' hue, else one of the piece's own, in radians */
export function hueOf({ hue_cos, hue_sin }: Pick<Mood, 'hue_cos' | 'hue_sin'>, own: number): number {
  const said = Math.abs(hue_cos) + Math.abs(hue_sin) > 0.15;
  return said ? Math.atan2(hue_sin, hue_cos) : (own % 360) * (Math.PI / 180);
}

type Frame = { seconds: number; low: number; high: number; drumRows: string[] };

/** The notes fill the picture, whatever their range. */
function frameOf(notes: readonly Note[], parts: Parts): Frame {
  const drums = Object.keys(parts).filter((name) => parts[name]!.layer === 'drums');
  const pitched = notes.filter(({ instrument }) => !drums.includes(instrument)).map(({ pitch }) => pitch);
  const seconds = Math.max(1, ...notes.map(({ start, length }) => start + length));
  return { seconds, low: Math.min(40, ...pitched), high: Math.max(64, ...pitched), drumRows: drums };
}

/** linear light, so that overlapping notes add up as lamps do */
export type Canvas = { values: Float32Array; width: number; height: number };

export function ground(side: number, hue: number, light: number): Canvas {
  const [width, height, lightness] = [side, side, 0.3 + 0.07 * light];
  const values = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const colour = linear(lightness * (1.15 - 0.55 * (y / height)), 0.06, hue + 0.5 * (y / height));
    for (let x = 0; x < width; x++) values.set(colour, (y * width + x) * 3);
  }
  return { values, width, height };
}

export function developed({ values, width, height }: Canvas): RawPicture {
  const pixels = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round(Math.sqrt(Math.max(0, value)) * 255))),
  );
  return { pixels, width, height };
}

function drawNote(canvas: Canvas, note: Note, layer: Layer, frame: Frame, hue: number): void {
  const { width, height } = canvas;
  const row = frame.drumRows.indexOf(note.instrument);
  const left = width * (0.05 + 0.9 * (note.start / frame.seconds));
  const long = Math.max(height * 0.012, width * 0.9 * (note.length / frame.seconds));
  const rise = (note.pitch - frame.low) / (frame.high - frame.low);
  const y = height * (row < 0 ? 0.85 - 0.73 * rise : LOWEST_DRUM - DRUM_ROW * row);
  const { colour, thick, glow } = look(layer, hue);
  const half = thick * height;
  const reach = Math.ceil(half * 5);
  for (let line = Math.max(0, Math.floor(y - reach)); line <= Math.min(height - 1, y + reach); line++)
    for (
      let column = Math.max(0, Math.floor(left - reach));
      column <= Math.min(width - 1, left + long + reach);
      column++
    ) {
      const beside = Math.max(left - column, column - left - long, 0);
      const distance = Math.sqrt(beside ** 2 + (line - y) ** 2);
      const amount =
        (distance < half ? 1 : Math.max(0, half + 1 - distance)) * 0.8 +
        glow * Math.exp(-((distance / (half * 2)) ** 2));
      const at = (line * width + column) * 3;
      for (let c = 0; c < 3; c++) canvas.values[at + c]! += colour[c]! * amount * note.force;
    }
}

function look(layer: Layer, hue: number): { colour: Rgb; thick: number; glow: number } {
  switch (layer) {
    case 'pad':
      return { colour: linear(0.45, 0.09, hue + 0.6), thick: 0.012, glow: 0.25 };
    case 'bass':
      return { colour: linear(0.5, 0.12, hue - 0.5), thick: 0.008, glow: 0.2 };
    case 'drums':
      return { colour: linear(0.6, 0.05, hue), thick: 0.004, glow: 0.1 };
    case 'companion':
      return { colour: linear(0.6, 0.12, hue + 0.3), thick: 0.005, glow: 0.25 };
    case 'lead':
      return { colour: linear(0.85, 0.12, hue + 1.1), thick: 0.008, glow: 0.5 };
  }
}

/** OKLCh to linear sRGB */
export function linear(lightness: number, chroma: number, hue: number): Rgb {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}
