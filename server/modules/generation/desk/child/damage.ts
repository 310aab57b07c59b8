import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';
import sharp from 'sharp';
import { level, type Stereo } from '../../engine/media/loudness.ts';
import { opus } from '../../engine/media/opus.ts';
import { Refusal } from '../../engine/refusal.ts';
import type { Modality } from '../../engine/types.ts';
import { filmType } from './hostile-film.ts';
import { onlyThese, PIXELS_MAX } from './hostile-picture.ts';
import { readSound, soundType } from './hostile-sound.ts';

export type DamageOrder = { bytes: Uint8Array; modality: Modality };
export type Damaged = { mime: string; extension: string; bytes: Uint8Array };

/**
 * A copy that anybody who looks or listens takes for the worse one: a picture in coarse blocks, a film that stands still,
 * a piece as through a broken telephone. It is as large, as long and of the same format as what it was made of.
 */
export const damage = ({ bytes, modality }: DamageOrder): Promise<Damaged> => DAMAGE[modality](bytes);

const DAMAGE: Record<Modality, (bytes: Uint8Array) => Promise<Damaged>> = {
  image: coarse,
  video: frozen,
  music: telephoned,
};

const BLOCKS = 24;

async function coarse(bytes: Uint8Array): Promise<Damaged> {
  onlyThese();
  const options = { limitInputPixels: PIXELS_MAX, failOn: 'error' } as const;
  const { width, height } = await sharp(bytes, options).metadata();
  const blocks = await sharp(bytes, options).resize(BLOCKS, BLOCKS, { fit: 'inside' }).png().toBuffer();
  const made = await sharp(blocks)
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .webp({ quality: 90, effort: 4 })
    .toBuffer();
  return { mime: 'image/webp', extension: 'webp', bytes: new Uint8Array(made) };
}

const STILL_S = 0.5;
/** WebM does not say how long its last picture is shown: it comes shortly before the end. */
const LAST_S = 1 / 24;

/** Its first whole picture again and again: nothing has to be decoded for it. */
async function frozen(bytes: Uint8Array): Promise<Damaged> {
  const type = filmType(bytes);
  if (!type) throw new Refusal('output_rejected', 'this is no film');
  const input = new Input({ formats: [type === 'video/mp4' ? MP4 : WEBM], source: new BufferSource(bytes) });
  const track = await input.getPrimaryVideoTrack();
  const codec = await track?.getCodec();
  const still = track && (await new EncodedPacketSink(track).getFirstPacket());
  if (!track || !codec || still?.type !== 'key')
    throw new Refusal('output_rejected', 'the film does not begin with a whole picture');
  const target = new BufferTarget();
  const format =
    type === 'video/mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat();
  const output = new Output({ format, target });
  const pictures = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(pictures, { rotation: await track.getRotation() });
  await output.start();
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  const seconds = await track.computeDuration();
  for (let at = 0; at < seconds - LAST_S; at += STILL_S)
    await pictures.add(still.clone({ timestamp: at, duration: STILL_S }), { decoderConfig });
  await pictures.add(still.clone({ timestamp: Math.max(0, seconds - LAST_S), duration: LAST_S }), {
    decoderConfig,
  });
  await output.finalize();
  const extension = type === 'video/mp4' ? 'mp4' : 'webm';
  return { mime: type, extension, bytes: new Uint8Array(target.buffer!) };
}

/** Of so many samples one is kept. */
const HELD = 32;
const STEPS = 8;

async function telephoned(bytes: Uint8Array): Promise<Damaged> {
  const type = soundType(bytes);
  if (!type) throw new Refusal('output_rejected', 'this is no piece of music');
  const { left, right, sampleRate } = await readSound(bytes, type);
  const piece: Stereo = { left: broken(left), right: broken(right), sampleRate };
  return { mime: 'audio/ogg', extension: 'opus', bytes: await opus(level(piece)) };
}

const broken = (samples: Float32Array): Float32Array =>
  samples.map((_, at) => Math.round((samples[at - (at % HELD)] ?? 0) * STEPS) / STEPS);
