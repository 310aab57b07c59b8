import { type Confidence, confidenceIn } from './confidence.ts';
import { type Final, finalOf } from './final.ts';
import { type Count, STELLAR_JUDGE } from './kinds.ts';
import type { Mode } from './order.ts';
import type { Verdict } from './panel.ts';
import { award, type Place } from './prizes.ts';
import { type Qualifying, qualifying, type QualifyingCount } from './qualifying.ts';
import { hex, sha256 } from './sha256.ts';
import { finish, type Step } from './steps.ts';

export type FinalistOutcome = {
  entry: string;
  /** In qualifying; null where nobody compared it, and where no pairs are compared. */
  strength: number | null;
  /** In how many of a million comparisons it would win against an average entry. */
  score_ppm: number | null;
  final_strength: number | null;
  final_score_ppm: number | null;
  community_rank: number | null;
  experts_rank: number | null;
  /** Ranks by judges, summed without the best and the worst. */
  experts_sum: number | null;
  /** In the award order, from 1; null for who is out or cannot be scored. Who shares a place has the same. */
  position: number | null;
  /** In how many samples it is among the first five; null where nothing was sampled. */
  top5: number | null;
};

/** A voter: weight and reasons in qualifying, the same in the final, choices that count in both, and agreement in halves of so many. */
export type VoterOutcome = [number, string, number, string, number, number, number, number];

export type Outcome = {
  judge: typeof STELLAR_JUDGE;
  mode: Mode | 'undecided';
  /** Why nothing is decided. */
  why: 'PANEL_TOO_SMALL' | null;
  comparisons_per_entry: number;
  /** `removed` voters were below the cut. */
  reliability: { cut: number | null; removed: number; overdispersion: number | null; alarm: boolean };
  /** Of qualifying and of the final. */
  sweeps: [number, number];
  /** In the order of the entries; null for one that nobody compared, and where no pairs are compared. */
  strengths: (number | null)[];
  /** Strongest in qualifying first. */
  finalists: FinalistOutcome[];
  panel: Verdict[];
  places: Place[];
  /** What goes back to the reserve. */
  unused: string;
  samples: number;
  fifth_before_sixth: number | null;
  /** The fifth stands before the sixth in fewer than seven of ten samples. */
  statistical_tie: boolean | null;
  voters: VoterOutcome[];
  /** SHA-256 of strengths, or of support, as little-endian doubles: of all entries, and of the finalists in the final. */
  strengths_digest: string;
  final_strengths_digest: string;
};

/** The tally: a pure function of what is counted. Refuses with CannotCount. */
export const tally = (count: Count): Outcome => finish(counting(count));

/** The first half of it, for the close of qualifying. */
export const tallyQualifying = (count: QualifyingCount): Qualifying => finish(qualifying(count));

/**
 * The tally with pauses of some milliseconds between its steps: whoever counts may breathe, renew a lease, or stop and
 * begin again, since the same input gives the same bits.
 */
export function* counting(count: Count): Generator<Step, Outcome> {
  const first = yield* qualifying(count);
  const final = yield* finalOf(count, first);
  const confidence = yield* confidenceIn(count, first, final);
  return outcomeOf(count, first, final, confidence);
}

function outcomeOf(count: Count, first: Qualifying, final: Final, confidence: Confidence): Outcome {
  const { entries, prizes } = count;
  const { cut, removed, overdispersion, alarm } = first.reliability;
  const { samples, fifth_before_sixth } = confidence;
  const idOf = (index: number) => entries[final.finalists[index] ?? 0]?.id ?? '';
  return {
    judge: STELLAR_JUDGE,
    mode: final.mode,
    why: final.mode === 'undecided' ? 'PANEL_TOO_SMALL' : null,
    comparisons_per_entry: first.comparisons_per_entry,
    reliability: { cut, removed: removed.length, overdispersion, alarm },
    sweeps: [first.sweeps, final.sweeps],
    strengths: [...first.strengths].map((strength, index) =>
      first.scored[index] && !count.support ? strength : null,
    ),
    finalists: finalistsIn(count, first, final, confidence),
    panel: final.panel.verdicts,
    ...award(
      final.groups.map((group) => group.map(idOf)),
      prizes,
    ),
    samples,
    fifth_before_sixth,
    statistical_tie: fifth_before_sixth === null ? null : 10 * fifth_before_sixth < 7 * samples,
    voters: votersIn(first, final),
    strengths_digest: digestOf(first.strengths),
    final_strengths_digest: digestOf(final.community.values),
  };
}

function finalistsIn(
  { entries, support }: Count,
  first: Qualifying,
  final: Final,
  { samples, top5 }: Confidence,
): FinalistOutcome[] {
  return final.finalists.map((entry, index) => {
    const strength = first.scored[entry] && !support ? (first.strengths[entry] ?? null) : null;
    const community = final.standings[index]?.community ?? null;
    const final_strength = community === null || support ? null : (final.community.values[index] ?? null);
    return {
      entry: entries[entry]?.id ?? '',
      strength,
      score_ppm: scoreOf(strength),
      final_strength,
      final_score_ppm: scoreOf(final_strength),
      community_rank: community,
      experts_rank: final.panel.enough ? (final.panel.ranks[index] ?? null) : null,
      experts_sum: final.panel.enough ? (final.panel.sums[index] ?? null) : null,
      position: positionOf(final.groups, index),
      top5: samples > 0 ? (top5[index] ?? 0) : null,
    };
  });
}

const votersIn = ({ weights, reliability: { agreed, of } }: Qualifying, final: Final): VoterOutcome[] =>
  weights.reasons.map((reasons, voter) => [
    weights.weight[voter] ?? 0,
    reasons,
    final.weights.weight[voter] ?? 0,
    final.weights.reasons[voter] ?? '',
    weights.chosen[voter] ?? 0,
    final.weights.chosen[voter] ?? 0,
    agreed[voter] ?? 0,
    of[voter] ?? 0,
  ]);

function positionOf(groups: number[][], index: number): number | null {
  const at = groups.findIndex((group) => group.includes(index));
  return at < 0 ? null : 1 + groups.slice(0, at).flat().length;
}

/** The one score that is shown: nothing else makes one. */
function scoreOf(strength: number | null): number | null {
  return strength === null ? null : Math.floor((strength / (strength + 1)) * 1_000_000);
}

/** Little-endian whatever the machine is. */
export function digestOf(strengths: Float64Array): string {
  const view = new DataView(new ArrayBuffer(strengths.length * 8));
  for (const [index, strength] of strengths.entries()) view.setFloat64(index * 8, strength, true);
  return hex(sha256(new Uint8Array(view.buffer)));
}
