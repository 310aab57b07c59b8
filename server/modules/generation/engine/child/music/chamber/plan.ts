import type { Mood } from '../../../../../../../models/contract/mood.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import { clamp } from '../mood.ts';
import { pitchOf } from '../notes.ts';

/** everything about the piece but its notes */
export type Plan = {
  mood: Mood;
  bpm: number;
  /** seconds of a sixteenth note */
  step: number;
  bars: number;
  seconds: number;
  /** semitones of the scale's seven degrees above the root */
  scale: number[];
  /** MIDI number of the root */
  root: number;
  /** degree of the chord's root per bar */
  chords: number[];
  /** from which bar on the opening is played again, where there is time for it */
  recall: number | null;
  /** how late the second of two eighths comes, in seconds */
  swing: number;
  lead: Voice;
  companion: Voice;
  hasPad: boolean;
  hasDrums: boolean;
};
export type Voice = 'pluck' | 'bell' | 'keys';

const SCALES: Record<string, number[]> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
};
const BRIGHT_PROGRESSIONS = [
  [0, 4, 5, 3],
  [0, 5, 3, 4],
  [0, 2, 3, 4],
  [5, 3, 0, 4],
  [0, 3, 5, 4],
];
const DARK_PROGRESSIONS = [
  [0, 5, 2, 6],
  [0, 3, 4, 0],
  [0, 6, 5, 4],
  [0, 5, 3, 4],
  [0, 2, 6, 3],
];
const RING_OUT_SECONDS = 1.4;
const BEND_OF_TEMPO = 0.08;
const BARS_TO_RECALL = 10;
export const RECALLED_BARS = 4;

export function planPiece(wanted: {
  mood: Mood;
  scale: string | null;
  seconds: number;
  random: Random;
}): Plan {
  const { mood, seconds, random } = wanted;
  const valence = mood.valence + random.normal() * 0.12;
  const scaleName = wanted.scale && wanted.scale in SCALES ? wanted.scale : scaleOf(valence);
  const progressions = ['major', 'lydian'].includes(scaleName) ? BRIGHT_PROGRESSIONS : DARK_PROGRESSIONS;
  const [first, second] = [random.pick(progressions), random.pick(progressions)];
  const { bpm, bars } = fitTempo(96 + 46 * clamp(mood.tempo) + random.normal() * 2, seconds);
  const chords = Array.from({ length: bars }, (_, bar) => ((bar >> 3) % 2 ? second : first)[bar % 4]!);
  const recall = bars >= BARS_TO_RECALL ? bars - 1 - RECALLED_BARS : null;
  if (recall !== null) chords.splice(recall, RECALLED_BARS, ...chords.slice(0, RECALLED_BARS));
  chords[bars - 1] = 0; // come home
  const step = 60 / bpm / 4;
  const [lead, companion] = chooseVoices(mood, random);
  return {
    mood,
    bpm,
    step,
    bars,
    seconds,
    chords,
    recall,
    lead,
    companion,
    scale: SCALES[scaleName]!,
    root: 48 + random.integer(10),
    swing: mood.swing > 0.3 ? step * 0.34 : 0,
    hasPad: mood.pad > 0.15 || mood.reverb > 0.5,
    hasDrums: mood.percussion + 0.35 * mood.energy > 0.12,
  };
}

function scaleOf(valence: number): string {
  if (valence < -0.6) return 'phrygian';
  if (valence < -0.15) return 'minor';
  return valence > 0.7 ? 'lydian' : 'major';
}

/** Whole bars that end a ring-out before the requested length; the tempo gives a little. */
function fitTempo(wanted: number, seconds: number): { bpm: number; bars: number } {
  const playing = seconds - RING_OUT_SECONDS;
  const bars = Math.max(2, Math.round(playing / (240 / wanted)));
  const exact = (bars * 240) / playing;
  const bpm = Math.max(wanted * (1 - BEND_OF_TEMPO), Math.min(wanted * (1 + BEND_OF_TEMPO), exact));
  return { bpm: Math.round(bpm * 100) / 100, bars };
}

function chooseVoices(mood: Mood, random: Random): [Voice, Voice] {
  const liking = (voice: Voice) => mood[voice] + random.uniform() * 0.25 + (voice === 'keys' ? 0.1 : 0);
  const ranked = (['pluck', 'bell', 'keys'] as const).map((voice) => ({ voice, liking: liking(voice) }));
  ranked.sort((a, b) => b.liking - a.liking);
  return [ranked[0]!.voice, ranked[1]!.voice];
}

/** MIDI number of a scale degree, some octaves above the root */
export function pitchAt({ scale, root }: Plan, degree: number, octave: number): number {
  return pitchOf(scale, root + 12 * octave, degree);
}
