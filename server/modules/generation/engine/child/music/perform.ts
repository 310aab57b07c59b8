import { createRandom } from '../../../../../../models/contract/random.ts';
import { Refusal } from '../../refusal.ts';
import type { Note } from './arrange.ts';
import type { Plan } from './plan.ts';
import { addReverb } from './reverb.ts';
import { SAMPLE_RATE, VOICES } from './voices.ts';

export type Stereo = { left: Float32Array; right: Float32Array; sampleRate: number };

const LOUDNESS = 0.16;
const PEAK = 0.89;
const FADE_SECONDS = 0.7;

/** Plays the notes into a mix of the plan's length, reporting each of `steps` equal parts. */
export async function performNotes(
  notes: Note[],
  plan: Plan,
  seed: number,
  steps: number,
  onStep: (step: number) => Promise<void>,
): Promise<Stereo> {
  const samples = Math.round(plan.seconds * SAMPLE_RATE);
  const track = () => ({ left: new Float32Array(samples), right: new Float32Array(samples) });
  const [dry, sent] = [track(), track()];
  const random = createRandom(seed ^ 0x9e37);
  for (let step = 1; step <= steps; step++) {
    const [from, to] = [step - 1, step].map((edge) => Math.round((notes.length * edge) / steps)) as [
      number,
      number,
    ];
    for (const note of notes.slice(from, to)) {
      const { play, level, reverb } = VOICES[note.instrument];
      mix(play(note, plan.mood.brightness, random), note, level, reverb, dry, sent);
    }
    await onStep(step);
  }
  const wet = 0.04 + 0.1 * Math.max(0, plan.mood.reverb);
  addReverb(sent.left, dry.left, { wet, room: Math.max(0, plan.mood.reverb), spread: 0 });
  addReverb(sent.right, dry.right, { wet, room: Math.max(0, plan.mood.reverb), spread: 23 });
  master(dry);
  return { ...dry, sampleRate: SAMPLE_RATE };
}

type Track = { left: Float32Array; right: Float32Array };

function mix(sound: Float32Array, note: Note, level: number, reverb: number, dry: Track, sent: Track): void {
  const start = Math.round(note.start * SAMPLE_RATE);
  const centred = note.instrument === 'bass' || note.instrument === 'kick';
  const pan = ((centred ? 0.5 : 0.5 + 0.3 * Math.sin(note.pitch * 1.7)) * Math.PI) / 2;
  const [left, right] = [Math.cos(pan), Math.sin(pan)].map((side) => side * level * note.force) as [
    number,
    number,
  ];
  const end = Math.min(sound.length, dry.left.length - start);
  for (let i = 0; i < end; i++) {
    const value = sound[i]!;
    dry.left[start + i]! += value * left;
    dry.right[start + i]! += value * right;
    sent.left[start + i]! += value * left * reverb;
    sent.right[start + i]! += value * right * reverb;
  }
}

/** Even loudness, soft limit, a fade at the very end. A silent or broken mix is refused. */
function master({ left, right }: Track): void {
  let squares = 0;
  for (let i = 0; i < left.length; i++) squares += left[i]! ** 2 + right[i]! ** 2;
  const loudness = Math.sqrt(squares / (2 * left.length));
  if (!Number.isFinite(loudness) || loudness < 1e-4)
    throw new Refusal('output_rejected', 'the model played nothing');
  const gain = Math.min(8, LOUDNESS / loudness);
  let peak = 0;
  for (const side of [left, right])
    for (let i = 0; i < side.length; i++) {
      side[i] = Math.tanh(side[i]! * gain);
      peak = Math.max(peak, Math.abs(side[i]!));
    }
  const fade = FADE_SECONDS * SAMPLE_RATE;
  for (const side of [left, right])
    for (let i = 0; i < side.length; i++) side[i]! *= (PEAK / peak) * Math.min(1, (side.length - i) / fade);
}
