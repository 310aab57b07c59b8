import type { RawPicture } from '../../media/picture.ts';
import type { Instrument, Note } from './arrange.ts';
import type { Plan } from './plan.ts';

type Rgb = [number, number, number];
const DRUM_ROWS: Partial<Record<Instrument, number>> = { kick: 0.955, snare: 0.93, hat: 0.905 };

/** The piece as a picture: its notes as soft bars of light on a ground in the mood's colour. */
export function drawScore(notes: Note[], plan: Plan, side: number): RawPicture {
  const [width, height] = [side, side];
  const { hue_cos, hue_sin, light } = plan.mood;
  const hue =
    Math.abs(hue_cos) + Math.abs(hue_sin) > 0.15
      ? Math.atan2(hue_sin, hue_cos)
      : ((plan.root * 47 + plan.bpm) % 360) * (Math.PI / 180);
  const canvas = ground(width, height, hue, 0.3 + 0.07 * light);
  const frame = frameOf(notes);
  for (const layer of ['pad', 'bass', 'drums', plan.companion, plan.lead] as const)
    for (const note of notes) {
      const own = note.instrument in DRUM_ROWS ? 'drums' : note.instrument;
      if (own === layer) drawNote(canvas, note, plan, frame, hue);
    }
  const pixels = Uint8Array.from(canvas.values, (value) =>
    Math.max(0, Math.min(255, Math.round(Math.sqrt(Math.max(0, value)) * 255))),
  );
  return { pixels, width, height };
}

type Frame = { seconds: number; low: number; high: number };

/** The notes fill the picture, whatever their range. */
function frameOf(notes: Note[]): Frame {
  const pitched = notes.filter(({ instrument }) => !(instrument in DRUM_ROWS)).map(({ pitch }) => pitch);
  const seconds = Math.max(1, ...notes.map(({ start, length }) => start + length));
  return { seconds, low: Math.min(40, ...pitched), high: Math.max(64, ...pitched) };
}

/** linear light, so that overlapping notes add up as lamps do */
type Canvas = { values: Float32Array; width: number; height: number };

function ground(width: number, height: number, hue: number, lightness: number): Canvas {
  const values = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const colour = linear(lightness * (1.15 - 0.55 * (y / height)), 0.06, hue + 0.5 * (y / height));
    for (let x = 0; x < width; x++) values.set(colour, (y * width + x) * 3);
  }
  return { values, width, height };
}

function drawNote(canvas: Canvas, note: Note, plan: Plan, frame: Frame, hue: number): void {
  const { width, height } = canvas;
  const drumRow = DRUM_ROWS[note.instrument];
  const left = width * (0.05 + 0.9 * (note.start / frame.seconds));
  const long = Math.max(height * 0.012, width * 0.9 * (note.length / frame.seconds));
  const y = height * (drumRow ?? 0.85 - 0.73 * ((note.pitch - frame.low) / (frame.high - frame.low)));
  const { colour, thick, glow } = look(note, plan, hue);
  const half = thick * height;
  const reach = Math.ceil(half * 5);
  for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(height - 1, y + reach); row++)
    for (
      let column = Math.max(0, Math.floor(left - reach));
      column <= Math.min(width - 1, left + long + reach);
      column++
    ) {
      const beside = Math.max(left - column, column - left - long, 0);
      const distance = Math.sqrt(beside ** 2 + (row - y) ** 2);
      const amount =
        (distance < half ? 1 : Math.max(0, half + 1 - distance)) * 0.8 +
        glow * Math.exp(-((distance / (half * 2)) ** 2));
      const at = (row * width + column) * 3;
      for (let c = 0; c < 3; c++) canvas.values[at + c]! += colour[c]! * amount * note.force;
    }
}

function look(note: Note, plan: Plan, hue: number): { colour: Rgb; thick: number; glow: number } {
  if (note.instrument === 'pad') return { colour: linear(0.45, 0.09, hue + 0.6), thick: 0.012, glow: 0.25 };
  if (note.instrument === 'bass') return { colour: linear(0.5, 0.12, hue - 0.5), thick: 0.008, glow: 0.2 };
  if (note.instrument in DRUM_ROWS) return { colour: linear(0.6, 0.05, hue), thick: 0.004, glow: 0.1 };
  if (note.instrument === plan.lead)
    return { colour: linear(0.85, 0.12, hue + 1.1), thick: 0.008, glow: 0.5 };
  return { colour: linear(0.6, 0.12, hue + 0.3), thick: 0.005, glow: 0.25 };
}

/** OKLCh to linear sRGB */
function linear(lightness: number, chroma: number, hue: number): Rgb {
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
