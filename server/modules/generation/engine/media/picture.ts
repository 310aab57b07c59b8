import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { Refusal } from '../refusal.ts';
import type { MediaOutput, Picture } from '../types.ts';

sharp.concurrency(1);
sharp.cache(false);

const MASTER_QUALITY = 92;
const THUMBNAIL_SIDE = 512;
const PREVIEW_SIDE = 256;
const HASH_SIDE = 32;
/** A master this light is its own thumbnail. */
const LIGHT_BYTES = 48_000;

/** u8[height, width, 3] in sRGB */
export type RawPicture = { pixels: Uint8Array; width: number; height: number };

/** The stored master with all that is derived from it. Pixel art keeps its pixels: `png`. */
export async function encodePicture(picture: RawPicture, format: 'webp' | 'png'): Promise<MediaOutput> {
  refuseBlank(picture);
  const { width, height } = picture;
  const [bytes, hash] = await Promise.all([
    format === 'webp' ? webp(open(picture), MASTER_QUALITY, 2) : pixelArt(picture),
    thumbhash(picture),
  ]);
  const light = format === 'webp' && bytes.length <= LIGHT_BYTES && Math.max(width, height) <= THUMBNAIL_SIDE;
  return {
    role: 'primary',
    modality: 'image',
    mime: `image/${format}`,
    extension: format,
    bytes,
    width,
    height,
    thumbnail: light ? { mime: 'image/webp', width, height, bytes } : await thumbnail(picture),
    thumbhash: hash,
  };
}

/** What a tile shows, and its blurred stand-in. */
export async function derive(picture: RawPicture): Promise<{ thumbnail: Picture; thumbhash: string }> {
  const [still, hash] = await Promise.all([thumbnail(picture), thumbhash(picture)]);
  return { thumbnail: still, thumbhash: hash };
}

/** Full size, for a film's poster */
export async function encodePoster(picture: RawPicture): Promise<Picture> {
  const { width, height } = picture;
  return { mime: 'image/webp', width, height, bytes: await webp(open(picture), 84, 1) };
}

export async function previewPicture(
  picture: RawPicture,
  kernel: 'cubic' | 'nearest' = 'cubic',
): Promise<Uint8Array> {
  return webp(
    open(picture).resize(PREVIEW_SIDE, PREVIEW_SIDE, {
      fit: 'inside',
      kernel,
      withoutEnlargement: kernel === 'cubic',
    }),
    60,
    0,
  );
}

const PIXEL_ART_COLOURS = 14;

/** Snaps a small picture to few colours, which takes the haze off its edges, and enlarges it in whole blocks. */
export async function enlargePixelArt(picture: RawPicture, side: number): Promise<RawPicture> {
  const snapped = await open(picture)
    .png({ palette: true, colours: PIXEL_ART_COLOURS, dither: 0, effort: 10 })
    .toBuffer();
  const enlarged = await sharp(snapped)
    .resize(side, side, { fit: 'fill', kernel: 'nearest' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return { pixels: plain(enlarged), width: side, height: side };
}

/** A picture of one colour is a network that failed, not a result to be paid for. */
export function refuseBlank({ pixels }: RawPicture): void {
  for (const channel of [0, 1, 2]) {
    let low = 255;
    let high = 0;
    for (let i = channel; i < pixels.length; i += 3) {
      low = Math.min(low, pixels[i]!);
      high = Math.max(high, pixels[i]!);
      if (high - low >= 3) return;
    }
  }
  throw new Refusal('output_rejected', 'the model painted a blank picture');
}

async function thumbnail(picture: RawPicture): Promise<Picture> {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const image = scale < 1 ? open(picture).resize(width, height, { fit: 'fill' }) : open(picture);
  return { mime: 'image/webp', width, height, bytes: await webp(image, 80, 0) };
}

async function thumbhash(picture: RawPicture): Promise<string> {
  const scale = HASH_SIDE / Math.max(picture.width, picture.height);
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const small = open(picture).resize(width, height, { fit: 'fill', kernel: 'linear' }).ensureAlpha();
  return Buffer.from(rgbaToThumbHash(width, height, await small.raw().toBuffer())).toString('base64');
}

async function pixelArt(picture: RawPicture): Promise<Uint8Array> {
  return plain(
    await open(picture)
      .png({ palette: true, colours: 128, dither: 0, compressionLevel: 9, effort: 1 })
      .toBuffer(),
  );
}

async function webp(image: Sharp, quality: number, effort: number): Promise<Uint8Array> {
  return plain(await image.webp({ quality, effort }).toBuffer());
}

function open({ pixels, width, height }: RawPicture): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A Buffer arrives over IPC as a Buffer of a larger pool; a plain array has its own bytes. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}
