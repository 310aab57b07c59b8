import type { Frame } from '@libav.js/variant-webm';
import { openLibav } from '../../engine/media/libav.ts';
import type { Stereo } from '../../engine/media/loudness.ts';
import { OPUS_RATE } from '../../engine/media/opus.ts';
import { resample } from '../../engine/media/resample.ts';
import { Refusal } from '../../engine/refusal.ts';

const SECONDS_MIN = 0.4;
const SECONDS_MAX = 600;
const READ_BYTES = 1_000_000;
const END_OF_FILE = -541_478_725; // AVERROR_EOF

/** Forced, never probed: the file does not choose who reads it. */
const DEMUXERS = { 'audio/wav': 'wav', 'audio/flac': 'flac', 'audio/ogg': 'ogg' } as const;
export type SoundType = keyof typeof DEMUXERS;
const DECODERS = /^(pcm_(s16le|s24le|f32le)|flac|libopus)$/;

export function soundType(bytes: Uint8Array): SoundType | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.byteLength)).toString('latin1');
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WAVE') return 'audio/wav';
  if (head.startsWith('fLaC')) return 'audio/flac';
  if (head.startsWith('OggS')) return 'audio/ogg';
  return null;
}

/** The manifest of a FLAC lies in an ID3v2 tag before it (C2PA, A.3.4): its length is written in four times seven bits. */
export function withoutTag(bytes: Uint8Array): Uint8Array {
  if (Buffer.from(bytes.subarray(0, 3)).toString('latin1') !== 'ID3' || bytes.length < 10) return bytes;
  const length = [6, 7, 8, 9].reduce((sum, at) => (sum << 7) | ((bytes[at] ?? 0) & 0x7f), 0);
  return bytes.subarray(10 + length);
}

/** A stranger's sound as plain samples at our rate: decoded by WebAssembly in a process that can do nothing else. */
export async function readSound(bytes: Uint8Array, type: SoundType): Promise<Stereo> {
  const libav = await openLibav();
  const name = `sound.${DEMUXERS[type]}`;
  await libav.writeFile(name, bytes);
  const [input, streams] = await libav.ff_init_demuxer_file(name, { format: DEMUXERS[type] });
  const stream = streams.find(({ codec_type }) => codec_type === libav.AVMEDIA_TYPE_AUDIO);
  if (!stream) throw new Refusal('output_rejected', 'there is no sound in the file');
  const codec = await libav.avcodec_get_name(stream.codec_id);
  const decoder = codec === 'opus' ? 'libopus' : codec;
  if (!DECODERS.test(decoder))
    throw new Refusal('output_rejected', `sound as ${codec} is not taken: WAV, FLAC and Opus are`);
  const [, context, packet, frame] = await libav.ff_init_decoder(decoder, { codecpar: stream.codecpar });
  const sampleRate = await libav.AVCodecParameters_sample_rate(stream.codecpar);
  const channels = await libav.AVCodecParameters_channels(stream.codecpar);
  if (channels < 1 || channels > 8 || sampleRate < 8_000 || sampleRate > 192_000)
    throw new Refusal('output_rejected', `sound of ${channels} channels at ${sampleRate} Hz is not taken`);

  const sides: [Float32Array[], Float32Array[]] = [[], []];
  let samples = 0;
  for (let more = true; more;) {
    const [result, packets] = await libav.ff_read_frame_multi(input, packet, { limit: READ_BYTES });
    more = result === -libav.EAGAIN || result === 0;
    if (!more && result !== END_OF_FILE) throw new Refusal('output_rejected', 'the sound breaks off');
    const frames = (await libav.ff_decode_multi(context, packet, frame, packets[stream.index] ?? [], {
      fin: !more,
    })) as Frame[];
    for (const decoded of frames) {
      const [left, right] = sidesOf(decoded, channels);
      sides[0].push(left);
      sides[1].push(right);
      samples += left.length;
      if (samples > SECONDS_MAX * sampleRate)
        throw new Refusal('output_rejected', `longer than ${SECONDS_MAX} seconds`);
    }
  }
  if (samples < SECONDS_MIN * sampleRate)
    throw new Refusal('output_rejected', 'there is next to no sound in it');
  const [left, right] = sides.map((parts) => resample(joined(parts, samples), sampleRate, OPUS_RATE));
  return { left: left!, right: right!, sampleRate: OPUS_RATE };
}

type Samples = Uint8Array | Int16Array | Int32Array | Float32Array;

/** Left and right between -1 and 1, from whatever form the decoder gives them in; of more channels the first two. */
function sidesOf({ data }: Frame, channels: number): [Float32Array, Float32Array] {
  const planes: Samples[] = Array.isArray(data) ? data : [data];
  const planar = Array.isArray(data);
  const step = planar ? 1 : channels;
  const length = Math.floor(planes[0]!.length / step);
  const pick = (channel: number) => {
    const plane = planes[planar ? channel : 0]!;
    const [middle, scale] = rangeOf(plane);
    const offset = planar ? 0 : channel;
    return Float32Array.from({ length }, (_, i) => (plane[i * step + offset]! - middle) / scale);
  };
  const left = pick(0);
  return [left, channels === 1 ? left : pick(1)];
}

function rangeOf(samples: Samples): [number, number] {
  if (samples instanceof Uint8Array) return [128, 128];
  if (samples instanceof Int16Array) return [0, 2 ** 15];
  return samples instanceof Int32Array ? [0, 2 ** 31] : [0, 1];
}

/** Beyond full scale is clipped; what is no number is silence, which is refused later if it is all. */
function joined(parts: readonly Float32Array[], samples: number): Float32Array {
  const whole = new Float32Array(samples);
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) whole[at + i] = Math.max(-1, Math.min(1, part[i]! || 0));
    at += part.length;
  }
  return whole;
}
