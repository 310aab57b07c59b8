import sharp from 'sharp';
import { level } from '../../engine/media/loudness.ts';
import { opus } from '../../engine/media/opus.ts';
import { Refusal } from '../../engine/refusal.ts';
import type { Modality } from '../../engine/types.ts';
import { evenFilm } from './even-film.ts';
import { onlyThese, PIXELS_MAX } from './hostile-picture.ts';
import { readSound, soundType, withoutTag } from './hostile-sound.ts';

/** The longest side of every picture that is compared with others. */
export const EVEN_SIDE = 1024;

export type EvenOrder = { bytes: Uint8Array; modality: Modality };
export type Evened = { mime: string; extension: string; bytes: Uint8Array; duration_ms: number | null };

/**
 * A work as those see it who compare it with others: of one size, one loudness and one bit rate, in one format, and
 * nothing in the file that says whose it is or what made it.
 */
export const even = ({ bytes, modality }: EvenOrder): Promise<Evened> => EVEN[modality](bytes);

const EVEN: Record<Modality, (bytes: Uint8Array) => Promise<Evened>> = {
  image: evenPicture,
  video: evenFilm,
  music: evenPiece,
};

async function evenPicture(bytes: Uint8Array): Promise<Evened> {
  onlyThese();
  const picture = sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'error' });
  const { isPalette: pixel_art } = await picture.metadata();
  const made = await picture
    .rotate()
    .resize(EVEN_SIDE, EVEN_SIDE, { fit: 'inside', kernel: pixel_art ? 'nearest' : 'lanczos3' })
    .webp({ quality: 90, effort: 4 })
    .toBuffer();
  return { mime: 'image/webp', extension: 'webp', bytes: new Uint8Array(made), duration_ms: null };
}

async function evenPiece(bytes: Uint8Array): Promise<Evened> {
  // what we made ourselves has its manifest before it
  const sound = withoutTag(bytes);
  const type = soundType(sound);
  if (!type) throw new Refusal('output_rejected', 'this is no piece of music');
  const piece = level(await readSound(sound, type));
  return {
    ...{ mime: 'audio/ogg', extension: 'ogg', bytes: await opus(piece) },
    duration_ms: Math.round((piece.left.length / piece.sampleRate) * 1000),
  };
}
