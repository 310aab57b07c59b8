import { HOLD, startsNote, STEPS_PER_BAR, tokenDegree } from '../../../../../../../models/contract/melody.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import { pitchOf, type Note as AnyNote, type Parts } from '../notes.ts';
import type { Groove, Plan, Section } from './plan.ts';

export type Drum = 'kick' | 'snare' | 'clap' | 'hat' | 'open' | 'tom' | 'crash';
export type Instrument = 'bass' | 'chord' | 'arp' | 'lead' | 'theme' | Drum;
export type Note = AnyNote<Instrument>;

/** synth bass, synth strings, square and saw leads, warm pad lead */
export const PARTS: Parts<Instrument> = {
  bass: { program: 38, layer: 'bass' },
  chord: { program: 90, layer: 'pad' },
  arp: { program: 80, layer: 'companion' },
  lead: { program: 81, layer: 'lead' },
  theme: { program: 85, layer: 'lead' },
  kick: { layer: 'drums' },
  snare: { layer: 'drums' },
  clap: { layer: 'drums' },
  hat: { layer: 'drums' },
  open: { layer: 'drums' },
  tom: { layer: 'drums' },
  crash: { layer: 'drums' },
};
const KEYS: Record<Drum, number> = { kick: 36, snare: 38, clap: 39, hat: 42, open: 46, tom: 45, crash: 49 };

/** What the nets have written: eight bars that the drops say, four for the break. */
export type Hooks = { hook: readonly number[]; theme: readonly number[] };

/** Each section has its own instruments: that is the whole form of dance music. */
export function arrange(plan: Plan, hooks: Hooks, random: Random): Note[] {
  const notes = plan.sections.flatMap((section) =>
    Array.from({ length: section.bars }, (_, bar) => playBar(plan, section, bar, hooks, random)).flat(),
  );
  return [...notes, ...lastChord(plan)].sort((a, b) => a.start - b.start);
}

function playBar(plan: Plan, section: Section, bar: number, { hook, theme }: Hooks, random: Random): Note[] {
  const at = { plan, bar: section.from + bar };
  const { density, energy } = plan.mood;
  const drums = plan.hasDrums ? drumNotes(plan, section, bar, random) : [];
  const busy = plan.arp.steps;
  switch (section.kind) {
    case 'intro':
      return [...arpNotes(at, busy, 0.5), ...chordNotes(at, 'long', 0.4), ...drums];
    case 'verse':
      return [
        ...arpNotes(at, density > -0.3 ? busy : busy.filter((step) => step % 4 === 0), 0.5),
        ...bassNotes(at, 0.8),
        ...chordNotes(at, 'long', 0.35),
        ...drums,
      ];
    case 'build': {
      const teased =
        section.bars > 1 && bar >= section.bars / 2 ? [] : theLead(at, hook, bar % 8, 'theme', 0.4);
      return [...arpNotes(at, plan.arp.steps, 0.55), ...chordNotes(at, 'long', 0.45), ...teased, ...drums];
    }
    case 'drop': {
      const leading = theLead(at, hook, bar % 8, 'lead', 0.85);
      const later = section.nth > 0;
      return [
        ...bassNotes(at, 1),
        ...chordNotes(at, energy > 0.5 || later ? 'gated' : 'pumped', 0.75),
        ...arpNotes(
          at,
          later || density > 0.2 ? busy : busy.filter((step) => step % 4 !== 0),
          later ? 0.42 : 0.3,
        ),
        ...leading,
        ...(later ? leading.map((note) => lower(note, plan)) : []),
        ...drums,
      ];
    }
    case 'break':
      return [
        ...theLead(at, theme, bar % 4, 'theme', 0.75),
        ...chordNotes(at, 'long', 0.7),
        ...arpNotes(
          at,
          busy.filter((step) => step % 4 === 0 || bar * 2 >= section.bars),
          0.3,
        ),
        ...drums,
      ];
    case 'outro':
      return [...bassNotes(at, 0.8), ...arpNotes(at, busy, 0.45), ...chordNotes(at, 'long', 0.35), ...drums];
  }
}

type At = { plan: Plan; bar: number };

function when({ plan, bar }: At, step: number): number {
  return (bar * STEPS_PER_BAR + step) * plan.step;
}

/** The bar's triad, kept near the root so that chords move by small steps */
function voicing({ scale, root, chords }: Plan, bar: number): number[] {
  return [0, 2, 4].map((third) => {
    let pitch = pitchOf(scale, root + 12, chords[bar]! + third);
    while (pitch > root + 26) pitch -= 12;
    while (pitch < root + 14) pitch += 12;
    return pitch;
  });
}

function chordNotes(at: At, manner: 'long' | 'pumped' | 'gated', force: number): Note[] {
  const steps =
    manner === 'long'
      ? [0]
      : manner === 'pumped'
        ? [0, 8]
        : at.plan.groove === 'house'
          ? [0, 3, 6, 10, 14]
          : [0, 3, 6, 8, 11, 14];
  return steps.flatMap((step, k) => {
    const until = steps[k + 1] ?? STEPS_PER_BAR;
    const length = (manner === 'gated' ? Math.min(2, until - step) : until - step) * at.plan.step;
    return voicing(at.plan, at.bar).map((pitch): Note => ({
      start: when(at, step),
      length: length * 0.97,
      pitch,
      force,
      instrument: 'chord',
    }));
  });
}

function arpNotes(at: At, steps: readonly number[], force: number): Note[] {
  const triad = voicing(at.plan, at.bar).toSorted((a, b) => a - b);
  const octave = at.plan.mood.register < -0.3 ? 0 : 12;
  const tones = [...triad, ...triad.map((pitch) => pitch + 12)].map((pitch) => pitch + octave);
  return steps.map((step) => {
    const place = at.plan.arp.steps.indexOf(step);
    return {
      start: when(at, step),
      length: at.plan.step * 0.8,
      pitch: tones[at.plan.arp.tones[place % 8]!]!,
      force: force * (step % 4 === 0 ? 1.15 : 0.9),
      instrument: 'arp',
    };
  });
}

/** [place, length, octaves up] */
const BASS_LINES: Record<Groove, [number, number, number][]> = {
  synthwave: [0, 2, 4, 6, 8, 10, 12, 14].map((step) => [step, 1.6, step === 6 || step === 14 ? 1 : 0]),
  house: [2, 6, 10, 14].map((step) => [step, 1.7, 0]),
  trance: [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15].map((step) => [step, 0.8, step % 4 === 2 ? 1 : 0]),
  breaks: [
    [0, 2.6, 0],
    [3, 1.4, 0],
    [6, 1.6, 1],
    [10, 3, 0],
    [14, 1.4, 0],
  ],
};

function bassNotes(at: At, force: number): Note[] {
  const { plan, bar } = at;
  let low = pitchOf(plan.scale, plan.root - 12, plan.chords[bar]!);
  while (low > 40) low -= 12;
  return BASS_LINES[plan.groove].map(([step, length, octave]) => ({
    start: when(at, step),
    length: length * plan.step,
    pitch: low + 12 * octave,
    force: force * (octave ? 0.85 : 1),
    instrument: 'bass',
  }));
}

function theLead(
  at: At,
  tokens: readonly number[],
  bar: number,
  instrument: 'lead' | 'theme',
  force: number,
): Note[] {
  const { plan } = at;
  const line = tokens.slice(bar * STEPS_PER_BAR, (bar + 1) * STEPS_PER_BAR);
  return line.flatMap((token, step) => {
    if (!startsNote(token)) return [];
    let steps = 1;
    while (line[step + steps] === HOLD) steps++;
    return {
      start: when(at, step),
      length: steps * plan.step * 0.95,
      pitch: pitchOf(plan.scale, plan.root + 24, tokenDegree(token)),
      force: force * (step % 4 === 0 ? 1 : 0.88),
      instrument,
    };
  });
}

/** A third below in the scale, softly: the second drop is sung in two voices. */
function lower(note: Note, { scale, root }: Plan): Note {
  const degree = [...Array(40).keys()]
    .map((i) => i - 14)
    .find((i) => pitchOf(scale, root + 24, i) === note.pitch);
  return {
    ...note,
    pitch: pitchOf(scale, root + 24, (degree ?? 0) - 2),
    force: note.force * 0.55,
    instrument: 'theme',
  };
}

function drumNotes(plan: Plan, section: Section, bar: number, random: Random): Note[] {
  const at = { plan, bar: section.from + bar };
  const hit = (instrument: Drum, step: number, force: number): Note => ({
    start: when(at, step),
    length: 0.1,
    pitch: KEYS[instrument],
    force,
    instrument,
  });
  const hits = (instrument: Drum, steps: readonly number[], force: number) =>
    steps.map((step) => hit(instrument, step, force * (1 + random.normal() * 0.04)));
  const last = bar === section.bars - 1;
  const four = [0, 4, 8, 12];
  const full = groundBeat(plan.groove);
  const hats =
    plan.mood.density > 0.3 || plan.groove === 'trance' ? [...Array(16).keys()] : [0, 2, 4, 6, 8, 10, 12, 14];
  const ticks = hits('hat', hats, 0.45).map((note, i) => ({
    ...note,
    force: note.force * (hats[i]! % 4 === 2 ? 1.3 : 0.75),
  }));
  switch (section.kind) {
    case 'intro':
      return [
        ...(bar * 2 >= section.bars ? hits('hat', [2, 6, 10, 14], 0.35) : []),
        ...(bar === 0 ? [hit('crash', 0, 0.35)] : []),
      ];
    case 'verse':
      return [
        ...hits('kick', full.kick, 0.9),
        ...hits('hat', [2, 6, 10, 14], 0.5),
        ...(bar % 2 ? hits('clap', [12], 0.4) : []),
        ...(last ? hits('tom', [12, 14, 15], 0.6) : []),
      ];
    case 'build': {
      const near = (bar + 1) / section.bars;
      const roll =
        near <= 0.34 ? four : near <= 0.67 ? [0, 2, 4, 6, 8, 10, 12, 14] : [...Array(last ? 14 : 16).keys()];
      const rising = roll.map((step) => hit('snare', step, 0.25 + 0.5 * ((bar + step / 16) / section.bars)));
      return [...rising, ...(last ? [] : hits('kick', four, 0.75))];
    }
    case 'drop':
      return [
        ...hits('kick', full.kick, 1),
        ...hits(plan.groove === 'synthwave' || plan.groove === 'breaks' ? 'snare' : 'clap', [4, 12], 0.85),
        ...ticks,
        ...hits('open', full.open, 0.5),
        ...(bar === 0 ? [hit('crash', 0, 0.9)] : bar % 4 === 0 ? [hit('crash', 0, 0.5)] : []),
        ...(last || bar % 4 === 3 ? hits('tom', [11, 13, 14, 15].slice(random.integer(2)), 0.65) : []),
      ];
    case 'break':
      return bar === 0 ? [hit('crash', 0, 0.5)] : [];
    case 'outro':
      return [...hits('kick', full.kick, 0.9), ...ticks, ...(bar === 0 ? [hit('crash', 0, 0.5)] : [])];
  }
}

function groundBeat(groove: Groove): { kick: number[]; open: number[] } {
  switch (groove) {
    case 'synthwave':
      return { kick: [0, 4, 8, 12], open: [14] };
    case 'house':
    case 'trance':
      return { kick: [0, 4, 8, 12], open: [2, 6, 10, 14] };
    case 'breaks':
      return { kick: [0, 6, 10], open: [14] };
  }
}

/** The home chord, one beat after the last bar, left to ring. */
function lastChord(plan: Plan): Note[] {
  const at = { plan, bar: plan.bars };
  const start = when(at, 0);
  const length = Math.max(0.5, plan.seconds - start - 0.2);
  const home = { ...plan, chords: [...plan.chords, 0] };
  const ringing = voicing(home, plan.bars).map((pitch): Note => ({
    start,
    length,
    pitch,
    force: 0.6,
    instrument: 'chord',
  }));
  const struck: Note[] = [
    { start, length, pitch: plan.root - 12, force: 0.9, instrument: 'bass' },
    ...(plan.hasDrums
      ? (['kick', 'crash'] as const).map((drum): Note => ({
          start,
          length: 0.1,
          pitch: KEYS[drum],
          force: 0.7,
          instrument: drum,
        }))
      : []),
  ];
  return [...ringing, ...struck];
}
