import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../models/contract/prompt.ts';
import { createRandom, normals } from '../../../../../models/contract/random.ts';
import { NOISE } from '../../../../../models/contract/tensors.ts';
import { encodePicture, previewPicture, type RawPicture } from '../media/picture.ts';
import { createFilmEncoder, FPS } from '../media/video.ts';
import { Refusal } from '../refusal.ts';
import type { MediaOutput } from '../types.ts';
import { filmSize } from './film.ts';
import { openPainter } from './painter.ts';
import type { Run } from './run.ts';
import { floats, integers, type Tensors } from './sessions.ts';

/** Growth is told often enough to be stopped soon. */
const TOLD_EVERY = 10;
/** A film lingers on the first cells, where little happens at once, and runs through the rest. */
const EARLY_PACE = 1.5;

/**
 * Contract `growth/1`: a `seedling` sows a plane of cells, a `grower` ages it by one step at a time, and
 * a painter of contract `painter/1` reads it as `state`. `cells` count along the shorter side.
 */
export async function playGrownPicture(run: Run): Promise<MediaOutput[]> {
  const width = run.wholeNumber('width', 64, 2048);
  const height = run.wholeNumber('height', 64, 2048);
  const growth = await sow(run, width, height);
  const age = run.wholeNumber('age', 1, 1000);
  while (growth.age < age) {
    await growth.until(Math.min(age, growth.age + TOLD_EVERY));
    await run.preview(async () =>
      previewPicture(await growth.paint(160, Math.round((160 * height) / width))),
    );
    await run.progress(growth.age, age + TOLD_EVERY, 'Growing');
  }
  const picture = await growth.paint(width, height);
  await run.progress(age + TOLD_EVERY, age + TOLD_EVERY, 'Painting');
  return [await encodePicture(picture, 'webp')];
}

export async function playGrownFilm(run: Run): Promise<MediaOutput[]> {
  const { width, height, frames } = filmSize(run);
  const growth = await sow(run, width, height);
  const age = run.wholeNumber('age', 1, 1000);
  const encoder = await createFilmEncoder({ width, height, frames, fps: FPS });
  for (let i = 0; i < frames; i++) {
    await growth.until(Math.round(age * (i / (frames - 1)) ** EARLY_PACE));
    const frame = await growth.paint(width, height);
    await encoder.add(frame);
    await run.preview(() => previewPicture(frame));
    await run.progress(i + 1, frames, 'Growing');
  }
  return encoder.finish();
}

type Growth = {
  readonly age: number;
  until(age: number): Promise<void>;
  paint(width: number, height: number): Promise<RawPicture>;
};

async function sow(run: Run, width: number, height: number): Promise<Growth> {
  const [seedling, grower] = await run.timed(() =>
    Promise.all([run.sessions.open('seedling'), run.sessions.open('grower')]),
  );
  const painter = await openPainter(run);
  const cells = run.wholeNumber('cells', 16, 512) / Math.min(width, height);
  const size = [Math.round(height * cells), Math.round(width * cells)] as const;
  const { tokens, mask } = promptFeatures(run.text('prompt'));
  let { state, rates } = (await run.timed(() =>
    seedling!.run({
      tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
      token_mask: floats(mask, [PROMPT_WORDS_MAX]),
      noise: floats(normals(createRandom(run.seed), NOISE), [1, NOISE]),
      size: integers([...size]),
      rows: integers([0, size[0]]),
    }),
  )) as { state: Tensors[string]; rates: Tensors[string] };
  let age = 0;
  return {
    get age() {
      return age;
    },
    async until(wanted) {
      for (; age < wanted; age++) {
        const { next } = await run.timed(() => grower!.run({ state, rates }));
        state.dispose();
        state = next!;
      }
      if (!(state.data as Float32Array).every(Number.isFinite))
        throw new Refusal('output_rejected', 'what grew lost itself');
    },
    paint: (across, down) => painter.paint(across, down, { state }),
  };
}
