import { createRandom, normals } from '../../../../../../../models/contract/random.ts';
import {
  AIR_BEFORE,
  FRAME,
  FRAMES_PER_SECOND,
  HARMONIES,
  SOUND_RATE,
} from '../../../../../../../models/contract/sound.ts';
import { NOISE } from '../../../../../../../models/contract/tensors.ts';
import { encodeAudio } from '../../../media/audio.ts';
import type { Stereo } from '../../../media/loudness.ts';
import { derive, previewPicture, type RawPicture } from '../../../media/picture.ts';
import { Refusal } from '../../../refusal.ts';
import type { MediaOutput } from '../../../types.ts';
import type { Run } from '../../run.ts';
import { floats } from '../../sessions.ts';
import { promptTensors } from '../mood.ts';
import { COVER_SIDE, PREVIEW_SIDE } from '../score-picture.ts';
import { createSoundPicture, type Tint } from './sound-picture.ts';

/** Half a second a run: a hundred partials of it take 20 MB. */
const FRAMES_AT_A_TIME = 50;

/** A network of contract `sound/1` gives out samples; this only asks for them piece by piece. */
export async function playSound(run: Run): Promise<MediaOutput[]> {
  const seconds = run.number('duration_s', 4, 180);
  const { audio, cover } = await makeSound(run, seconds);
  const [master, light] = await encodeAudio(audio);
  return [{ ...master, ...(await derive(cover)) }, light];
}

async function makeSound(run: Run, seconds: number): Promise<{ audio: Stereo; cover: RawPicture }> {
  const session = await run.timed(() => run.sessions.open('sound'));
  const random = createRandom(run.seed);
  const fixed = {
    ...promptTensors(run),
    noise: floats(normals(random, NOISE), [1, NOISE]),
    seconds: floats(Float32Array.of(seconds), [1]),
    param_motion: floats(Float32Array.of(run.number('motion', -1, 1)), [1]),
    param_harmony: floats(
      Float32Array.of(
        Math.max(
          0,
          HARMONIES.findIndex((name) => name === run.choice('harmony')),
        ),
      ),
      [1],
    ),
  };
  const frames = Math.round(seconds * FRAMES_PER_SECOND);
  const audio = {
    left: new Float32Array(frames * FRAME),
    right: new Float32Array(frames * FRAME),
    sampleRate: SOUND_RATE,
  };
  const picture = createSoundPicture(audio);
  const partials = session.widthOf('phase');
  let phase = new Float32Array(partials);
  let tint: Tint = { hue_cos: 0, hue_sin: 0, light: 0 };
  let air = [new Float32Array(AIR_BEFORE), new Float32Array(AIR_BEFORE)];
  for (let from = 0; from < frames; from += FRAMES_AT_A_TIME) {
    const many = Math.min(FRAMES_AT_A_TIME, frames - from);
    air = air.map((before) => moreAir(before, many * FRAME, random));
    const made = await run.timed(() =>
      session.run({
        ...fixed,
        time: floats(
          Float32Array.from({ length: many + 1 }, (_, i) => (from + i) / FRAMES_PER_SECOND),
          [many + 1, 1],
        ),
        phase: floats(phase, [1, partials]),
        air: floats(Float32Array.from([...air[0]!, ...air[1]!]), [2, 1, AIR_BEFORE + many * FRAME]),
      }),
    );
    const samples = made.audio!.data as Float32Array;
    if (samples.length !== 2 * many * FRAME)
      throw new Refusal('model_error', 'the network made sound of another length');
    audio.left.set(samples.subarray(0, many * FRAME), from * FRAME);
    audio.right.set(samples.subarray(many * FRAME), from * FRAME);
    phase = Float32Array.from(made.phase_out!.data as Float32Array);
    const [hue_cos, hue_sin, light] = made.tint!.data as Float32Array;
    tint = { hue_cos: hue_cos!, hue_sin: hue_sin!, light: light! };
    for (const tensor of Object.values(made)) tensor.dispose(); // see the painter
    picture.listen((from + many) * FRAME);
    await run.preview(() => previewPicture(picture.draw(tint, PREVIEW_SIDE)));
    await run.progress(from + many, frames, 'Sounding');
  }
  return { audio, cover: picture.draw(tint, COVER_SIDE) };
}

/** The last of what was, and `samples` new ones. */
function moreAir(
  before: Float32Array,
  samples: number,
  random: ReturnType<typeof createRandom>,
): Float32Array<ArrayBuffer> {
  const air = new Float32Array(AIR_BEFORE + samples);
  air.set(before.subarray(before.length - AIR_BEFORE));
  for (let i = AIR_BEFORE; i < air.length; i++) air[i] = random.uniform() * 2 - 1;
  return air;
}
