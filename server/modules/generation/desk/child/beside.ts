import sharp from 'sharp';
import { Refusal } from '../../engine/refusal.ts';
import type { MediaOutput, Modality, Storyboard } from '../../engine/types.ts';
import { readFilm } from './hostile-film.ts';
import { readPicture } from './hostile-picture.ts';
import { readScore } from './hostile-score.ts';

/** What a machine of others sends with a work. Sound in Opus is not among it: that is made of the work itself. */
export type Beside = {
  role: 'midi' | 'webm' | 'storyboard';
  bytes: Uint8Array;
  storyboard?: Storyboard | undefined;
};

const SHEET_QUALITY = 60;
/** Of its film, that the same film in another format may be longer or shorter. */
const DURATION_SHARE = 0.1;

/** What came with a work, made anew as the work was, if it can be of that work at all. */
export async function readBeside(
  modality: Modality,
  work: MediaOutput | undefined,
  beside: readonly Beside[],
): Promise<MediaOutput[]> {
  const roles = beside.map(({ role }) => role);
  if (new Set(roles).size < roles.length) throw new Refusal('output_rejected', 'two files of one role');
  const outputs: MediaOutput[] = [];
  for (const one of beside) {
    if (!work || (one.role === 'midi') !== (modality === 'music') || modality === 'image')
      throw new Refusal('output_rejected', `${one.role} does not go with ${modality}`);
    outputs.push(await READ[one.role](one, work));
  }
  return outputs;
}

const READ: Record<Beside['role'], (beside: Beside, work: MediaOutput) => Promise<MediaOutput>> = {
  async midi({ bytes }) {
    return { role: 'midi', modality: 'music', mime: 'audio/midi', extension: 'mid', bytes: readScore(bytes) };
  },

  async webm({ bytes }, work) {
    const { still: _, ...film } = await readFilm(bytes, 'video/webm');
    const wanted_ms = work.duration_ms ?? film.duration_ms;
    const isAsLong = Math.abs(film.duration_ms - wanted_ms) <= wanted_ms * DURATION_SHARE;
    if (film.width !== work.width || film.height !== work.height || !isAsLong)
      throw new Refusal('output_rejected', 'the film in WebM is another one');
    return { role: 'webm', modality: 'video', ...film };
  },

  async storyboard({ bytes, storyboard }) {
    if (!storyboard) throw new Refusal('output_rejected', 'nothing is said of how the storyboard lies');
    const { pixels, width, height } = await readPicture(bytes);
    const { columns, rows, frames, width: cell_width, height: cell_height } = storyboard;
    if (width !== columns * cell_width || height !== rows * cell_height || frames > columns * rows)
      throw new Refusal('output_rejected', 'the storyboard lies otherwise');
    const raw = { width, height, channels: 3 } as const;
    const sheet = await sharp(pixels, { raw }).webp({ quality: SHEET_QUALITY, effort: 2 }).toBuffer();
    return {
      ...{ role: 'storyboard', modality: 'video', mime: 'image/webp', extension: 'webp' },
      ...{ bytes: new Uint8Array(sheet), width, height, storyboard },
    };
  },
};
