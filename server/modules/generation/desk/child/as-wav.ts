import { AudioSample, AudioSampleSource, BufferTarget, Output, WavOutputFormat } from 'mediabunny';
import { openLibav } from '../../engine/media/libav.ts';
import { Refusal } from '../../engine/refusal.ts';
import type { Rendered } from './render.ts';

const SIXTEEN_BITS = 1; // AV_SAMPLE_FMT_S16, left and right in turn
const FILE = 'master.flac';

/** The samples of a FLAC of 16 bits as they are, with the header that every program reads. */
export async function asWav(master: Uint8Array): Promise<Rendered> {
  const target = new BufferTarget();
  const output = new Output({ format: new WavOutputFormat(), target });
  const source = new AudioSampleSource({ codec: 'pcm-s16' });
  output.addAudioTrack(source);
  await output.start();
  let done = 0;
  for (const { data, channels, sampleRate } of await samplesOf(master)) {
    const sample = new AudioSample({
      ...{ data, format: 's16', sampleRate },
      numberOfChannels: channels,
      timestamp: done / sampleRate,
    });
    done += data.length / channels;
    await source.add(sample);
    sample.close();
  }
  if (done === 0) throw new Refusal('output_rejected', 'there is no sound in it');
  await output.finalize();
  return { mime: 'audio/wav', extension: 'wav', bytes: new Uint8Array(target.buffer!) };
}

async function samplesOf(master: Uint8Array) {
  const libav = await openLibav();
  await libav.writeFile(FILE, master);
  const [input, streams] = await libav.ff_init_demuxer_file(FILE, 'flac');
  const [stream] = streams;
  if (!stream) throw new Refusal('output_rejected', 'there is no sound in it');
  const [, decoder, packet, frame] = await libav.ff_init_decoder(stream.codec_id, {
    codecpar: stream.codecpar,
  });
  const [, packets] = await libav.ff_read_frame_multi(input, packet);
  const frames = await libav.ff_decode_multi(decoder, packet, frame, packets[stream.index] ?? [], true);
  return frames.map(({ data, format, channels = 2, sample_rate = 0 }) => {
    if (format !== SIXTEEN_BITS || !(data instanceof Int16Array))
      throw new Refusal('output_rejected', 'only sound of 16 bits can be had as WAV');
    return { data, channels, sampleRate: sample_rate };
  });
}
