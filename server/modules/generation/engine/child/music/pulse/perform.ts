import { createRandom } from '../../../../../../../models/contract/random.ts';
import type { Stereo } from '../../../media/loudness.ts';
import { lowPass } from '../filter.ts';
import {
  addEcho,
  addRoom,
  addTrack,
  finishMix,
  place,
  SAMPLE_RATE,
  samplesOf,
  track,
  type Track,
} from '../mixing.ts';
import type { Drum, Instrument, Note } from './arrange.ts';
import { sectionAt, type Plan, type SectionKind } from './plan.ts';
import { arp, bass, boom, chord, DRUMS, lead, riser, theme } from './voices.ts';

const DRIVE = 0.19;

/** How far each group of instruments bows to the kick, 0..1: the breathing that dance music is known by. */
const GROUPS = {
  drums: { duck: 0, room: 0.1, echo: 0 },
  bass: { duck: 0.85, room: 0, echo: 0 },
  chord: { duck: 0.8, room: 0.35, echo: 0 },
  arp: { duck: 0.45, room: 0.25, echo: 0.35 },
  lead: { duck: 0.3, room: 0.3, echo: 0.4 },
  effects: { duck: 0.2, room: 0.3, echo: 0 },
} as const;
type Group = keyof typeof GROUPS;
const LEVELS: Record<Instrument, number> = {
  bass: 0.34,
  chord: 0.34,
  arp: 0.34,
  lead: 0.36,
  theme: 0.42,
  kick: 0.56,
  snare: 0.5,
  clap: 0.55,
  hat: 0.6,
  open: 0.5,
  tom: 0.4,
  crash: 0.5,
};
/** What bright words bring forward and dark ones hold back */
const SHINING: readonly Instrument[] = ['hat', 'open', 'crash', 'arp'];
const DUCK_SECONDS = 0.26;

/** Plays the notes group by group, lets the kick push the others aside, sweeps the filters, adds room. */
export async function performTrack(
  notes: readonly Note[],
  plan: Plan,
  seed: number,
  steps: number,
  onStep: (step: number) => Promise<void>,
): Promise<Stereo> {
  const samples = samplesOf(plan.seconds);
  const groups = Object.fromEntries(Object.keys(GROUPS).map((name) => [name, track(samples)])) as Record<
    Group,
    Track
  >;
  const random = createRandom(seed ^ 0x51de);
  for (let step = 1; step <= steps; step++) {
    const from = Math.round((notes.length * (step - 1)) / steps);
    for (const note of notes.slice(from, Math.round((notes.length * step) / steps)))
      playNote(note, plan, groups, random);
    await onStep(step);
  }
  addEffects(plan, groups.effects, random);
  const brighter = 2 ** (1.3 * plan.mood.brightness);
  sweep(groups.arp, plan, { from: 500, to: 9000 * brighter });
  sweep(groups.chord, plan, { from: 350, to: 7500 * brighter });

  const pushed = kicksPush(notes, samples);
  const [mix, room, echo] = [track(samples), track(samples), track(samples)];
  for (const [name, { duck, room: wet, echo: repeated }] of Object.entries(GROUPS)) {
    const group = groups[name as Group];
    for (const side of [group.left, group.right])
      for (let i = 0; i < side.length; i++) side[i]! *= 1 - duck * pushed[i]!;
    addTrack(group, mix, 1);
    if (wet) addTrack(group, room, wet);
    if (repeated) addTrack(group, echo, repeated);
  }
  const { reverb } = plan.mood;
  addEcho(echo, mix, { seconds: plan.step * 3, feedback: 0.42, wet: 0.5 });
  addRoom(room, mix, { wet: 0.05 + 0.06 * Math.max(0, reverb), room: 0.5 + 0.4 * Math.max(0, reverb) });
  finishMix(mix, {
    drive: DRIVE,
    fade: Math.max(0.4, Math.min(2, plan.seconds - plan.bars * 16 * plan.step)),
  });
  return { ...mix, sampleRate: SAMPLE_RATE };
}

function playNote(
  note: Note,
  { mood }: Plan,
  groups: Record<Group, Track>,
  random: ReturnType<typeof createRandom>,
): void {
  const { instrument, start } = note;
  const shine = SHINING.includes(instrument) ? 1 + 0.6 * mood.brightness : 1;
  const gain = LEVELS[instrument] * note.force * shine;
  const put = (sound: Float32Array, group: Group, pan: number) =>
    place(sound, groups[group], { start, gain, pan });
  switch (instrument) {
    case 'bass':
      return put(bass(note, mood.brightness), 'bass', 0);
    case 'arp':
      return put(arp(note, mood.brightness), 'arp', 0.6 * Math.sin(note.pitch * 2.3));
    case 'lead':
      return put(lead(note, mood.brightness), 'lead', 0);
    case 'theme':
      return put(theme(note), 'lead', 0.25);
    case 'chord': {
      const { left, right } = chord(note, random);
      put(left, 'chord', -0.9);
      return put(right, 'chord', 0.9);
    }
    default:
      return put(DRUMS[instrument](random), 'drums', DRUM_PANS[instrument] ?? 0);
  }
}
const DRUM_PANS: Partial<Record<Drum, number>> = { hat: 0.25, open: -0.25, tom: 0.4, crash: -0.4 };

/** How far the kicks push the others aside at each moment, 0..1. */
function kicksPush(notes: readonly Note[], samples: number): Float32Array {
  const pushed = new Float32Array(samples);
  const long = samplesOf(DUCK_SECONDS);
  for (const { instrument, start } of notes) {
    if (instrument !== 'kick') continue;
    const from = Math.round(start * SAMPLE_RATE);
    for (let i = 0; i < long && from + i < samples; i++)
      pushed[from + i] = Math.min(1, i / 120) * (1 - i / long) ** 1.4;
  }
  return pushed;
}

/** How open the filters stand at the start and at the end of each section, 0..1 */
const OPENNESS: Record<SectionKind, [number, number]> = {
  intro: [0.3, 0.65],
  verse: [0.6, 0.75],
  build: [0.5, 1],
  drop: [0.95, 0.95],
  break: [0.5, 0.75],
  outro: [0.85, 0.35],
};

function sweep(group: Track, plan: Plan, { from, to }: { from: number; to: number }): void {
  const bar = samplesOf(plan.step * 16);
  const bright = 0.2 * plan.mood.brightness;
  for (const side of [group.left, group.right]) {
    const filter = lowPass(0.25);
    let hertz = from;
    for (let i = 0; i < side.length; i++) {
      if (i % 32 === 0)
        hertz = from * (to / from) ** Math.max(0, Math.min(1, openness(plan, i / bar) + bright));
      side[i] = filter(side[i]!, hertz);
    }
  }
}

function openness(plan: Plan, bar: number): number {
  const section = sectionAt(plan, Math.min(plan.bars - 1, Math.floor(bar)));
  const [start, end] = OPENNESS[section.kind];
  return start + (end - start) * Math.min(1, (bar - section.from) / section.bars);
}

/** A riser into each drop, and a blow where it lands. */
function addEffects(plan: Plan, effects: Track, random: ReturnType<typeof createRandom>): void {
  const second = (bar: number) => bar * 16 * plan.step;
  for (const { kind, from, bars } of plan.sections) {
    if (kind === 'drop') place(boom(), effects, { start: second(from), gain: 0.5, pan: 0 });
    if (kind !== 'build') continue;
    const { left, right } = riser(second(bars), random);
    place(left, effects, { start: second(from), gain: 0.3, pan: -0.8 });
    place(right, effects, { start: second(from), gain: 0.3, pan: 0.8 });
  }
}
