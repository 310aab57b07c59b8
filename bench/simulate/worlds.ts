import { type Chance, heavy } from './chance.ts';

/** Entries whose worth is known, and people who see it through their own taste. */
export type World = {
  /** By entry: what people like on the average. The truth that a count is to find. */
  worth: number[];
  /** By honest voter. */
  voters: Voter[];
  /** What one voter sees in an entry at one look; judges are voters whose look is sharper. */
  look(voter: Voter, entry: number, chance: Chance): number;
  judgeLooks(judge: number, entry: number, chance: Chance): number;
};

export type Voter = {
  /** Pairs that they choose between in qualifying and in the final. */
  effort: [number, number];
  /** The entry that they choose whatever stands beside it. */
  favourite: number | null;
  /** Presses whatever is there, and is not honest in what is counted here. */
  careless: boolean;
  style: number[];
};

type Kind = {
  entries: number;
  voters: number;
  worth(chance: Chance): number;
  effort?(chance: Chance): [number, number];
  noise?(chance: Chance): number;
  /** How many dimensions taste has that people differ in for good, and how much it matters. */
  styles?: { dimensions: number; camps: number; matters: number };
  careless?: number;
  judge_noise?: number;
};

const FULL: [number, number] = [28, 15]; // two of thirty are controls
const normal = (chance: Chance) => chance.normal();

/** The first two are those that the method was tuned on; the others are fresh. */
export const KINDS: Record<string, Kind> = {
  reference: { entries: 200, voters: 600, worth: normal },
  reference_small: { entries: 60, voters: 200, worth: normal, effort: () => [15, 8] },
  heavy_tails: { entries: 200, voters: 600, worth: (c) => heavy(c, 3), noise: (c) => heavy(c, 3) },
  skewed: { entries: 200, voters: 600, worth: (c) => -Math.log(1 - c.uniform()) },
  correlated_tastes: {
    entries: 200,
    voters: 600,
    worth: normal,
    styles: { dimensions: 3, camps: 0, matters: 0.7 },
  },
  camps: { entries: 200, voters: 600, worth: normal, styles: { dimensions: 2, camps: 3, matters: 0.7 } },
  uneven_effort: {
    entries: 120,
    voters: 900,
    worth: normal,
    effort: (c) => [Math.min(28, 2 + Math.floor(-12 * Math.log(1 - c.uniform()))), c.below(16)],
  },
  few_voters: { entries: 60, voters: 80, worth: normal },
  careless: { entries: 200, voters: 600, worth: normal, careless: 0.1 },
};

const FANS = 0.3;
const JUDGE_NOISE = 0.6;

export function makeWorld(name: string, chance: Chance): World {
  const kind = KINDS[name];
  if (!kind) throw new Error(`no world "${name}": there is ${Object.keys(KINDS).join(', ')}`);
  const { entries, noise = normal, styles = { dimensions: 0, camps: 0, matters: 0 } } = kind;
  const vector = () => Array.from({ length: styles.dimensions }, () => chance.normal());
  const camps = Array.from({ length: styles.camps }, vector);
  const worth = Array.from({ length: entries }, () => kind.worth(chance));
  const style = Array.from({ length: entries }, vector);
  const tasteOf = () => (camps.length > 0 ? (camps[chance.below(camps.length)] ?? []) : vector());
  const voters = Array.from({ length: kind.voters }, () => ({
    effort: kind.effort?.(chance) ?? FULL,
    favourite: chance.uniform() < FANS ? chance.below(entries) : null,
    careless: chance.uniform() < (kind.careless ?? 0),
    style: tasteOf(),
  }));
  const liked = (taste: readonly number[], entry: number) => {
    const met = taste.reduce((sum, part, index) => sum + part * (style[entry]?.[index] ?? 0), 0);
    return (styles.matters * met) / Math.sqrt(Math.max(1, styles.dimensions));
  };
  const judges = Array.from({ length: 7 }, tasteOf);
  const seen = (taste: readonly number[], entry: number) => (worth[entry] ?? 0) + liked(taste, entry);
  // what all like together is the truth, and with few camps that is not the worth alone
  const truth = worth.map(
    (_, entry) => voters.reduce((sum, voter) => sum + seen(voter.style, entry), 0) / voters.length,
  );
  return {
    worth: truth,
    voters,
    look: (voter, entry, by) => seen(voter.style, entry) + noise(by),
    judgeLooks: (judge, entry, by) => {
      const taste = judges[judge] ?? [];
      // an expert leaves most of the own taste at home
      return (truth[entry] ?? 0) + liked(taste, entry) / 2 + (kind.judge_noise ?? JUDGE_NOISE) * by.normal();
    },
  };
}
