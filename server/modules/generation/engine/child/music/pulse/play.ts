import { createRandom } from '../../../../../../../models/contract/random.ts';
import { encodeAudio } from '../../../media/audio.ts';
import { derive, previewPicture } from '../../../media/picture.ts';
import type { MediaOutput } from '../../../types.ts';
import type { Run } from '../../run.ts';
import { writeMelody } from '../melody.ts';
import { midiCompanion } from '../midi.ts';
import { readMood } from '../mood.ts';
import { COVER_SIDE, drawScore, PREVIEW_SIDE } from '../score-picture.ts';
import { arrange, PARTS } from './arrange.ts';
import { performTrack } from './perform.ts';
import { planTrack } from './plan.ts';

const HOOK_BARS = 8;
const THEME_BARS = 4;
const PLAYING_STEPS = 20;

/** Finds a hook and a theme for the break, builds a track of sections around them and plays it. */
export async function playPulse(run: Run): Promise<MediaOutput[]> {
  const mood = await readMood(run);
  const random = createRandom(run.seed);
  const plan = planTrack({
    mood,
    scale: run.choice('scale'),
    groove: run.choice('groove'),
    seconds: run.number('duration_s', 4, 180),
    random,
  });
  const total = HOOK_BARS + THEME_BARS + PLAYING_STEPS;
  const [loop, other] = plan.loops;

  const writing = { role: 'hook', temperature: 0.85, tiring: 0.75 };
  const hook = await writeMelody(
    run,
    { ...writing, mood, chords: [...loop, ...loop], bars: HOOK_BARS },
    random,
    (bars) => run.progress(bars, total, 'Finding a hook'),
  );
  const calmer = { ...mood, density: mood.density - 0.6, energy: -0.8, register: mood.register - 0.2 };
  const theme = await writeMelody(
    run,
    { ...writing, mood: calmer, chords: other, bars: THEME_BARS },
    random,
    (bars) => run.progress(HOOK_BARS + bars, total, 'Finding a theme'),
  );
  const notes = arrange(plan, { hook, theme }, createRandom(run.seed));
  await run.preview(() => previewPicture(drawScore(notes, PARTS, plan, PREVIEW_SIDE)));
  const audio = await run.timed(() =>
    performTrack(notes, plan, run.seed, PLAYING_STEPS, (step) =>
      run.progress(HOOK_BARS + THEME_BARS + step, total, 'Playing'),
    ),
  );
  const [master, light] = await encodeAudio(audio);
  return [
    { ...master, ...(await derive(drawScore(notes, PARTS, plan, COVER_SIDE))) },
    light,
    midiCompanion(notes, plan.bpm, PARTS),
  ];
}
