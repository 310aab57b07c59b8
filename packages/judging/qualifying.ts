import {
  ALL_UP_TO,
  type Ballots,
  type Count,
  demand,
  type Entry,
  FINALISTS,
  isAscending,
  isName,
  PHASES,
  STELLAR_JUDGE,
} from './kinds.ts';
import { lotsOf } from './lots.ts';
import { type Reliability, reliability } from './reliability.ts';
import { hex } from './sha256.ts';
import { type Fit, fitting, type Graph, graphOf, isCompared, winsOf } from './strengths.ts';
import { type Step } from './steps.ts';
import { weigh, type Weights, without } from './weigh.ts';

/** What is known at the close of qualifying. */
export type Qualifying = {
  weights: Weights;
  /** By entry. One that nobody compared has strength 1 and is not `scored`. */
  strengths: Float64Array;
  scored: boolean[];
  sweeps: number;
  reliability: Reliability;
  /** How often an entry was compared, on the average. */
  comparisons_per_entry: number;
  /** Ids, strongest first. */
  finalists: string[];
};

/** What qualifying needs of a count. */
export type QualifyingCount = Omit<Count, 'panel' | 'prizes'>;

export function* qualifying(count: QualifyingCount): Generator<Step, Qualifying> {
  demandCountable(count);
  const { entries, voters, ballots } = count;
  yield { step: 'weigh', done: 0 };
  const all = weigh(voters, ballots, 'qualifying');
  if (count.support) return bySupport(count, count.support, all);
  const graph = graphOf(entries.length, winsOf(ballots, all));
  const provisional = yield* fitted(graph);

  const seen = reliability(ballots, all, provisional.strengths);
  const [weights, kept, { strengths, sweeps }] =
    seen.removed.length === 0 ? [all, graph, provisional] : yield* again(count, all, seen);

  const scored = entries.map((_, index) => isCompared(kept, index));
  yield { step: 'finalists', done: 0 };
  return {
    weights,
    strengths,
    scored,
    sweeps,
    reliability: seen,
    comparisons_per_entry: comparisonsOf(entries, ballots, weights),
    finalists: chooseFinalists(entries, strengths, scored, count.seed),
  };
}

/** Where members made things instead of comparing pairs, that many is what an entry is worth. */
function bySupport(
  { entries, ballots, seed }: QualifyingCount,
  support: Readonly<Record<string, number>>,
  weights: Weights,
): Qualifying {
  const scored = entries.map(({ id }) => Object.hasOwn(support, id));
  const strengths = Float64Array.from(entries, ({ id }, index) => (scored[index] ? (support[id] ?? 0) : 0));
  return {
    ...{ weights, strengths, scored, sweeps: 0, comparisons_per_entry: 0 },
    reliability: reliability(ballots, weights, strengths),
    finalists: chooseFinalists(entries, strengths, scored, seed),
  };
}

/** Once more, without whom the reliability pass removed. */
function* again(
  { entries, ballots }: QualifyingCount,
  all: Weights,
  { removed }: Reliability,
): Generator<Step, [Weights, Graph, Fit]> {
  const weights = without(all, removed);
  const graph = graphOf(entries.length, winsOf(ballots, weights));
  return [weights, graph, yield* fitted(graph)];
}

const SWEEPS_AT_ONCE = 8;

/** A pause now and then. */
export function* fitted(graph: Graph): Generator<Step, Fit> {
  const steps = fitting(graph);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (value % SWEEPS_AT_ONCE === 0) yield { step: 'fit', done: value };
  }
}

/**
 * The twenty strongest, or all where there are few; of each person only their strongest. An entry that nobody compared
 * cannot be among the strongest: that nothing is known of it is no score.
 */
export function chooseFinalists(
  entries: readonly Entry[],
  strengths: Float64Array,
  scored: readonly boolean[],
  seed: string,
): string[] {
  const lots = lotsOf(seed);
  const few = standing(entries) <= ALL_UP_TO;
  const seen = new Set<string>();
  const ranked = entries
    .map((entry, index) => ({ ...entry, strength: strengths[index] ?? 0, scored: scored[index] }))
    .filter(({ out, scored: is }) => out?.from !== 'qualifying' && (few || is))
    .sort((a, b) => b.strength - a.strength || (hex(lots('tie', a.id)) < hex(lots('tie', b.id)) ? -1 : 1));
  const best = ranked.filter(({ persons }) => {
    const is_first = !persons.some((person) => seen.has(person));
    if (is_first) for (const person of persons) seen.add(person);
    return is_first;
  });
  return (few ? best : best.slice(0, FINALISTS)).map(({ id }) => id);
}

/** How many entries are in the competition. */
export const standing = (entries: readonly Entry[]): number =>
  entries.filter(({ out }) => out?.from !== 'qualifying').length;

function comparisonsOf(entries: readonly Entry[], ballots: Ballots, { counts, weight }: Weights): number {
  let counted = 0;
  for (let at = 0; at < ballots.length; at += 1)
    if (counts[at] && weight[ballots.voter[at] ?? 0]) counted += 1;
  return (2 * counted) / Math.max(1, standing(entries));
}

function demandCountable({
  competition,
  category,
  rules,
  entries,
  voters,
  ballots,
  support,
  finalists,
}: QualifyingCount) {
  demand(isName(competition) && isName(category), 'NAME_AMISS');
  demand(
    entries.every(({ id, persons }) => isName(id) && persons.every(isName)) &&
      voters.every(({ id }) => isName(id)),
    'NAME_AMISS',
  );
  const { judge, ties, samples } = rules;
  demand(
    judge === STELLAR_JUDGE &&
      (ties === 'lots' || ties === 'shared') &&
      Number.isSafeInteger(samples) &&
      samples >= 0,
    'RULES_AMISS',
  );
  const ids = entries.map(({ id }) => id);
  demand(isAscending(ids) && isAscending(voters.map(({ id }) => id)), 'NOT_IN_ORDER');
  demand(
    finalists === null ||
      (new Set(finalists).size === finalists.length && finalists.every((id) => ids.includes(id))),
    'NOT_A_FINALIST',
  );
  demand(
    support === null ||
      Object.entries(support).every(
        ([id, members]) => ids.includes(id) && Number.isSafeInteger(members) && members >= 0,
      ),
    'SUPPORT_AMISS',
  );
  demand(support === null || ballots.length === 0, 'SUPPORT_AMISS');
  for (let at = 0; at < ballots.length; at += 1) {
    const [left, right, voter] = [ballots.left[at] ?? -1, ballots.right[at] ?? -1, ballots.voter[at] ?? -1];
    demand(left >= 0 && left < ids.length && right >= 0 && right < ids.length, 'NOT_AN_ENTRY');
    demand(voter >= 0 && voter < voters.length, 'NOT_A_VOTER');
    demand((ballots.phase[at] ?? 9) < PHASES.length, 'NOT_AN_ENTRY');
  }
}
