import type { Random } from '../../contract/random.ts';
import { THINGS } from '../words/attributes.ts';
import { lch, mixPaints, type Coat, type Rgb } from './paint.ts';
import { DRAWINGS } from './things.ts';

export const SIDE = 48;
export const PIXELS = SIDE * SIDE * 3;
/** each pixel is the mean of so many samples a side */
const SAMPLES = 3;
const FINE = SIDE * SAMPLES;
/** width of the outline in samples */
const OUTLINE = 4;
const OUTLINE_STEPS = Array.from({ length: 8 }, (_, k) => {
  const angle = (k * Math.PI) / 4;
  return [Math.round(Math.cos(angle) * OUTLINE), Math.round(Math.sin(angle) * OUTLINE)] as const;
});

export type Specimen = { thing: number; coat: Coat; /** -1 dark ground, 1 light ground */ ground: number };

/** What the corpus asks for: every thing, mostly in vivid hues, some white, grey and black. */
export function chooseSpecimen(random: Random, thing = random.integer(THINGS.length)): Specimen {
  const dice = random.uniform();
  const vivid = dice < 0.74 ? 0.85 + 0.15 * random.uniform() : dice < 0.82 ? 0.5 : 0.06;
  const grey = vivid < 0.1;
  const light = grey
    ? random.pick([-1, 0, 1])
    : dice < 0.2
      ? random.pick([-0.6, 0.6])
      : (random.uniform() - 0.5) * 0.3;
  return {
    thing,
    coat: { hue: random.uniform() * 2 * Math.PI, vivid, light },
    ground: random.uniform() < 0.5 ? 1 : -1,
  };
}

/** Draws one sprite with a dark outline, f32[SIDE, SIDE, 3] in -1..1. */
export function drawSpecimen({ thing, coat, ground }: Specimen, random: Random): Float32Array {
  const draw = DRAWINGS[THINGS[thing]!];
  const paints = mixPaints(coat);
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const [left, top, size, turn] = [
    between(-0.04, 0.04),
    between(-0.04, 0.04),
    between(0.88, 1),
    between(-0.07, 0.07),
  ];
  const dice = Array.from({ length: 8 }, () => random.uniform());
  const [cos, sin] = [Math.cos(turn) / size, Math.sin(turn) / size];
  const colours: (Rgb | null)[] = [];
  for (let row = 0; row < FINE; row++)
    for (let column = 0; column < FINE; column++) {
      const x = ((column + 0.5) / FINE) * 2 - 1 - left;
      const y = ((row + 0.5) / FINE) * 2 - 1 - top;
      colours.push(draw(x * cos - y * sin, x * sin + y * cos, paints, dice));
    }
  const edge = aroundIt(colours);
  const outline = lch(ground > 0 ? 0.27 : 0.1, 0.03, coat.hue);
  const grounds = Array.from({ length: SIDE }, (_, row) => groundAt((row / SIDE) * 2 - 1, coat.hue, ground));

  const pixels = new Float32Array(PIXELS);
  const share = 2 / SAMPLES ** 2;
  for (let i = 0; i < FINE * FINE; i++) {
    const [column, row] = [Math.floor((i % FINE) / SAMPLES), Math.floor(i / FINE / SAMPLES)];
    const colour = colours[i] ?? (edge[i] ? outline : grounds[row]!);
    for (let c = 0; c < 3; c++) pixels[(row * SIDE + column) * 3 + c]! += colour[c]! * share;
  }
  for (let i = 0; i < PIXELS; i++) pixels[i]! -= 1;
  return pixels;
}

/** 1 for samples within an outline's width of the thing */
function aroundIt(colours: (Rgb | null)[]): Uint8Array {
  const near = new Uint8Array(colours.length);
  for (let i = 0; i < colours.length; i++) {
    if (!colours[i]) continue;
    const [column, row] = [i % FINE, Math.floor(i / FINE)];
    for (const [right, down] of OUTLINE_STEPS) {
      const x = column + right;
      const y = row + down;
      if (x >= 0 && x < FINE && y >= 0 && y < FINE) near[y * FINE + x] = 1;
    }
  }
  return near;
}

function groundAt(y: number, hue: number, ground: number): Rgb {
  return ground > 0 ? lch(0.93 - 0.04 * y, 0.025, hue + 2.6) : lch(0.25 - 0.05 * y, 0.035, hue + 2.9);
}
