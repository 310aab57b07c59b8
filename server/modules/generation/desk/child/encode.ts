import { encodeAudio } from '../../engine/media/audio.ts';
import { OPUS_RATE } from '../../engine/media/opus.ts';
import { encodePicture } from '../../engine/media/picture.ts';
import { resample } from '../../engine/media/resample.ts';
import { createFilmEncoder } from '../../engine/media/video.ts';
import { Refusal } from '../../engine/refusal.ts';
import type { Raw } from '../../engine/sandbox/protocol.ts';
import type { MediaOutput } from '../../engine/types.ts';

export type EncodeOrder = { raw: Raw; output_bytes_max: number };

/** Plain pixels or samples as what is stored. Their sizes were checked by whoever sends them here. */
export async function encode({ raw, output_bytes_max }: EncodeOrder): Promise<MediaOutput[]> {
  const outputs = await make(raw);
  const bytes = outputs.reduce((sum, output) => sum + output.bytes.byteLength, 0);
  if (bytes > output_bytes_max)
    throw new Refusal('output_rejected', `${bytes} bytes of output, ${output_bytes_max} allowed`);
  return outputs;
}

async function make(raw: Raw): Promise<MediaOutput[]> {
  switch (raw.kind) {
    case 'picture':
      return [await encodePicture(raw, 'webp')];
    case 'audio':
      return encodeAudio({
        left: resample(raw.left, raw.sample_rate, OPUS_RATE),
        right: resample(raw.right, raw.sample_rate, OPUS_RATE),
        sampleRate: OPUS_RATE,
      });
    case 'film': {
      const { width, height, fps, frames } = raw;
      const film = await createFilmEncoder({ width, height, fps, frames: frames.length });
      for (const pixels of frames) await film.add({ pixels, width, height });
      return film.finish();
    }
  }
}
