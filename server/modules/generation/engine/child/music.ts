import { PROMPT_WORDS_MAX, promptFeatures, WORD_FEATURES } from '../../../../../models/contract/prompt.ts';
import { createRandom } from '../../../../../models/contract/random.ts';
import { MOOD, type Mood } from '../../../../../models/contract/mood.ts';
import { encodeAudio } from '../media/audio.ts';
import { previewPicture, derive } from '../media/picture.ts';
import type { MediaOutput } from '../types.ts';
import { arrange } from './music/arrange.ts';
import { writeMelody } from './music/melody.ts';
import { midiFile } from './music/midi.ts';
import { performNotes } from './music/perform.ts';
import { planPiece } from './music/plan.ts';
import { drawScore } from './music/score-picture.ts';
import type { Run } from './run.ts';
import { floats } from './sessions.ts';

const PLAYING_STEPS = 12;
const PICTURE_SIDE = 512;
const PREVIEW_SIDE = 160;

/** Reads the mood, writes a melody token by token, arranges it for an ensemble and plays it. */
export async function playMusic(run: Run): Promise<MediaOutput[]> {
  const mood = await readMood(run);
  const random = createRandom(run.seed);
  const plan = planPiece({
    mood,
    scale: run.choice('scale'),
    seconds: run.number('duration_s', 4, 180),
    random,
  });
  const total = plan.bars + PLAYING_STEPS;
  const arranged = (tokens: number[]) => arrange(plan, tokens, createRandom(run.seed));

  const melody = await writeMelody(run, plan, random, async (bars, tokens) => {
    await run.progress(bars, total, 'Writing the melody');
    await run.preview(() => previewPicture(drawScore(arranged(tokens), plan, PREVIEW_SIDE)));
  });
  const notes = arranged(melody);
  const audio = await run.timed(() =>
    performNotes(notes, plan, run.seed, PLAYING_STEPS, (step) =>
      run.progress(plan.bars + step, total, 'Playing'),
    ),
  );
  const score = midiFile(notes, plan.bpm);
  return [
    { ...(await encodeAudio(audio)), ...(await derive(drawScore(notes, plan, PICTURE_SIDE))) },
    { role: 'midi', modality: 'music', mime: 'audio/midi', extension: 'mid', bytes: score },
  ];
}

async function readMood(run: Run): Promise<Mood> {
  const session = await run.timed(() => run.sessions.open('reader'));
  const { tokens, mask } = promptFeatures(run.text('prompt'));
  const { mood } = await run.timed(() =>
    session.run({
      tokens: floats(tokens, [PROMPT_WORDS_MAX, WORD_FEATURES]),
      token_mask: floats(mask, [PROMPT_WORDS_MAX]),
    }),
  );
  const values = mood!.data as Float32Array;
  return Object.fromEntries(MOOD.map((name, i) => [name, values[i]!])) as Mood;
}
