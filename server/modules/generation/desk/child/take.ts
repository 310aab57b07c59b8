import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { Refusal } from '../../engine/refusal.ts';
import { openUpload, PIXELS_MAX, SIDE_MIN } from './hostile-picture.ts';

sharp.concurrency(1);
sharp.cache(false);

const SIDE_MAX = 8192;
const QUALITY = 95;
const THUMBNAIL_SIDE = 512;
const HASH_SIDE = 32;

export type TakeOrder = {
  bytes: Uint8Array;
  /** Written into the files, so that no two uploads share one and each can be taken away alone. */
  mark: string;
};

export type Taken = {
  mime: string;
  extension: string;
  bytes: Uint8Array;
  width: number;
  height: number;
  thumbnail: { bytes: Uint8Array; width: number; height: number };
  thumbhash: string;
};

/** A member's picture with nothing of what else was in the file: upright, in sRGB, on white, as WebP. */
export async function take({ bytes, mark }: TakeOrder): Promise<Taken> {
  const { width, height } = await openUpload(bytes).metadata();
  refuseUnlessFits(width, height);
  const whole = await marked(openUpload(bytes).webp({ quality: QUALITY, effort: 2 }), mark);
  const small = openUpload(bytes).resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, INSIDE);
  return {
    ...{ mime: 'image/webp', extension: 'webp', ...whole },
    thumbnail: await marked(small.webp({ quality: 80 }), mark),
    thumbhash: await thumbhashOf(openUpload(bytes)),
  };
}

const INSIDE = { fit: 'inside', withoutEnlargement: true } as const;

function refuseUnlessFits(width: number, height: number): void {
  const size = `It is ${width} × ${height} pixels:`;
  if (Math.min(width, height) < SIDE_MIN)
    throw new Refusal('invalid_input', `${size} at least ${SIDE_MIN} a side are needed.`);
  if (Math.max(width, height) > SIDE_MAX)
    throw new Refusal('invalid_input', `${size} at most ${SIDE_MAX} a side are taken.`);
  if (width * height > PIXELS_MAX)
    throw new Refusal('invalid_input', `${size} at most ${PIXELS_MAX / 1e6} megapixels are taken.`);
}

async function marked(picture: Sharp, mark: string) {
  const { data, info } = await picture.withXmp(xmpOf(mark)).toBuffer({ resolveWithObject: true });
  return { bytes: new Uint8Array(data), width: info.width, height: info.height };
}

const xmpOf = (mark: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:uuid:${mark}"/></rdf:RDF></x:xmpmeta>`;

async function thumbhashOf(picture: Sharp): Promise<string> {
  const { data, info } = await picture
    .resize(HASH_SIDE, HASH_SIDE, INSIDE)
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}
