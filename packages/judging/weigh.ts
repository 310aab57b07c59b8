import { type Ballots, CHOICES, FLOOR, PHASES, type Phase, QUOTA, type Voter } from './kinds.ts';

/** Why a voter weighs nothing, or less than one. */
export const REASONS = [
  'CONTROLS_MISSED',
  'TOO_MANY_SKIPS',
  'BELOW_FLOOR',
  'LOW_AGREEMENT',
  'NEW',
  'CONTROL_MISSED',
  'CLUSTER',
  'CLASS_CAP',
] as const;

export type Weights = {
  phase: Phase;
  /** By voter, a whole number of some power of two below one, so that sums are exact in any order. */
  weight: Float64Array;
  /** By voter: codes with `+` between them; empty for one who weighs one, and for one who was not there. */
  reasons: string[];
  /** By voter: choices that count, if the voter does. */
  chosen: Int32Array;
  /** By ballot: 1 for a choice within the quota. */
  counts: Uint8Array;
};

const LEFT = CHOICES.indexOf('left');
const EQUAL = CHOICES.indexOf('equal');
const NEW = 0.25;
const ONE_MISSED = 0.5;

/**
 * What each voter weighs in a phase: the least of what class and controls allow, divided among linked accounts, and new
 * ones together at most a tenth of established ones. `may` says which
 * pairs belong to this phase.
 */
export function weigh(
  voters: readonly Voter[],
  ballots: Ballots,
  phase: Phase,
  may: (left: number, right: number) => boolean = (left, right) => left !== right,
): Weights {
  const cast = count(voters.length, ballots, phase, may);
  const weight = new Float64Array(voters.length);
  const reasons = voters.map((voter, index) => {
    if (!cast.shown[index]) return '';
    const nothing = whyNothing(voter, index, cast, phase);
    if (nothing) return nothing;
    const missed = cast.missed[index] ?? 0;
    weight[index] = Math.min(voter.class === 'new' ? NEW : 1, missed > 0 ? ONE_MISSED : 1);
    return [voter.class === 'new' && 'NEW', missed > 0 && 'CONTROL_MISSED'].filter(Boolean).join('+');
  });
  shareAmongLinked(voters, weight, reasons);
  capNew(voters, weight, reasons);
  return { phase, weight, reasons, chosen: cast.chosen, counts: cast.counts };
}

/** Takes from voters what they weigh; the rest stays as it is. */
export function without({ weight, reasons, ...rest }: Weights, unreliable: readonly number[]): Weights {
  const gone = new Set(unreliable);
  return {
    ...rest,
    weight: weight.map((one, voter) => (gone.has(voter) ? 0 : one)),
    reasons: reasons.map((one, voter) => (gone.has(voter) && weight[voter] ? 'LOW_AGREEMENT' : one)),
  };
}

type Cast = {
  chosen: Int32Array;
  counts: Uint8Array;
  /** Pairs that are no controls, and those among them that were skipped or reported. */
  shown: Int32Array;
  skips: Int32Array;
  /** Controls of both phases on which anything but the whole one was chosen. */
  missed: Int32Array;
};

/** One pass over all ballots. */
function count(
  voters: number,
  ballots: Ballots,
  phase: Phase,
  may: (left: number, right: number) => boolean,
): Cast {
  const cast = {
    chosen: new Int32Array(voters),
    counts: new Uint8Array(ballots.length),
    shown: new Int32Array(voters),
    skips: new Int32Array(voters),
    missed: new Int32Array(voters),
  };
  const of = PHASES.indexOf(phase);
  for (let at = 0; at < ballots.length; at += 1) {
    const voter = ballots.voter[at] ?? 0;
    const choice = ballots.choice[at] ?? 0;
    const damaged = ballots.damaged[at] ?? 0;
    if (damaged > 0) {
      // skipped or reported is neither a hit nor a miss; that the two are equal is a miss
      const whole = damaged === 1 ? LEFT + 1 : LEFT;
      if (choice <= EQUAL && choice !== whole) add(cast.missed, voter);
      continue;
    }
    if (ballots.phase[at] !== of) continue;
    add(cast.shown, voter);
    // a report is no choice either, and would be a skip that costs nothing
    if (choice > EQUAL) add(cast.skips, voter);
    if (choice > EQUAL || !may(ballots.left[at] ?? 0, ballots.right[at] ?? 0)) continue;
    if ((cast.chosen[voter] ?? 0) >= QUOTA[phase]) continue;
    add(cast.chosen, voter);
    cast.counts[at] = 1;
  }
  return cast;
}

function whyNothing({ barred }: Voter, voter: number, cast: Cast, phase: Phase): string | null {
  if (barred !== null) return barred;
  if ((cast.missed[voter] ?? 0) >= 2) return 'CONTROLS_MISSED';
  if (10 * (cast.skips[voter] ?? 0) > 4 * (cast.shown[voter] ?? 0)) return 'TOO_MANY_SKIPS';
  const chosen = cast.chosen[voter] ?? 0;
  return chosen === 0 || chosen < FLOOR[phase] ? 'BELOW_FLOOR' : null;
}

/** Linked accounts share one weight: of m who count, each gets the largest power of two that is no more than one m-th. */
function shareAmongLinked(voters: readonly Voter[], weight: Float64Array, reasons: string[]) {
  const sizes = new Map<string, number>();
  for (const [index, { cluster }] of voters.entries())
    if (cluster !== null && weight[index]) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  for (const [index, { cluster }] of voters.entries()) {
    const size = cluster === null ? 1 : (sizes.get(cluster) ?? 1);
    if (size === 1 || !weight[index]) continue;
    let part = 1;
    while (part * size > 1) part /= 2;
    weight[index] = (weight[index] ?? 0) * part;
    reasons[index] = joined(reasons[index], 'CLUSTER');
  }
}

/** By one factor for all, a whole number of 1024ths. */
function capNew(voters: readonly Voter[], weight: Float64Array, reasons: string[]) {
  let established = 0;
  let fresh = 0;
  for (const [index, { class: kind }] of voters.entries())
    if (kind === 'new') fresh += weight[index] ?? 0;
    else established += weight[index] ?? 0;
  if (10 * fresh <= established) return;
  const factor = Math.floor((established * 1024) / (10 * fresh)) / 1024;
  for (const [index, { class: kind }] of voters.entries()) {
    if (kind !== 'new' || !weight[index]) continue;
    weight[index] = (weight[index] ?? 0) * factor;
    reasons[index] = joined(reasons[index], 'CLASS_CAP');
  }
}

const joined = (reasons: string | undefined, reason: string): string =>
  [reasons, reason].filter(Boolean).join('+');

function add(counts: Int32Array, index: number) {
  counts[index] = (counts[index] ?? 0) + 1;
}
