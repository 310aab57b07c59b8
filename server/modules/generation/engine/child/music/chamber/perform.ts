import { createRandom } from '../../../../../../../models/contract/random.ts';
import type { Stereo } from '../../../media/loudness.ts';
import { addRoom, addTrack, finishMix, place, SAMPLE_RATE, samplesOf, track } from '../mixing.ts';
import type { Note } from './arrange.ts';
import type { Plan } from './plan.ts';
import { VOICES } from './voices.ts';

const DRIVE = 0.16;
const FADE_SECONDS = 0.7;

/** Plays the notes into a mix of the plan's length, reporting each of `steps` equal parts. */
export async function performNotes(
  notes: Note[],
  plan: Plan,
  seed: number,
  steps: number,
  onStep: (step: number) => Promise<void>,
): Promise<Stereo> {
  const samples = samplesOf(plan.seconds);
  const [dry, sent, both] = [track(samples), track(samples), track(samples)];
  const random = createRandom(seed ^ 0x9e37);
  for (let step = 1; step <= steps; step++) {
    const from = Math.round((notes.length * (step - 1)) / steps);
    const to = Math.round((notes.length * step) / steps);
    for (const note of notes.slice(from, to)) {
      const { play, level, reverb } = VOICES[note.instrument];
      const sound = play(note, plan.mood.brightness, random);
      const centred = note.instrument === 'bass' || note.instrument === 'kick';
      const pan = centred ? 0 : 0.6 * Math.sin(note.pitch * 1.7);
      const at = { start: note.start, gain: level * note.force, pan };
      place(sound, dry, at);
      place(sound, sent, { ...at, gain: at.gain * reverb });
    }
    await onStep(step);
  }
  addTrack(dry, both, 1);
  const room = Math.max(0, plan.mood.reverb);
  addRoom(sent, both, { wet: 0.04 + 0.1 * room, room });
  finishMix(both, { drive: DRIVE, fade: FADE_SECONDS });
  return { ...both, sampleRate: SAMPLE_RATE };
}
