import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../models/contract/prompt.ts';
import { normals, type Random } from '../../../../../models/contract/random.ts';
import type { RawPicture } from '../media/picture.ts';
import { Refusal } from '../refusal.ts';
import type { Run } from './run.ts';
import { floats, type Tensor } from './sessions.ts';

/** Noise a little calmer than in training keeps odd samples away. */
const START_SPREAD = 0.85;

export type Flow = {
  steps: number;
  /** what a prompt asks for */
  read(prompt: string): Promise<Float32Array>;
  noise(random: Random): Float32Array;
  /** `onStep` may look at what the picture is going to be. */
  draw(
    noise: Float32Array,
    condition: Float32Array,
    onStep?: (step: number, sketch: () => Promise<RawPicture>) => Promise<void>,
  ): Promise<RawPicture>;
};

/** Contract `flow/1`: from noise to a latent in equal Euler steps, then decoded to a small square picture. */
export async function openFlow(run: Run): Promise<Flow> {
  const steps = run.wholeNumber('steps', 1, 200);
  const guidance = floats(Float32Array.of(run.number('guidance', 0, 20)), [1]);
  const [reader, flow, decoder] = await run.timed(() =>
    Promise.all([run.sessions.open('reader'), run.sessions.open('flow'), run.sessions.open('decoder')]),
  );
  const width = flow!.widthOf('latent');

  async function decode(latent: Tensor): Promise<RawPicture> {
    const { image } = await run.timed(() => decoder!.run({ latent }));
    const [height, width] = image!.dims as [number, number];
    const pixels = Uint8Array.from(image!.data as Uint8Array);
    image!.dispose();
    return { pixels, width, height };
  }

  return {
    steps,
    async read(prompt) {
      const { tokens, mask } = promptFeatures(prompt);
      const { condition } = await run.timed(() =>
        reader!.run({
          tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
          token_mask: floats(mask, [PROMPT_WORDS_MAX]),
        }),
      );
      return condition!.data as Float32Array;
    },
    noise: (random) => normals(random, width, START_SPREAD),
    async draw(noise, condition, onStep) {
      let latent: Tensor = floats(noise, [1, width]);
      const told = floats(condition, [1, condition.length]);
      for (let i = 0; i < steps; i++) {
        const { next, end } = await run.timed(() =>
          flow!.run({
            latent,
            condition: told,
            guidance,
            time: floats(Float32Array.of(i / steps), [1]),
            step: floats(Float32Array.of(1 / steps), [1]),
          }),
        );
        latent.dispose();
        latent = next!;
        await onStep?.(i + 1, () => decode(end!));
        end!.dispose();
      }
      if (!(latent.data as Float32Array).every(Number.isFinite))
        throw new Refusal('output_rejected', 'the model lost itself in noise');
      const picture = await decode(latent);
      latent.dispose();
      return picture;
    },
  };
}
