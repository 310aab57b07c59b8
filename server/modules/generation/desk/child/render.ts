import type { MediaFormat } from '#api/generation/shapes.ts';
import { Refusal } from '../../engine/refusal.ts';
import { asPicture } from './as-picture.ts';
import { asWav } from './as-wav.ts';

export type RenderOrder = {
  master: Uint8Array;
  format: MediaFormat;
  /** of a picture: no side longer than this; null: as large as the master */
  side_max: number | null;
};
export type Rendered = { mime: string; extension: string; bytes: Uint8Array };

/** What is offered of a master on demand; a film has its other format from the beginning. */
export async function render({ master, format, side_max }: RenderOrder): Promise<Rendered> {
  switch (format) {
    case 'png':
    case 'webp':
    case 'jpg':
    case 'avif':
      return asPicture(master, format, side_max);
    case 'wav':
      return asWav(master);
    default:
      throw new Refusal('invalid_input', `the desk makes no ${format} of a master`);
  }
}
