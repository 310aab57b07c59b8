import type { Mood } from '../../../../../../../models/contract/mood.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import { clamp } from '../mood.ts';

export type Groove = 'synthwave' | 'house' | 'trance' | 'breaks';
export type SectionKind = 'intro' | 'verse' | 'build' | 'drop' | 'break' | 'outro';
/** `nth`: how many of its kind came before */
export type Section = { kind: SectionKind; from: number; bars: number; nth: number };

/** everything about the track but its notes */
export type Plan = {
  mood: Mood;
  groove: Groove;
  bpm: number;
  /** seconds of a sixteenth note */
  step: number;
  bars: number;
  seconds: number;
  sections: Section[];
  /** semitones of the scale's seven degrees above the root */
  scale: readonly number[];
  /** MIDI number of the root */
  root: number;
  /** degree of the chord's root per bar */
  chords: number[];
  /** the four chords of the hook, and those of the break */
  loops: [number[], number[]];
  hasDrums: boolean;
  /** places in a bar and chord tones, said again every bar */
  arp: { steps: number[]; tones: number[] };
};

const SCALES = {
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  major: [0, 2, 4, 5, 7, 9, 11],
} as const;
const DARK_LOOPS = [
  [0, 5, 2, 6],
  [0, 3, 5, 6],
  [5, 6, 0, 0],
  [0, 6, 5, 6],
  [0, 2, 6, 3],
];
const BRIGHT_LOOPS = [
  [0, 4, 5, 3],
  [5, 3, 0, 4],
  [3, 4, 5, 5],
  [3, 0, 4, 5],
];
const ARPS = [
  [0, 1, 2, 3, 4, 3, 2, 1],
  [0, 2, 1, 3, 2, 4, 3, 5],
  [0, 3, 1, 4, 2, 5, 1, 3],
  [5, 4, 3, 2, 1, 0, 1, 2],
  [0, 0, 3, 0, 4, 0, 3, 2],
  [0, 2, 4, 0, 2, 4, 1, 3],
];
const BPM: Record<Groove, { middle: number; reach: number }> = {
  synthwave: { middle: 98, reach: 16 },
  house: { middle: 122, reach: 7 },
  trance: { middle: 136, reach: 7 },
  breaks: { middle: 130, reach: 14 },
};
const RING_OUT_SECONDS = 2;
const BEND_OF_TEMPO = 0.05;

/** What is left out first when there is little time, the shorter forms being earlier. */
const FORMS: { units: number; sections: [SectionKind, number][] }[] = [
  { units: 1, sections: [['drop', 1]] },
  {
    units: 2,
    sections: [
      ['build', 1],
      ['drop', 2],
    ],
  },
  {
    units: 5,
    sections: [
      ['intro', 1],
      ['build', 1],
      ['drop', 3],
    ],
  },
  {
    units: 7,
    sections: [
      ['intro', 1],
      ['build', 1],
      ['drop', 2],
      ['break', 1],
      ['drop', 2],
    ],
  },
  {
    units: 9,
    sections: [
      ['intro', 1],
      ['verse', 1.5],
      ['build', 1],
      ['drop', 2],
      ['break', 1.2],
      ['build', 1],
      ['drop', 2.4],
    ],
  },
  {
    units: 14,
    sections: [
      ...([
        ['intro', 1.2],
        ['verse', 2],
        ['build', 1],
        ['drop', 2.4],
      ] as [SectionKind, number][]),
      ...([
        ['break', 1.6],
        ['build', 1],
        ['drop', 3],
        ['outro', 1.2],
      ] as [SectionKind, number][]),
    ],
  },
];

export function planTrack(wanted: {
  mood: Mood;
  scale: string | null;
  groove: string | null;
  seconds: number;
  random: Random;
}): Plan {
  const { mood, seconds, random } = wanted;
  const groove = isGroove(wanted.groove) ? wanted.groove : grooveOf(mood, random);
  const { middle, reach } = BPM[groove];
  const { bpm, bars } = fitTempo(middle + reach * clamp(mood.tempo * 1.2) + random.normal(), seconds);
  const scaleName = isScale(wanted.scale) ? wanted.scale : scaleOf(mood.valence + random.normal() * 0.1);
  const bright = scaleName === 'major' || scaleName === 'mixolydian';
  const pool = bright ? BRIGHT_LOOPS : DARK_LOOPS;
  const first = random.pick(pool);
  const loops: Plan['loops'] = [first, random.pick(pool.filter((loop) => loop !== first))];
  const sections = sectionsOf(bars);
  const chords = sections.flatMap(({ kind, bars: long }) => {
    const loop = kind === 'break' ? loops[1] : loops[0];
    return Array.from({ length: long }, (_, bar) => loop[bar % 4]!);
  });
  const every = mood.density < -0.4 || groove === 'synthwave' ? 2 : 1;
  return {
    ...{ mood, groove, bpm, bars, seconds, sections, chords, loops },
    step: 15 / bpm,
    scale: SCALES[scaleName],
    root: 40 + random.integer(9),
    hasDrums: mood.percussion > -0.4,
    arp: {
      steps: Array.from({ length: 16 / every }, (_, i) => i * every),
      tones: random.pick(ARPS),
    },
  };
}

export function sectionAt({ sections }: Plan, bar: number): Section {
  return sections.findLast(({ from }) => from <= bar)!;
}

function grooveOf({ tempo, energy, percussion }: Mood, random: Random): Groove {
  if (tempo < -0.25 || (tempo < 0.3 && energy < 0.3)) return 'synthwave';
  if (tempo > 0.55 || energy > 0.85) return random.uniform() < 0.75 ? 'trance' : 'breaks';
  return percussion > 0.3 && random.uniform() < 0.3 ? 'breaks' : 'house';
}

function scaleOf(valence: number): keyof typeof SCALES {
  if (valence < -0.65) return 'phrygian';
  if (valence < 0.25) return 'minor';
  if (valence < 0.5) return 'dorian';
  return valence < 0.75 ? 'mixolydian' : 'major';
}

/** As many bars as fit before the ring-out, pairs of them where there are enough; the tempo gives a little. */
function fitTempo(wanted: number, seconds: number): { bpm: number; bars: number } {
  const playing = seconds - RING_OUT_SECONDS;
  const most = Math.max(2, Math.floor(playing / (240 / (wanted * (1 + BEND_OF_TEMPO)))));
  const bars = most >= 6 ? most - (most % 2) : most;
  const exact = (bars * 240) / playing;
  const bpm = Math.max(wanted * (1 - BEND_OF_TEMPO), Math.min(wanted * (1 + BEND_OF_TEMPO), exact));
  return { bpm: Math.round(bpm * 100) / 100, bars };
}

/** The form in pairs of bars; what does not come out even is given to the last drop. */
function sectionsOf(bars: number): Section[] {
  const units = Math.floor(bars / 2);
  const form = FORMS.findLast((candidate) => candidate.units <= units)!.sections;
  const weight = form.reduce((sum, [, share]) => sum + share, 0);
  const long = form.map(([, share]) => Math.max(1, Math.floor((share / weight) * units)));
  const lacking = () => units - long.reduce((sum, unit) => sum + unit, 0);
  while (lacking() > 0) {
    const short = form.map(([, share], i) => (share / weight) * units - long[i]!);
    long[short.indexOf(Math.max(...short))]!++;
  }
  while (lacking() < 0) long[long.indexOf(Math.max(...long))]!--;
  const last = form.findLastIndex(([kind]) => kind === 'drop');
  let from = 0;
  return form.map(([kind], i) => {
    const section = {
      kind,
      from,
      bars: long[i]! * 2 + (i === last ? bars % 2 : 0),
      nth: form.slice(0, i).filter(([other]) => other === kind).length,
    };
    from += section.bars;
    return section;
  });
}

function isGroove(name: string | null): name is Groove {
  return name !== null && name in BPM;
}

function isScale(name: string | null): name is keyof typeof SCALES {
  return name !== null && name in SCALES;
}
