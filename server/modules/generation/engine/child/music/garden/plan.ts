import type { Mood } from '../../../../../../../models/contract/mood.ts';
import type { Random } from '../../../../../../../models/contract/random.ts';
import { clamp } from '../mood.ts';

const LEADS = ['koto', 'music box', 'thumb piano', 'dulcimer'] as const;
export type Lead = (typeof LEADS)[number];

/** everything about the piece but its notes */
export type Plan = {
  mood: Mood;
  /** of the free time: what it sways around */
  bpm: number;
  seconds: number;
  /** semitones of the scale's five degrees above the root */
  scale: readonly number[];
  /** MIDI number of degree 0 */
  root: number;
  lead: Lead;
  /** a breath of flute under the phrases */
  hasBreath: boolean;
  hasDrum: boolean;
  /** bells in the wind, a minute */
  windBells: number;
  /** a second voice that answers what was just said */
  hasEcho: boolean;
};

/** From the darkest to the lightest */
const SCALES = {
  iwato: [0, 1, 5, 6, 10],
  'in-sen': [0, 1, 5, 7, 10],
  hirajoshi: [0, 2, 3, 7, 8],
  kumoi: [0, 2, 3, 7, 9],
  'minor pentatonic': [0, 3, 5, 7, 10],
  suspended: [0, 2, 5, 7, 10],
  yo: [0, 2, 5, 7, 9],
  'major pentatonic': [0, 2, 4, 7, 9],
} as const;

export function planGarden(wanted: {
  mood: Mood;
  scale: string | null;
  instrument: string | null;
  seconds: number;
  random: Random;
}): Plan {
  const { mood, random } = wanted;
  const scaleName = isScale(wanted.scale) ? wanted.scale : scaleOf(mood.valence + random.normal() * 0.15);
  const lead = LEADS.find((name) => name === wanted.instrument) ?? leadOf(mood, random);
  const high = lead === 'music box' ? 12 : 0;
  return {
    mood,
    bpm: Math.round((80 + 32 * clamp(mood.tempo) + 6 * mood.energy + random.normal() * 2) * 100) / 100,
    seconds: wanted.seconds,
    scale: SCALES[scaleName],
    root: 55 + random.integer(7) + high + Math.round(3 * mood.register),
    lead,
    hasBreath: mood.pad + 0.5 * mood.reverb - 0.4 * mood.energy > 0.05,
    hasDrum: mood.percussion > 0.15,
    windBells: 6 + 12 * Math.max(0, mood.bell) + 4 * Math.max(0, mood.reverb),
    hasEcho: mood.density > -0.6,
  };
}

function scaleOf(valence: number): keyof typeof SCALES {
  if (valence < -0.7) return 'iwato';
  if (valence < -0.35) return 'in-sen';
  if (valence < 0) return 'hirajoshi';
  if (valence < 0.2) return 'kumoi';
  if (valence < 0.35) return 'suspended';
  return valence < 0.6 ? 'yo' : 'major pentatonic';
}

function leadOf(mood: Mood, random: Random): Lead {
  const liking: Record<Lead, number> = {
    koto: Math.max(0, mood.pluck) + 0.15,
    'music box': Math.max(0, mood.bell),
    'thumb piano': Math.max(0, mood.keys),
    dulcimer: 0.45 * Math.max(0, mood.pluck) + 0.35 * Math.max(0, mood.energy),
  };
  const sway = LEADS.map((name) => ({ name, liking: liking[name] + random.uniform() * 0.2 }));
  return sway.reduce((best, one) => (one.liking > best.liking ? one : best)).name;
}

function isScale(name: string | null): name is keyof typeof SCALES {
  return name !== null && name in SCALES;
}
