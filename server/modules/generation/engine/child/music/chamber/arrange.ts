import { HOLD, startsNote, STEPS_PER_BAR, tokenDegree } from '../../../../../../../models/contract/melody.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import type { Note as AnyNote, Parts } from '../notes.ts';
import { pitchAt, type Plan } from './plan.ts';

export type Instrument = 'pluck' | 'bell' | 'keys' | 'pad' | 'bass' | 'kick' | 'snare' | 'hat';
export type Note = AnyNote<Instrument>;

/** nylon guitar, glockenspiel, electric piano, warm pad, fretless bass */
export function partsOf({ lead }: Plan): Parts<Instrument> {
  const layer = (voice: Instrument) => (voice === lead ? 'lead' : 'companion');
  return {
    pluck: { program: 24, layer: layer('pluck') },
    bell: { program: 9, layer: layer('bell') },
    keys: { program: 4, layer: layer('keys') },
    pad: { program: 89, layer: 'pad' },
    bass: { program: 35, layer: 'bass' },
    kick: { layer: 'drums' },
    snare: { layer: 'drums' },
    hat: { layer: 'drums' },
  };
}

/** The melody with its accompaniment by rule; parts enter one after another and leave before the end. */
export function arrange(plan: Plan, melody: readonly number[], random: Random): Note[] {
  const notes = leadNotes(plan, melody, random);
  const quietBars = plan.bars >= 8 ? 2 : 0;
  for (let bar = 0; bar < plan.bars; bar++) {
    const last = bar === plan.bars - 1;
    const chord = voicing(plan, bar);
    if (plan.hasPad) notes.push(...padNotes(plan, bar, chord));
    if (last) {
      notes.push(...closing(plan, bar, chord));
      continue;
    }
    notes.push(...companionNotes(plan, bar, chord));
    if (bar >= quietBars / 2) notes.push(...bassNotes(plan, bar));
    if (plan.hasDrums && bar >= quietBars) notes.push(...drumNotes(plan, bar, random));
  }
  return notes
    .map((note) => ({ ...note, force: note.force * course(plan, note) }))
    .sort((a, b) => a.start - b.start);
}

/** Fuller towards two thirds of the piece. */
function course({ seconds }: Plan, { start }: Note): number {
  return 0.78 + 0.22 * Math.sin((Math.PI / 1.34) * Math.min(1.1, start / seconds));
}

function leadNotes(plan: Plan, melody: readonly number[], random: Random): Note[] {
  const octave = plan.mood.register > 0.4 ? 2 : 1;
  const notes: Note[] = [];
  melody.forEach((token, i) => {
    if (!startsNote(token)) return;
    let steps = 1;
    while (melody[i + steps] === HOLD && steps < STEPS_PER_BAR) steps++;
    const accent = i % STEPS_PER_BAR === 0 ? 0.18 : i % 4 === 0 ? 0.1 : 0;
    notes.push({
      start: at(plan, 0, i),
      length: steps * plan.step * 0.95,
      pitch: pitchAt(plan, tokenDegree(token), octave),
      force: Math.max(0.3, Math.min(1, 0.6 + accent + random.normal() * 0.04)),
      instrument: plan.lead,
    });
  });
  return notes;
}

/** A triad kept within one octave of the root, so that chords move by small steps. */
function voicing(plan: Plan, bar: number): number[] {
  const chord = plan.chords[bar]!;
  return [chord, chord + 2, chord + 4].map((degree) => {
    let pitch = pitchAt(plan, degree, 0);
    while (pitch > plan.root + 15) pitch -= 12;
    while (pitch < plan.root + 2) pitch += 12;
    return pitch;
  });
}

function padNotes(plan: Plan, bar: number, chord: number[]): Note[] {
  const length = STEPS_PER_BAR * plan.step * 0.98;
  return chord.map((pitch) => ({ start: at(plan, bar, 0), length, pitch, force: 0.5, instrument: 'pad' }));
}

function companionNotes(plan: Plan, bar: number, chord: number[]): Note[] {
  const { energy, density } = plan.mood;
  const steps = energy < -0.4 ? [0, 6, 8] : density > 0.3 ? [0, 3, 6, 8, 11, 14] : [0, 4, 8, 12];
  const order = [0, 1, 2, 1];
  return steps.map((step, k) => ({
    start: at(plan, bar, step),
    length: plan.step * 3,
    pitch: chord[order[k % 4]!]! + 12,
    force: 0.3 + (k === 0 ? 0.08 : 0),
    instrument: plan.companion,
  }));
}

function bassNotes(plan: Plan, bar: number): Note[] {
  const { energy } = plan.mood;
  const steps = energy > 0.3 ? [0, 3, 6, 8, 10, 14] : energy < -0.5 ? [0] : [0, 6, 8];
  const low = bassPitch(plan, bar);
  return steps.map((step, k) => ({
    start: at(plan, bar, step),
    length: (energy < -0.5 ? 14 : 2.6) * plan.step,
    pitch: low + (steps.length > 3 && k === steps.length - 1 ? 7 : 0),
    force: 0.72,
    instrument: 'bass',
  }));
}

function bassPitch(plan: Plan, bar: number): number {
  const pitch = pitchAt(plan, plan.chords[bar]!, -1);
  return pitch > 46 ? pitch - 12 : pitch;
}

function drumNotes(plan: Plan, bar: number, random: Random): Note[] {
  const { energy } = plan.mood;
  const hit = (instrument: Instrument, step: number, force: number): Note => ({
    start: at(plan, bar, step),
    length: 0.1,
    pitch: DRUM_KEYS[instrument]!,
    force,
    instrument,
  });
  const kicks = energy > 0.5 ? [0, 4, 8, 12] : energy < 0 ? [0] : [0, 7, 8];
  const hats = Array.from({ length: energy > 0.4 ? 8 : 4 }, (_, k) => (energy > 0.4 ? k * 2 : k * 4));
  const fill = bar % 4 === 3 && energy > 0 ? [13, 14, 15] : [];
  return [
    ...kicks.map((step) => hit('kick', step, 0.8)),
    ...[4, 12].map((step) => hit('snare', step, 0.5 + 0.2 * energy)),
    ...hats.map((step) => hit('hat', step, (step % 4 === 2 ? 0.62 : 0.4) + random.normal() * 0.04)),
    ...fill.map((step) => hit('snare', step, 0.32 + 0.05 * (step - 12))),
  ];
}
const DRUM_KEYS: Partial<Record<Instrument, number>> = { kick: 36, snare: 38, hat: 42 };

/** The last bar rings out on the home chord. */
function closing(plan: Plan, bar: number, chord: number[]): Note[] {
  const length = STEPS_PER_BAR * plan.step;
  const rolled = chord.map((pitch, k): Note => ({
    start: at(plan, bar, 0) + k * 0.05,
    length,
    pitch: pitch + 12,
    force: 0.4,
    instrument: plan.companion,
  }));
  return [
    ...rolled,
    { start: at(plan, bar, 0), length, pitch: bassPitch(plan, bar), force: 0.7, instrument: 'bass' },
  ];
}

function at(plan: Plan, bar: number, step: number): number {
  return (bar * STEPS_PER_BAR + step) * plan.step + (step % 4 === 2 ? plan.swing : 0);
}
