import { type Ballots, CHOICES } from './kinds.ts';
import type { Weights } from './weigh.ts';

export type Reliability = {
  /** Agreement with the common order below which a voter is not counted; null when there was nobody to compare with. */
  cut: number | null;
  /** Indexes of those who were below, ascending; empty if they held more than a quarter of all weight. */
  removed: number[];
  /** How much agreement differs between voters, as a multiple of what chance alone would do; null when it cannot be said. */
  overdispersion: number | null;
  alarm: boolean;
  /** By voter: choices that agreed, in halves, of so many. */
  agreed: Int32Array;
  of: Int32Array;
};

const VOTER_MIN = 10;
const ALARM = 1.3;
const [LEFT, RIGHT, EQUAL] = (['left', 'right', 'equal'] as const).map((choice) => CHOICES.indexOf(choice));

/**
 * One fixed pass: who agrees far less with the common order than others do is not counted. A patient ring that votes
 * honestly except for its own is not seen by this; the experts and the dispute window are for that.
 */
export function reliability(ballots: Ballots, weights: Weights, strengths: Float64Array): Reliability {
  const { agreed, of } = agreement(ballots, weights, strengths);
  const share = (voter: number) => (agreed[voter] ?? 0) / (2 * (of[voter] ?? 0));
  const known = [...weights.weight.keys()].filter((voter) => (of[voter] ?? 0) >= VOTER_MIN);
  if (known.length === 0) return { cut: null, removed: [], overdispersion: null, alarm: false, agreed, of };

  const middle = median(known.map(share));
  const spread = median(known.map((voter) => Math.abs(share(voter) - middle)));
  const cut = middle - 3 * 1.4826 * spread;
  const below = known.filter((voter) => share(voter) < cut);
  const removed = weightOf(weights, below) * 4 > weightOf(weights, [...weights.weight.keys()]) ? [] : below;

  const gone = new Set(removed);
  const overdispersion = dispersion(
    known.filter((voter) => !gone.has(voter)),
    agreed,
    of,
  );
  return {
    cut,
    removed,
    overdispersion,
    alarm: overdispersion !== null && overdispersion > ALARM,
    agreed,
    of,
  };
}

/** By voters who count: choices that agree with the strengths, two halves each; one half for `equal` and between equals. */
function agreement(ballots: Ballots, { weight, counts }: Weights, strengths: Float64Array) {
  const agreed = new Int32Array(weight.length);
  const of = new Int32Array(weight.length);
  for (let at = 0; at < ballots.length; at += 1) {
    const voter = ballots.voter[at] ?? 0;
    if (!counts[at] || !weight[voter]) continue;
    const [left, right] = [strengths[ballots.left[at] ?? 0] ?? 0, strengths[ballots.right[at] ?? 0] ?? 0];
    const choice = ballots.choice[at];
    const half = choice === EQUAL || left === right;
    const whole = (choice === LEFT && left > right) || (choice === RIGHT && right > left);
    agreed[voter] = (agreed[voter] ?? 0) + (half ? 1 : whole ? 2 : 0);
    of[voter] = (of[voter] ?? 0) + 1;
  }
  return { agreed, of };
}

/** Variance of agreement over what tossing one coin for all would give. */
function dispersion(voters: number[], agreed: Int32Array, of: Int32Array): number | null {
  let halves = 0;
  let choices = 0;
  for (const voter of voters) {
    halves += agreed[voter] ?? 0;
    choices += of[voter] ?? 0;
  }
  const mean = halves / (2 * choices);
  const chance = mean * (1 - mean);
  if (!(chance > 0)) return null;
  let sum = 0;
  for (const voter of voters) {
    const n = of[voter] ?? 0;
    const off = (agreed[voter] ?? 0) / (2 * n) - mean;
    sum += n * (off * off);
  }
  return sum / voters.length / chance;
}

function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Exact in any order. */
const weightOf = ({ weight }: Weights, voters: number[]): number =>
  voters.reduce((all, voter) => all + (weight[voter] ?? 0), 0);
