/** A chart as a picture of its own: name, legend and drawing on paper, twice as fine as the screen needs. */
import type { Ink } from './ink.ts';

const SCALE = 2;
const EDGE = 24;
const FONT = '"Inter Variable", sans-serif';

export type Brush = { pen: CanvasRenderingContext2D; ink: Ink; width: number };
/** What stands in the legend; `line` where it is one. */
export type Legend = { text: string; line?: { colour: string; dash: readonly number[] } };
export type Drawing = { title: string; words: Legend[]; height: number; draw: (brush: Brush) => void };

export async function pictureOf(
  { title, words, height, draw }: Drawing,
  ink: Ink,
  width = 960,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const head = EDGE + 28 + (words.length > 0 ? 24 : 0);
  canvas.width = (width + 2 * EDGE) * SCALE;
  canvas.height = (head + height + EDGE) * SCALE;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser draws nothing');
  pen.scale(SCALE, SCALE);
  pen.fillStyle = ink('surface');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = 'top';
  write(pen, title, { x: EDGE, y: EDGE - 4, colour: ink('text'), font: `600 18px ${FONT}` });
  pen.save();
  pen.translate(EDGE, EDGE + 24);
  for (const word of words) pen.translate(writeLegend(pen, word, ink), 0);
  pen.restore();
  pen.translate(EDGE, head);
  draw({ pen, ink, width });
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be made'))),
      'image/png',
    ),
  );
}

type Ask = { x: number; y: number; colour: string; font?: string; align?: CanvasTextAlign };
export function write(pen: CanvasRenderingContext2D, text: string, { x, y, colour, font, align }: Ask): void {
  pen.font = font ?? `13px ${FONT}`;
  pen.fillStyle = colour;
  pen.textAlign = align ?? 'left';
  pen.fillText(text, x, y);
}

/** Answers how much room it took. */
function writeLegend(pen: CanvasRenderingContext2D, { text, line }: Legend, ink: Ink): number {
  const indent = line ? 30 : 0;
  if (line) {
    pen.strokeStyle = ink(line.colour);
    pen.lineWidth = 2.5;
    pen.setLineDash([...line.dash]);
    pen.beginPath();
    pen.moveTo(0, 8);
    pen.lineTo(22, 8);
    pen.stroke();
  }
  write(pen, text, { x: indent, y: 0, colour: ink('muted') });
  return indent + pen.measureText(text).width + 22;
}
