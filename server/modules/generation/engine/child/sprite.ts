import { createRandom } from '../../../../../models/contract/random.ts';
import { encodePicture, enlargePixelArt, previewPicture } from '../media/picture.ts';
import type { MediaOutput } from '../types.ts';
import { openFlow } from './flow.ts';
import type { Run } from './run.ts';

/** One sprite out of noise, enlarged in whole blocks. */
export async function playSprite(run: Run): Promise<MediaOutput[]> {
  const size = run.wholeNumber('size', 48, 2048);
  const flow = await openFlow(run);
  const condition = await flow.read(run.text('prompt'));
  const sprite = await flow.draw(flow.noise(createRandom(run.seed)), condition, async (step, sketch) => {
    await run.preview(async () => previewPicture(await sketch(), 'nearest'));
    await run.progress(step, flow.steps, 'Denoising');
  });
  return [await encodePicture(await enlargePixelArt(sprite, size), 'png')];
}
