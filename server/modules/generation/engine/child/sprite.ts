import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../models/contract/prompt.ts';
import { createRandom, normals } from '../../../../../models/contract/random.ts';
import { encodePicture, enlargePixelArt, previewPicture, type RawPicture } from '../media/picture.ts';
import { Refusal } from '../refusal.ts';
import type { MediaOutput } from '../types.ts';
import type { Run } from './run.ts';
import { floats, type Session, type Tensor } from './sessions.ts';

/** Noise a little calmer than in training keeps odd samples away. */
const START_SPREAD = 0.85;

/** Contract `flow/1`: from noise to a latent in equal Euler steps, then decoded to a small square picture. */
export async function playSprite(run: Run): Promise<MediaOutput[]> {
  const size = run.wholeNumber('size', 48, 2048);
  const steps = run.wholeNumber('steps', 1, 200);
  const guidance = floats(Float32Array.of(run.number('guidance', 0, 20)), [1]);
  const [reader, flow, decoder] = await run.timed(() =>
    Promise.all((['reader', 'flow', 'decoder'] as const).map((role) => run.sessions.open(role))),
  );
  const condition = await run.timed(() => readCondition(reader!, run.text('prompt')));

  const width = flow!.widthOf('latent');
  let latent = floats(normals(createRandom(run.seed), width, START_SPREAD), [1, width]);
  for (let i = 0; i < steps; i++) {
    const { next, end } = await run.timed(() =>
      flow!.run({
        latent,
        condition,
        guidance,
        time: floats(Float32Array.of(i / steps), [1]),
        step: floats(Float32Array.of(1 / steps), [1]),
      }),
    );
    latent = next!;
    await run.preview(async () => previewPicture(await decode(decoder!, end!), 'nearest'));
    await run.progress(i + 1, steps, 'Denoising');
  }
  if (!(latent.data as Float32Array).every(Number.isFinite))
    throw new Refusal('output_rejected', 'the model lost itself in noise');
  const sprite = await run.timed(() => decode(decoder!, latent));
  return [await encodePicture(await enlargePixelArt(sprite, size), 'png')];
}

async function readCondition(reader: Session, prompt: string): Promise<Tensor> {
  const { tokens, mask } = promptFeatures(prompt);
  const { condition } = await reader.run({
    tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
    token_mask: floats(mask, [PROMPT_WORDS_MAX]),
  });
  return condition!;
}

async function decode(decoder: Session, latent: Tensor): Promise<RawPicture> {
  const { image } = await decoder.run({ latent });
  const [height, width] = image!.dims as [number, number];
  return { pixels: image!.data as Uint8Array, width, height };
}
