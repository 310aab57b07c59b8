import sharp, { type Sharp } from 'sharp';
import type { RawPicture } from '../../engine/media/picture.ts';
import { Refusal } from '../../engine/refusal.ts';

/** More is no picture but a bomb: what a few kilobytes of file would take in memory. */
export const PIXELS_MAX = 40_000_000;
export const SIDE_MIN = 16;

const LOADERS = { 'image/jpeg': 'jpeg', 'image/png': 'png', 'image/webp': 'webp' } as const;
type PictureType = keyof typeof LOADERS;

/** A picture somebody generates from comes as it came out of a phone or another program. */
export const isAvif = (bytes: Uint8Array) =>
  /^ftypavi[fs]/.test(Buffer.from(bytes.subarray(4, 12)).toString('latin1'));

/** What the first bytes say; what the sender says is not asked. */
export function pictureType(bytes: Uint8Array): PictureType | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.byteLength)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  return null;
}

/** A stranger's picture as plain pixels: upright, in sRGB, on white, with nothing of what else was in the file. */
export async function readPicture(bytes: Uint8Array): Promise<RawPicture> {
  const { data, info } = await openPicture(bytes)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3 || Math.min(info.width, info.height) < SIDE_MIN)
    throw new Refusal('output_rejected', `a picture of ${info.width} x ${info.height} pixels is none`);
  return { pixels: new Uint8Array(data), width: info.width, height: info.height };
}

/** The same made small at once. */
export async function readSmall(bytes: Uint8Array, side: number): Promise<RawPicture> {
  const { data, info } = await openPicture(bytes)
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: new Uint8Array(data), width: info.width, height: info.height };
}

function openPicture(bytes: Uint8Array): Sharp {
  if (pictureType(bytes) === null)
    throw new Refusal('output_rejected', 'neither JPEG nor PNG nor WebP, the pictures that are taken');
  onlyThese();
  return upright(bytes);
}

/** The same of what may also be AVIF, whose loader is open for this alone. */
export function openUpload(bytes: Uint8Array): Sharp {
  const avif = isAvif(bytes);
  if (pictureType(bytes) === null && !avif)
    throw new Refusal('invalid_input', 'It is neither PNG nor JPEG nor WebP nor AVIF.');
  onlyThese();
  if (avif) sharp.unblock({ operation: ['VipsForeignLoadHeifBuffer'] });
  return upright(bytes);
}

const upright = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'error', pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');

/** The other loaders know formats that nobody here writes, and are doors that nobody needs. */
export function onlyThese(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
  });
}
