import sharp from 'sharp';
import type { Storyboard } from '../types.ts';
import type { RawPicture } from './picture.ts';

const COLUMNS = 5;
const FRAMES_MAX = 25;
const SIDE = 160;
const QUALITY = 60;

export type StoryboardPainter = {
  add(frame: RawPicture): Promise<void>;
  finish(): Promise<{ bytes: Uint8Array; width: number; height: number; storyboard: Storyboard }>;
};

/** Small frames at even intervals on one sheet: what a player shows while somebody searches in a film. */
export function createStoryboardPainter(film: {
  width: number;
  height: number;
  frames: number;
  fps: number;
}): StoryboardPainter {
  const { frames, fps } = film;
  const scale = Math.min(1, SIDE / Math.max(film.width, film.height));
  const width = Math.max(1, Math.round(film.width * scale));
  const height = Math.max(1, Math.round(film.height * scale));
  const cells = Math.min(FRAMES_MAX, frames);
  const rows = Math.ceil(cells / COLUMNS);
  const columns = Math.min(COLUMNS, cells);
  const sheet = new Uint8Array(columns * width * rows * height * 3);
  let added = 0;
  let drawn = 0;

  return {
    async add(frame) {
      if (drawn === cells || added++ < Math.floor((drawn * frames) / cells)) return;
      const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
      const small = await sharp(frame.pixels, { raw })
        .resize(width, height, { fit: 'fill', kernel: 'linear' })
        .raw()
        .toBuffer();
      const left = (drawn % columns) * width;
      const top = Math.floor(drawn++ / columns) * height;
      for (let y = 0; y < height; y++)
        sheet.set(
          small.subarray(y * width * 3, (y + 1) * width * 3),
          ((top + y) * columns * width + left) * 3,
        );
    },
    async finish() {
      const raw = { width: columns * width, height: rows * height, channels: 3 } as const;
      const bytes = await sharp(sheet, { raw }).webp({ quality: QUALITY, effort: 2 }).toBuffer();
      return {
        bytes: new Uint8Array(bytes),
        width: raw.width,
        height: raw.height,
        storyboard: {
          columns,
          rows,
          frames: cells,
          interval_ms: (frames / fps / cells) * 1000,
          width,
          height,
        },
      };
    },
  };
}
