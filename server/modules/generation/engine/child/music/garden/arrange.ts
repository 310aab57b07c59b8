import type { Event } from '../../../../../../../models/contract/phrase.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import { pitchOf, type Note as AnyNote, type Parts } from '../notes.ts';
import type { Lead, Plan } from './plan.ts';

export type Instrument = Lead | 'low string' | 'answer' | 'wind bell' | 'breath' | 'drum' | 'block';
/** `press`: semitones from which the string is pressed up to its pitch. `shake`: it trembles. */
export type Note = AnyNote<Instrument> & { press?: number; shake?: boolean };

/** koto, music box, kalimba, dulcimer, koto, celesta, tubular bells, shakuhachi */
export function partsOf({ lead }: Plan): Parts<Instrument> {
  const layer = (name: Lead) => (name === lead ? 'lead' : 'companion');
  return {
    koto: { program: 107, layer: layer('koto') },
    'music box': { program: 10, layer: layer('music box') },
    'thumb piano': { program: 108, layer: layer('thumb piano') },
    dulcimer: { program: 15, layer: layer('dulcimer') },
    'low string': { program: 107, layer: 'bass' },
    answer: { program: 8, layer: 'companion' },
    'wind bell': { program: 14, layer: 'companion' },
    breath: { program: 77, layer: 'pad' },
    drum: { layer: 'drums' },
    block: { layer: 'drums' },
  };
}
const DRUM_KEYS = { drum: 41, block: 76 };

const CLOSING_SECONDS = 4;

/** Plays the phrases in swaying time, with what lies under and around them, and comes to rest on the root. */
export function arrange(plan: Plan, phrases: readonly Event[][], random: Random): Note[] {
  const notes: Note[] = [];
  const beat = 60 / plan.bpm;
  let now = 0.4;
  let tension = 0;
  for (const [k, phrase] of phrases.entries()) {
    const place = k % 4;
    const played = playPhrase(plan, phrase, now, random);
    tension = place === 2 ? 1 : place / 3;
    notes.push(...played.notes.map((note) => ({ ...note, force: note.force * (0.82 + 0.18 * tension) })));
    notes.push(...under(plan, played, place, random));
    if (plan.hasEcho && place % 2 === 1) notes.push(...answer(plan, played, beat, random));
    if (place === 3 && played.end < plan.seconds - CLOSING_SECONDS && plan.mood.energy > -0.5)
      notes.push(...sweep(plan, played.end - 0.6 * beat, random));
    now = played.end;
    if (now > plan.seconds - CLOSING_SECONDS) break;
  }
  notes.push(...closing(plan, Math.min(now, plan.seconds - CLOSING_SECONDS + 0.4), random));
  notes.push(...windBells(plan, random));
  if (plan.hasBreath) notes.push(...breath(plan, random));
  return notes.filter(({ start }) => start < plan.seconds - 0.3).sort((a, b) => a.start - b.start);
}

type Played = { notes: Note[]; start: number; end: number; ended: number };

function playPhrase(plan: Plan, phrase: readonly Event[], start: number, random: Random): Played {
  const beat = 60 / plan.bpm;
  const whole = phrase.reduce((sum, { length }) => sum + length, 0);
  const notes: Note[] = [];
  let now = start;
  let beats = 0;
  let ended = start;
  const manner = 0.09 + 0.06 * random.uniform();
  for (const { degree, length, ornament } of phrase) {
    if (now > plan.seconds - CLOSING_SECONDS) break; // the piece ends here, in the middle of what it says
    const part = beats / whole;
    // slower at its start and its end than in its middle
    const sway = 1 + manner * Math.cos(2 * Math.PI * part) + 0.25 * manner * random.normal();
    const seconds = length * beat * sway;
    if (degree !== null) {
      notes.push(...ornamented(plan, { degree, ornament, seconds, now, part }, random));
      ended = now;
    }
    now += seconds;
    beats += length;
  }
  return { notes, start, end: now, ended };
}

function ornamented(
  plan: Plan,
  {
    degree,
    ornament,
    seconds,
    now,
    part,
  }: { degree: number; ornament: Event['ornament']; seconds: number; now: number; part: number },
  random: Random,
): Note[] {
  const pitch = pitchOf(plan.scale, plan.root, degree);
  const arch = 0.55 + 0.28 * Math.sin(Math.PI * Math.min(1, part + 0.15));
  const force = Math.max(0.25, Math.min(1, arch + random.normal() * 0.05 + 0.08 * plan.mood.energy));
  const main: Note = {
    start: now,
    length: Math.max(0.3, seconds * 1.3),
    pitch,
    force,
    instrument: plan.lead,
  };
  const above = pitchOf(plan.scale, plan.root, degree + 1);
  switch (ornament) {
    case 'plain':
      return [main];
    case 'grace':
      return [
        { ...main, pitch: above, start: now, length: 0.12, force: force * 0.6 },
        { ...main, start: now + 0.075 },
      ];
    case 'shake':
      return [{ ...main, shake: true }];
    case 'press':
      return [{ ...main, press: Math.min(2, above - pitch) * -1 }];
    case 'roll':
      return [
        { ...main, pitch: pitch - 12, force: force * 0.75 },
        { ...main, start: now + 0.055 },
      ];
  }
}

/** The low string under a phrase, root and fifth and octave in slow turn, fewer in the sparse pieces; the drum with it. */
function under(plan: Plan, { start, end, ended }: Played, place: number, random: Random): Note[] {
  const low = (at: number, degree: number, force: number): Note => ({
    start: at,
    length: 2.5,
    pitch: pitchOf(plan.scale, plan.root - (plan.lead === 'music box' ? 36 : 24), degree),
    force,
    instrument: 'low string',
  });
  const fifth = plan.scale.includes(7) ? plan.scale.indexOf(7) : 2;
  const beat = 60 / plan.bpm;
  const pace = (plan.mood.density < -0.4 ? 4 : plan.mood.density > 0.3 ? 1 : 2) * beat;
  const turn = place % 2 === 1 ? [fifth, 5, 0, 5] : [0, fifth, 5, fifth];
  const notes = [low(start, place === 2 ? fifth : 0, 0.6)];
  for (let i = 1; start + i * pace < end - 0.5 * beat; i++)
    notes.push(low(start + i * pace + 0.02 * random.normal(), turn[i % 4]!, 0.3 + 0.05 * random.uniform()));
  if (!plan.hasDrum) return notes;
  const hit = (at: number, force: number, instrument: 'drum' | 'block'): Note => ({
    start: at,
    length: 0.2,
    pitch: DRUM_KEYS[instrument],
    force,
    instrument,
  });
  const knocks = place === 3 ? [0, 1, 1.75, 2.25, 2.6, 2.85] : [0];
  const pulse = plan.mood.energy > 0.3 ? 1 : 2;
  const beats = Array.from(
    { length: Math.max(1, Math.ceil((end - start) / beat / pulse)) },
    (_, i) => i * pulse,
  );
  return [
    ...notes,
    ...beats.map((at) => hit(start + at * beat, at === 0 ? 0.65 : at % 4 === 0 ? 0.5 : 0.32, 'drum')),
    ...knocks.map((knock, i) => hit(ended + knock * beat, 0.3 + 0.05 * i, 'block')),
  ];
}

/** The last notes of the phrase said back from far, an octave up. */
function answer(plan: Plan, { notes, end, ended }: Played, beat: number, random: Random): Note[] {
  const said = notes.filter(({ length }) => length > 0.2).slice(-4);
  if (said.length < 2) return [];
  const first = said[0]!.start;
  const from = Math.max(ended + 0.9 * beat, end - (ended - first) * 0.8);
  const up = plan.lead === 'music box' ? 0 : 12;
  return said.map((note) => ({
    start: from + (note.start - first) * 1.08,
    length: note.length,
    pitch: note.pitch + up,
    force: 0.34 + 0.05 * random.uniform(),
    instrument: 'answer',
  }));
}

/** A hand over all the strings. */
function sweep(plan: Plan, from: number, random: Random): Note[] {
  const many = 8 + random.integer(5);
  const down = random.uniform() < 0.6;
  return Array.from({ length: many }, (_, i) => ({
    start: from + 0.055 * i + 0.0022 * i * i,
    length: 0.8,
    pitch: pitchOf(plan.scale, plan.root, down ? 9 - i : i - 3),
    force: 0.22 + 0.012 * i,
    instrument: plan.lead,
  }));
}

function closing(plan: Plan, at: number, random: Random): Note[] {
  const tones = random.pick([
    [-10, -5, 0, 5],
    [-10, 0, 5, 10],
    [-10, -5, 0],
  ]);
  return tones.map((degree, i) => ({
    start: at + 0.3 + 0.16 * i * (1 + 0.2 * i),
    length: 4,
    pitch: pitchOf(plan.scale, plan.root, degree),
    force: 0.6 - 0.06 * i,
    instrument: i === 0 ? 'low string' : plan.lead,
  }));
}

/** Bells that the wind moves: groups of a few, at no time in particular. */
function windBells(plan: Plan, random: Random): Note[] {
  const notes: Note[] = [];
  const pause = 60 / plan.windBells;
  for (
    let now = pause * random.uniform();
    now < plan.seconds - 3;
    now += pause * (0.4 + 1.2 * random.uniform()) * 2
  ) {
    const many = 1 + random.integer(3);
    for (let i = 0; i < many; i++)
      notes.push({
        start: now + i * (0.12 + 0.3 * random.uniform()),
        length: 2,
        pitch: pitchOf(plan.scale, 84, random.integer(6)),
        force: 0.16 + 0.14 * random.uniform(),
        instrument: 'wind bell',
      });
  }
  return notes;
}

/** Long tones on the resting degrees that come and go. */
function breath(plan: Plan, random: Random): Note[] {
  const notes: Note[] = [];
  for (let now = 1.5; now < plan.seconds - 4;) {
    const length = 5 + 4 * random.uniform();
    notes.push({
      start: now,
      length: Math.min(length, plan.seconds - now - 1.5),
      pitch: pitchOf(
        plan.scale,
        plan.root - 12 * (plan.lead === 'music box' ? 1 : 0),
        random.pick([0, 0, 3, 5, -2]),
      ),
      force: 0.4,
      instrument: 'breath',
    });
    now += length * (0.85 + 0.5 * random.uniform());
  }
  return notes;
}
