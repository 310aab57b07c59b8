import type { Frame } from '@libav.js/variant-webm';
import {
  type AudioCodec,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MP4,
  Mp4OutputFormat,
  Output,
  type VideoCodec,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';
import { openLibav } from '../../engine/media/libav.ts';
import type { RawPicture } from '../../engine/media/picture.ts';
import { Refusal } from '../../engine/refusal.ts';

const SECONDS_MAX = 600;
const SIDE_MIN = 16;
const SIDE_MAX = 4096;
const PACKETS_MAX = 100_000;
const FRAMES_TO_POSTER_MAX = 600;

const FORMATS = {
  'video/mp4': { format: MP4, extension: 'mp4', video: ['avc', 'av1', 'vp9'], audio: ['aac', 'opus'] },
  'video/webm': { format: WEBM, extension: 'webm', video: ['vp8', 'vp9', 'av1'], audio: ['opus', 'vorbis'] },
} as const;
export type FilmType = keyof typeof FORMATS;

export function filmType(bytes: Uint8Array): FilmType | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength)).toString('latin1');
  if (head.slice(4, 8) === 'ftyp') return 'video/mp4';
  if (head.startsWith('\x1a\x45\xdf\xa3')) return 'video/webm';
  return null;
}

export type Film = {
  mime: FilmType;
  extension: string;
  bytes: Uint8Array;
  width: number;
  height: number;
  duration_ms: number;
  /** The frame at a third, where we can decode the film ourselves: VP8 only. */
  still: RawPicture | null;
};

/**
 * A stranger's film taken apart and put together again: one track of pictures, at most one of sound, the
 * index first, and nothing of what else was in the file. The encoded pictures are as they came.
 */
export async function readFilm(bytes: Uint8Array, type: FilmType): Promise<Film> {
  const { format, extension, video: videoCodecs, audio: audioCodecs } = FORMATS[type];
  const input = new Input({ formats: [format], source: new BufferSource(bytes) });
  const video = await input.getPrimaryVideoTrack();
  if (!video) throw new Refusal('output_rejected', 'there are no pictures in the film');
  const codec = among<VideoCodec>(videoCodecs, await video.getCodec(), 'pictures');
  const [width, height] = [await video.getDisplayWidth(), await video.getDisplayHeight()];
  const seconds = await video.computeDuration();
  if (Math.min(width, height) < SIDE_MIN || Math.max(width, height) > SIDE_MAX)
    throw new Refusal('output_rejected', `a film of ${width} x ${height} pixels is not taken`);
  if (!(seconds > 0 && seconds <= SECONDS_MAX))
    throw new Refusal('output_rejected', `a film of ${Math.round(seconds)} seconds is not taken`);
  const audio = await input.getPrimaryAudioTrack();
  const sound = audio && among<AudioCodec>(audioCodecs, await audio.getCodec(), 'sound');

  const target = new BufferTarget();
  const output = new Output({
    format: type === 'video/mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat(),
    target,
  });
  const pictures = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(pictures, { rotation: await video.getRotation() });
  const sounds = sound ? new EncodedAudioPacketSource(sound) : null;
  if (sounds) output.addAudioTrack(sounds);
  await output.start();
  await Promise.all([copyPictures(video, pictures), audio && sounds && copySound(audio, sounds)]);
  await output.finalize();
  return {
    ...{ mime: type, extension, width, height },
    bytes: new Uint8Array(target.buffer!),
    duration_ms: Math.round(seconds * 1000),
    still: codec === 'vp8' ? await stillOf(video, seconds / 3) : null,
  };
}

function among<C extends string>(taken: readonly C[], codec: string | null, what: string): C {
  const found = taken.find((known) => known === codec);
  if (!found)
    throw new Refusal(
      'output_rejected',
      `${what} as ${codec ?? 'who knows what'} are not taken in such a film`,
    );
  return found;
}

async function copyPictures(track: InputVideoTrack, into: EncodedVideoPacketSource): Promise<void> {
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  let packets = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (packets === 0 && packet.type !== 'key')
      throw new Refusal('output_rejected', 'the film does not begin with a whole picture');
    if (++packets > PACKETS_MAX) throw new Refusal('output_rejected', 'too many pictures in the film');
    await into.add(packet, { decoderConfig });
  }
  if (packets === 0) throw new Refusal('output_rejected', 'there are no pictures in the film');
  into.close();
}

async function copySound(track: InputAudioTrack, into: EncodedAudioPacketSource): Promise<void> {
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  let packets = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (++packets > PACKETS_MAX) throw new Refusal('output_rejected', 'too much sound in the film');
    await into.add(packet, { decoderConfig });
  }
  into.close();
}

/** Decodes from the whole picture before that moment up to it. */
async function stillOf(track: InputVideoTrack, at: number): Promise<RawPicture | null> {
  const sink = new EncodedPacketSink(track);
  const key = (await sink.getKeyPacket(at)) ?? (await sink.getFirstPacket());
  const until = await sink.getPacket(at);
  if (!key) return null;
  const encoded: { data: Uint8Array; pts: number; ptshi: number }[] = [];
  for await (const packet of sink.packets(key)) {
    encoded.push({ data: packet.data, pts: encoded.length, ptshi: 0 });
    if (encoded.length === FRAMES_TO_POSTER_MAX || !until || packet.timestamp >= until.timestamp) break;
  }
  const libav = await openLibav();
  const [, context, packet, frame] = await libav.ff_init_decoder('libvpx');
  let last: Frame | null = null;
  // one by one: a hundred frames of a large film would not fit
  for (const one of encoded) {
    const [shown] = (await libav.ff_decode_multi(context, packet, frame, [one])) as Frame[];
    last = shown ?? last;
  }
  return last && toRgb(last);
}

/** BT.601, as VP8 has it. */
export function toRgb({ data, layout, width = 0, height = 0 }: Frame): RawPicture | null {
  const [luma, blue, red] = layout ?? [];
  if (!(data instanceof Uint8Array) || !luma || !blue || !red) return null;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const c = 298 * (data[luma.offset + y * luma.stride + x]! - 16) + 128;
      const half = x >> 1;
      const d = data[blue.offset + (y >> 1) * blue.stride + half]! - 128;
      const e = data[red.offset + (y >> 1) * red.stride + half]! - 128;
      pixels[to++] = byte((c + 409 * e) >> 8);
      pixels[to++] = byte((c - 100 * d - 208 * e) >> 8);
      pixels[to++] = byte((c + 516 * d) >> 8);
    }
  return { pixels, width, height };
}

const byte = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);
