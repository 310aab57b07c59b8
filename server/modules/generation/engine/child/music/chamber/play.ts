import { STEPS_PER_BAR } from '../../../../../../../models/contract/melody.ts';
import { createRandom } from '../../../../../../../models/contract/random.ts';
import { encodeAudio } from '../../../media/audio.ts';
import { derive, previewPicture } from '../../../media/picture.ts';
import type { MediaOutput } from '../../../types.ts';
import type { Run } from '../../run.ts';
import { writeMelody } from '../melody.ts';
import { midiCompanion } from '../midi.ts';
import { readMood } from '../mood.ts';
import { COVER_SIDE, drawScore, PREVIEW_SIDE } from '../score-picture.ts';
import { arrange, partsOf } from './arrange.ts';
import { performNotes } from './perform.ts';
import { planPiece, RECALLED_BARS } from './plan.ts';

const PLAYING_STEPS = 12;

/** Writes a melody token by token, arranges it for an ensemble and plays it. */
export async function playChamber(run: Run): Promise<MediaOutput[]> {
  const mood = await readMood(run);
  const random = createRandom(run.seed);
  const plan = planPiece({
    mood,
    scale: run.choice('scale'),
    seconds: run.number('duration_s', 4, 180),
    random,
  });
  const total = plan.bars + PLAYING_STEPS;
  const parts = partsOf(plan);
  const arranged = (tokens: number[]) => arrange(plan, tokens, createRandom(run.seed));

  const write = (tokens: readonly number[], bars: number) =>
    writeMelody(
      run,
      { ...plan, role: 'melody', tokens, bars, temperature: 0.95, tiring: 0.45 },
      random,
      async (written, all) => {
        await run.progress(written, total, 'Writing the melody');
        await run.preview(() => previewPicture(drawScore(arranged(all), parts, plan, PREVIEW_SIDE)));
      },
    );
  const opening = await write([], plan.recall ?? plan.bars);
  const recalled = plan.recall === null ? [] : opening.slice(0, RECALLED_BARS * STEPS_PER_BAR);
  const melody = await write([...opening, ...recalled], plan.bars);
  const notes = arranged(melody);
  const audio = await run.timed(() =>
    performNotes(notes, plan, run.seed, PLAYING_STEPS, (step) =>
      run.progress(plan.bars + step, total, 'Playing'),
    ),
  );
  const [master, light] = await encodeAudio(audio);
  return [
    { ...master, ...(await derive(drawScore(notes, parts, plan, COVER_SIDE))) },
    light,
    midiCompanion(notes, plan.bpm, parts),
  ];
}
