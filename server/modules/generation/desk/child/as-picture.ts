import sharp, { type Sharp } from 'sharp';
import { onlyThese } from './hostile-picture.ts';
import type { Rendered } from './render.ts';

sharp.concurrency(1);
sharp.cache(false);

const PIXELS_MAX = 40_000_000;

type PictureFormat = 'png' | 'webp' | 'jpg' | 'avif';

const ENCODE: Record<PictureFormat, { mime: string; of(picture: Sharp, pixel_art: boolean): Sharp }> = {
  png: {
    mime: 'image/png',
    of: (picture, palette) => picture.png(palette ? { palette, dither: 0 } : { compressionLevel: 6 }),
  },
  webp: {
    mime: 'image/webp',
    of: (picture, lossless) => picture.webp(lossless ? { lossless } : { quality: 92, effort: 4 }),
  },
  // JPEG knows no transparency; four times the colour of its default keeps fine red lines
  jpg: {
    mime: 'image/jpeg',
    of: (picture) => picture.flatten().jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  },
  avif: { mime: 'image/avif', of: (picture) => picture.avif({ quality: 65, effort: 2 }) },
};

/**
 * The master in another format, made smaller where asked; nothing but its pixels is taken over. A picture of few
 * colours is pixel art: its blocks keep their edges.
 */
export async function asPicture(
  master: Uint8Array,
  format: PictureFormat,
  side_max: number | null,
): Promise<Rendered> {
  onlyThese();
  const picture = sharp(master, { limitInputPixels: PIXELS_MAX, failOn: 'error' });
  const { isPalette: pixel_art } = await picture.metadata();
  const sized = side_max
    ? picture.resize(side_max, side_max, {
        fit: 'inside',
        withoutEnlargement: true,
        kernel: pixel_art ? 'nearest' : 'lanczos3',
      })
    : picture;
  const { mime, of } = ENCODE[format];
  return { mime, extension: format, bytes: new Uint8Array(await of(sized, pixel_art).toBuffer()) };
}
