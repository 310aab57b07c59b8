import type { LibAV } from '@libav.js/variant-webm';
import { openLibav } from './libav.ts';
import type { Stereo } from './loudness.ts';

/** Opus knows no other rate of ours. */
export const OPUS_RATE = 48_000;
const BITS_PER_SECOND = 112_000;
const FLOATS = 3; // AV_SAMPLE_FMT_FLT
const LEFT_AND_RIGHT = 3; // AV_CH_LAYOUT_STEREO
const FILE = 'piece.ogg';

/** Opus in Ogg: a fifth of the FLAC, for phones and the web. The same sound gives the same bytes. */
export async function opus(audio: Stereo): Promise<Uint8Array> {
  if (audio.sampleRate !== OPUS_RATE) throw new Error(`Opus wants ${OPUS_RATE} Hz, not ${audio.sampleRate}`);
  const libav = await openLibav();
  const [, encoder, frame, packet, samples] = await libav.ff_init_encoder('libopus', {
    ctx: {
      bit_rate: BITS_PER_SECOND,
      sample_fmt: FLOATS,
      sample_rate: OPUS_RATE,
      channel_layout: LEFT_AND_RIGHT,
      channels: 2,
    },
    time_base: [1, OPUS_RATE],
  });
  const packets = await libav.ff_encode_multi(encoder, frame, packet, [...framesOf(audio, samples)], true);
  const [muxer, , bytes] = await libav.ff_init_muxer({ filename: FILE, open: true }, [
    [encoder, 1, OPUS_RATE],
  ]);
  await libav.av_opt_set(muxer, 'fflags', '+bitexact', 0); // else its serial number is a chance one
  await libav.avformat_write_header(muxer, 0);
  await libav.ff_write_multi(muxer, packet, packets);
  await libav.av_write_trailer(muxer);
  await libav.ff_free_muxer(muxer, bytes);
  await libav.ff_free_encoder(encoder, frame, packet);
  const file = await libav.readFile(FILE);
  await libav.unlink(FILE);
  return file;
}

type Frame = Parameters<LibAV['ff_encode_multi']>[3][number];

function* framesOf({ left, right }: Stereo, samples: number): Generator<Frame> {
  for (let from = 0; from < left.length; from += samples) {
    const length = Math.min(samples, left.length - from);
    const data = new Float32Array(length * 2);
    for (let i = 0; i < length; i++) {
      data[i * 2] = left[from + i]!;
      data[i * 2 + 1] = right[from + i]!;
    }
    yield {
      data,
      format: FLOATS,
      channel_layout: LEFT_AND_RIGHT,
      channels: 2,
      sample_rate: OPUS_RATE,
      nb_samples: length,
      pts: from,
      ptshi: 0,
    };
  }
}
