import type { Rules } from './kinds.ts';

export type Mode = 'two_chambers' | 'alarm' | 'experts_only';

/** What is known of one finalist when the order is made. */
export type Standing = {
  /** Rank by the community, from 1; null where nobody compared it in the final. */
  community: number | null;
  /** Rank by the experts, from 1. */
  experts: number;
  /** Strength in qualifying. */
  strength: number;
  /** Drawn from the seed, hex. */
  lot: string;
};

/** By how much the first stands before the second; negative where it stands behind. */
export type HeadToHead = (one: number, other: number) => number;

const BOTH_TOP = 10;
const ALARM_TOP = 15;

/**
 * The award order: groups of finalists, best first, by their indexes. A group has more than one where everything is equal
 * and the round shares places. Who has no rank by the community cannot be scored and is in no group, unless the experts
 * decide alone.
 */
export function orderOf(
  standings: readonly Standing[],
  mode: Mode,
  ties: Rules['ties'],
  { experts, community }: { experts: HeadToHead; community: HeadToHead },
): number[][] {
  const scored = [...standings.keys()].filter(
    (index) => mode === 'experts_only' || standings[index]?.community != null,
  );
  const of = (index: number): Standing => standings[index] as Standing;
  const key = (rank: (standing: Standing) => number) => (group: number[]) =>
    group.map((index) => rank(of(index)));
  const duel = (headToHead: HeadToHead) => (group: number[]) =>
    group.map((one) => group.reduce((lost, other) => lost - Math.sign(headToHead(one, other)), 0));

  const ladder = [
    key((standing) => (isAhead(standing, mode) ? 0 : 1)),
    key(({ community: c, experts: e }) => (mode === 'two_chambers' ? (c ?? 0) + e : e)),
    key(({ experts: e }) => e),
    duel(experts),
    key(({ strength }) => -Math.floor(strength * 1e9)),
    duel(community),
    ...(ties === 'lots' ? [(group: number[]) => lotsIn(group.map((index) => of(index).lot))] : []),
  ];
  return ladder.reduce(
    (groups, step) => groups.flatMap((group) => apart(group, step)),
    [scored].filter(some),
  );
}

const some = (group: number[]): boolean => group.length > 0;

/** The rule of both chambers, or with an alarm that of a community which only shuts out. */
function isAhead({ community, experts }: Standing, mode: Mode): boolean {
  if (mode === 'experts_only') return true;
  if (mode === 'alarm') return (community ?? Infinity) <= ALARM_TOP;
  return (community ?? Infinity) <= BOTH_TOP && experts <= BOTH_TOP;
}

/** A group that was equal so far, divided by what the next step of the ladder says of each; lower is better. */
function apart(group: number[], step: (group: number[]) => number[]): number[][] {
  if (group.length < 2) return [group];
  const values = step(group);
  return [...new Set(values)]
    .sort((a, b) => a - b)
    .map((value) => group.filter((_, index) => values[index] === value));
}

function lotsIn(lots: string[]): number[] {
  const sorted = [...lots].sort();
  return lots.map((lot) => sorted.indexOf(lot));
}
