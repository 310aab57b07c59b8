import type { Mood } from '../../../../../../../models/contract/mood.ts';
import type { Stereo } from '../../../media/loudness.ts';
import type { RawPicture } from '../../../media/picture.ts';
import { spectrum, WINDOW } from '../../../media/spectrum.ts';
import { developed, ground, hueOf, linear } from '../score-picture.ts';

export type Tint = Pick<Mood, 'hue_cos' | 'hue_sin' | 'light'>;

const COLUMNS = 256;
const LOWEST_HERTZ = 55;
const HIGHEST_HERTZ = 9000;
const REACH_DB = 60;

/** Draws sound without notes as its partials: threads of light, low ones below, time to the right. */
export function createSoundPicture(audio: Stereo) {
  const columns: Float32Array[] = [];
  let loudest = 1e-9;
  return {
    /** Looks at what has been made up to sample `made`. */
    listen(made: number): void {
      for (; columns.length < COLUMNS;) {
        const from = Math.round((columns.length / COLUMNS) * Math.max(0, audio.left.length - WINDOW));
        if (from + WINDOW > made) return;
        const column = spectrum(audio, from);
        columns.push(column);
        loudest = column.reduce((most, power) => Math.max(most, power), loudest);
      }
    },
    draw: (tint: Tint, side: number): RawPicture => draw(columns, loudest, audio.sampleRate, tint, side),
  };
}

function draw(columns: Float32Array[], loudest: number, rate: number, tint: Tint, side: number): RawPicture {
  const hue = hueOf(tint, 210);
  const canvas = ground(side, hue, tint.light);
  for (let y = 0; y < side; y++) {
    const rise = 1 - y / side;
    const bin = (LOWEST_HERTZ * (HIGHEST_HERTZ / LOWEST_HERTZ) ** rise * WINDOW) / rate;
    const colour = linear(0.6 + 0.25 * rise, 0.13, hue + 1.6 * rise - 0.3);
    for (let x = 0; x < side; x++) {
      const column = columns[Math.floor((x / side) * COLUMNS)];
      if (!column) break;
      // high partials are soft by nature: lifted, or the upper half would stay dark
      const db = 10 * Math.log10(powerAt(column, bin) / loudest + 1e-12) + 14 * rise;
      const amount = Math.max(0, 1 + db / REACH_DB) ** 3 * 1.6;
      for (let c = 0; c < 3; c++) canvas.values[(y * side + x) * 3 + c]! += colour[c]! * amount;
    }
  }
  return developed(canvas);
}

function powerAt(column: Float32Array, bin: number): number {
  const whole = Math.floor(bin);
  return column[whole]! + (column[whole + 1]! - column[whole]!) * (bin - whole);
}
