import type { Count } from './kinds.ts';
import { lotsOf } from './lots.ts';
import { type Mode, orderOf, type Standing } from './order.ts';
import { type Panel, panelOf } from './panel.ts';
import { fitted, type Qualifying, standing } from './qualifying.ts';
import { hex } from './sha256.ts';
import type { Step } from './steps.ts';
import { type Graph, graphOf, isCompared, netOf, type Wins, winsOf } from './strengths.ts';
import { weigh, type Weights, without } from './weigh.ts';

const ENTRIES_MIN = 10;
const COMPARISONS_MIN = 30;

/** What the community said of each finalist, and of each pair of them by how much more it was for the first. */
export type Community = { values: Float64Array; known: boolean[]; net: Float64Array };

/** What community and experts said of the finalists. All that is by finalist stands in their order. */
export type Final = {
  /** Indexes among the entries, strongest in qualifying first. */
  finalists: number[];
  weights: Weights;
  /** Ends of a win are finalists here. */
  wins: Wins;
  sweeps: number;
  community: Community;
  panel: Panel;
  mode: Mode | 'undecided';
  /** Drawn from the seed, hex: what decides when all else is equal. */
  lots: string[];
  standings: Standing[];
  /** The award order, best first, without who is out. */
  groups: number[][];
};

export function* finalOf(count: Count, first: Qualifying): Generator<Step, Final> {
  const { entries } = count;
  const places = new Map(entries.map(({ id }, index) => [id, index]));
  const ids = count.finalists ?? first.finalists;
  const finalists = ids.map((id) => places.get(id) ?? 0);

  const [weights, wins] = winsAmong(count, first, finalists);
  const graph = graphOf(finalists.length, wins);
  const { strengths, sweeps } = yield* fitted(graph);
  const community = count.support ? bySupport(first, finalists) : communityIn(graph, strengths);
  const panel = panelOf(count.panel, ids);
  const draw = lotsOf(count.seed);
  const lots = ids.map((id) => hex(draw('tie', id)));
  const open = {
    finalists,
    weights,
    wins,
    sweeps,
    community,
    panel,
    lots,
    mode: modeOf(count, first, panel),
  };
  const standings = standingsOf(first, open, community);
  return { ...open, standings, groups: groupsOf(count, open, standings, community) };
}

/** By a graph of the final, which may be a sample of it. */
export const communityIn = (graph: Graph, strengths: Float64Array): Community => ({
  values: strengths,
  known: Array.from(strengths, (_, index) => isCompared(graph, index)),
  net: netOf(graph),
});

function bySupport({ strengths, scored }: Qualifying, finalists: readonly number[]): Community {
  const values = Float64Array.from(finalists, (entry) => strengths[entry] ?? 0);
  return {
    values,
    known: finalists.map((entry) => scored[entry] ?? false),
    net: Float64Array.from(
      finalists.flatMap((_, one) => finalists.map((__, other) => (values[one] ?? 0) - (values[other] ?? 0))),
    ),
  };
}

/** Fresh ballots, of pairs among the finalists; who was unreliable in qualifying stays without weight. */
function winsAmong(
  { entries, voters, ballots }: Count,
  first: Qualifying,
  finalists: readonly number[],
): [Weights, Wins] {
  const place = new Int32Array(entries.length).fill(-1);
  for (const [index, entry] of finalists.entries()) place[entry] = index;
  const isFinal = (left: number, right: number) =>
    left !== right && (place[left] ?? -1) >= 0 && (place[right] ?? -1) >= 0;
  const weights = without(weigh(voters, ballots, 'final', isFinal), first.reliability.removed);
  const wins = winsOf(ballots, weights);
  for (const side of [wins.winner, wins.loser])
    for (let at = 0; at < wins.length; at += 1) side[at] = place[side[at] ?? 0] ?? 0;
  return [weights, wins];
}

/** Too few entries or comparisons leave it to the experts; an alarm lets the community only shut out. */
function modeOf({ entries, support }: Count, first: Qualifying, panel: Panel): Final['mode'] {
  if (!panel.enough) return 'undecided';
  const heard = support !== null || first.comparisons_per_entry >= COMPARISONS_MIN;
  if (standing(entries) < ENTRIES_MIN || !heard) return 'experts_only';
  return first.reliability.alarm ? 'alarm' : 'two_chambers';
}

/** By what the community said, which may be a sample of it. */
export function standingsOf(
  first: Qualifying,
  { finalists, panel, lots }: Pick<Final, 'finalists' | 'panel' | 'lots'>,
  community: Community,
): Standing[] {
  const ranks = ranksOf(community);
  return finalists.map((entry, index) => ({
    community: ranks[index] ?? null,
    experts: panel.ranks[index] ?? 0,
    strength: first.strengths[entry] ?? 0,
    lot: lots[index] ?? '',
  }));
}

/** Who is out keeps its rank and takes no place, so that who stands lower moves up in the same order. */
export function groupsOf(
  { entries, rules }: Count,
  { finalists, panel, mode }: Pick<Final, 'finalists' | 'panel' | 'mode'>,
  standings: Standing[],
  { net }: Community,
): number[][] {
  if (mode === 'undecided') return [];
  const groups = orderOf(standings, mode, rules.ties, {
    experts: (one, other) => panel.majority[one]?.[other] ?? 0,
    community: (one, other) => net[one * finalists.length + other] ?? 0,
  });
  const stays = (index: number) => entries[finalists[index] ?? 0]?.out == null;
  return groups.map((group) => group.filter(stays)).filter((group) => group.length > 0);
}

/** From 1, strongest first; equal to a billionth is the same rank. Null for one that nobody compared. */
function ranksOf({ values, known }: Community): (number | null)[] {
  const rounded = Array.from(values, (value, index) => (known[index] ? Math.floor(value * 1e9) : null));
  const ahead = (of: number) => rounded.filter((other) => other !== null && other > of).length;
  return rounded.map((one) => (one === null ? null : 1 + ahead(one)));
}
