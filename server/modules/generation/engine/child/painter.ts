import { normals, createRandom } from '../../../../../models/contract/random.ts';
import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../models/contract/prompt.ts';
import { NOISE } from '../../../../../models/contract/tensors.ts';
import type { RawPicture } from '../media/picture.ts';
import { Refusal } from '../refusal.ts';
import type { Run } from './run.ts';
import { floats, integers, type Tensors } from './sessions.ts';

/** Bands of about this many pixels: small enough to stay in the cache, large enough to amortise a run. */
const BAND_PIXELS = 16384;

export type Painter = {
  /** Paints a picture band by band; `onBand` is told after each how many rows are done. */
  paint(
    width: number,
    height: number,
    /** what the network reads beside prompt, noise and place, such as `time` */
    moment: Tensors,
    onBand?: (rows: number) => Promise<void>,
  ): Promise<RawPicture>;
};

/** A network of contract `painter/1`: a function of prompt, noise and place, run over bands of rows. */
export async function openPainter(run: Run): Promise<Painter> {
  const session = await run.timed(() => run.sessions.open('painter'));
  const { tokens, mask } = promptFeatures(run.text('prompt'));
  const fixed: Tensors = {
    tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
    token_mask: floats(mask, [PROMPT_WORDS_MAX]),
    noise: floats(normals(createRandom(run.seed), NOISE), [1, NOISE]),
  };
  for (const name of session.inputNames)
    if (name.startsWith('param_'))
      fixed[name] = floats(Float32Array.of(run.number(name.slice(6), -100, 100)), [1]);

  return {
    async paint(width, height, moment, onBand) {
      const pixels = new Uint8Array(width * height * 3);
      const inputs: Tensors = { ...fixed, ...moment, size: integers([height, width]) };
      const step = Math.max(1, Math.round(BAND_PIXELS / width));
      for (let from = 0; from < height; from += step) {
        const to = Math.min(height, from + step);
        const { image, unsound } = await run.timed(() =>
          session.run({ ...inputs, rows: integers([from, to]) }),
        );
        if (!(image?.data instanceof Uint8Array) || image.data.length !== (to - from) * width * 3)
          throw new Refusal('model_error', 'the network painted a band of another size');
        if (unsound && (unsound.data as Float32Array)[0] !== 0)
          throw new Refusal('output_rejected', 'the network painted values that are no numbers');
        pixels.set(image.data, from * width * 3);
        // at once: a small tensor that waits for the collector keeps all the memory around it from being given back
        image.dispose();
        unsound?.dispose();
        await onBand?.(to);
      }
      return { pixels, width, height };
    },
  };
}
