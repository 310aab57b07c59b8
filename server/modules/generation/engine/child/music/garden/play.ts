import { createRandom, type Random } from '../../../../../../../models/contract/random.ts';
import { encodeAudio } from '../../../media/audio.ts';
import type { Stereo } from '../../../media/loudness.ts';
import { derive, previewPicture } from '../../../media/picture.ts';
import type { MediaOutput } from '../../../types.ts';
import type { Run } from '../../run.ts';
import { midiCompanion } from '../midi.ts';
import { addRoom, addTrack, finishMix, place, SAMPLE_RATE, samplesOf, track, type Track } from '../mixing.ts';
import { lowPass } from '../filter.ts';
import { readMood } from '../mood.ts';
import { COVER_SIDE, drawScore, PREVIEW_SIDE } from '../score-picture.ts';
import { arrange, type Note, partsOf } from './arrange.ts';
import { writePhrases } from './phrases.ts';
import { type Plan, planGarden } from './plan.ts';
import { VOICES } from './voices.ts';

const WRITING_STEPS = 12;
const PLAYING_STEPS = 12;
const TOTAL = WRITING_STEPS + PLAYING_STEPS;
const DRIVE = 0.12;
const FADE_SECONDS = 2;

/** Writes phrases that breathe, plays them in swaying time with what lies around them. */
export async function playGarden(run: Run): Promise<MediaOutput[]> {
  const mood = await readMood(run);
  const random = createRandom(run.seed);
  const plan = planGarden({
    mood,
    scale: run.choice('scale'),
    instrument: run.choice('instrument'),
    seconds: run.number('duration_s', 4, 180),
    random,
  });
  const beats = (plan.seconds * plan.bpm) / 60;
  const phrases = await writePhrases(run, plan, beats, random, (part) =>
    run.progress(Math.floor(part * WRITING_STEPS), TOTAL, 'Writing phrases'),
  );
  const parts = partsOf(plan);
  const notes = arrange(plan, phrases, createRandom(run.seed));
  await run.preview(() => previewPicture(drawScore(notes, parts, plan, PREVIEW_SIDE)));
  const audio = await run.timed(() =>
    perform(notes, plan, run.seed, (step) => run.progress(WRITING_STEPS + step, TOTAL, 'Playing')),
  );
  const [master, light] = await encodeAudio(audio);
  return [
    { ...master, ...(await derive(drawScore(notes, parts, plan, COVER_SIDE))) },
    light,
    midiCompanion(notes, plan.bpm, parts),
  ];
}

async function perform(
  notes: readonly Note[],
  plan: Plan,
  seed: number,
  onStep: (step: number) => Promise<void>,
): Promise<Stereo> {
  const samples = samplesOf(plan.seconds);
  const [mix, sent] = [track(samples), track(samples)];
  const random = createRandom(seed ^ 0x3c6e);
  for (let step = 1; step <= PLAYING_STEPS; step++) {
    const from = Math.round((notes.length * (step - 1)) / PLAYING_STEPS);
    for (const note of notes.slice(from, Math.round((notes.length * step) / PLAYING_STEPS))) {
      const { play, level, room } = VOICES[note.instrument];
      const sound = play(note, plan.mood.brightness, random);
      const at = { start: note.start, gain: level * note.force, pan: panOf(note) };
      place(sound, mix, at);
      place(sound, sent, { ...at, gain: at.gain * room });
    }
    await onStep(step);
  }
  const dry = track(samples);
  addTrack(mix, dry, 1);
  const far = Math.max(0, plan.mood.reverb);
  addRoom(sent, dry, { wet: 0.14 + 0.12 * far, room: 0.5 + 0.45 * far });
  addWind(dry, plan, random);
  finishMix(dry, { drive: DRIVE, fade: FADE_SECONDS });
  return { ...dry, sampleRate: SAMPLE_RATE };
}

/** Air that moves, hardly heard: silence outside is never none. */
function addWind({ left, right }: Track, { mood }: Plan, random: Random): void {
  const loud = 0.004 * (1 + Math.max(0, mood.reverb)) * (1 + Math.max(0, mood.energy));
  const slow = [random.uniform() * 6, random.uniform() * 6];
  [left, right].forEach((side, k) => {
    const filter = lowPass(0.3);
    let hertz = 500;
    for (let i = 0; i < side.length; i++) {
      const seconds = i / SAMPLE_RATE;
      const gust =
        0.5 + 0.3 * Math.sin(0.41 * seconds + slow[k]!) + 0.2 * Math.sin(1.13 * seconds + slow[1 - k]!);
      if (i % 64 === 0) hertz = 300 + 900 * gust;
      side[i]! += filter(random.uniform() * 2 - 1, hertz) * loud * (0.3 + gust);
    }
  });
}

/** The strings of a koto lie from left to right; the answer comes from far on the other side. */
function panOf({ instrument, pitch }: Note): number {
  switch (instrument) {
    case 'answer':
      return 0.6;
    case 'wind bell':
      return Math.sin(pitch * 2.7);
    case 'breath':
      return -0.35;
    case 'low string':
    case 'drum':
      return 0;
    case 'block':
      return 0.5;
    default:
      return Math.max(-0.6, Math.min(0.6, (pitch - 67) / 24));
  }
}
