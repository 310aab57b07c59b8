import { canonical } from './canonical.ts';
import { type Judge, JUDGES_MIN } from './kinds.ts';
import { sha256Hex } from './sha256.ts';

export type Ranked = Pick<Judge, 'ranking' | 'salt'> & { judge: string };

/** Handed in by each judge before anybody reveals a ranking. The salt is theirs and long enough not to be guessed. */
export const panelCommitment = ({ judge, ranking, salt }: Ranked): string =>
  sha256Hex(canonical({ judge, ranking, salt }));

export type Verdict = {
  judge: string;
  /** Why the ranking does not count; null where it does. */
  void: string | null;
  /** Kendall's tau against the sum of the others' ranks: pairs in the same order less pairs in the opposite one, of so many. */
  agrees: number | null;
  pairs: number;
};

export type Panel = {
  verdicts: Verdict[];
  /** Enough rankings count. */
  enough: boolean;
  /** By finalist: the sum of the ranks that are left without the best and the worst, and its rank among them. */
  sums: number[];
  ranks: number[];
  /** By finalist and finalist: by how many judges more the first stands before the second. */
  majority: number[][];
};

/** What the experts say together. `finalists` are ids; all that is answered by finalist stands in their order. */
export function panelOf(judges: readonly Judge[], finalists: readonly string[]): Panel {
  const places = new Map(finalists.map((id, index) => [id, index]));
  const voids = judges.map((judge) => whyVoid(judge, places));
  const ranks = judges.map(({ ranking }, index) =>
    voids[index] === null ? ranksBy(ranking ?? [], places) : [],
  );
  const heard = [...judges.keys()].filter((index) => voids[index] === null);
  const agrees = judges.map((_, index) => (voids[index] === null ? agreement(index, heard, ranks) : null));

  // the most contrary first, as long as enough are left
  const contrary = heard.filter((index) => (agrees[index] ?? 0) < 0);
  contrary.sort((a, b) => (agrees[a] ?? 0) - (agrees[b] ?? 0) || (ids(judges, a) < ids(judges, b) ? -1 : 1));
  for (const index of contrary.slice(0, Math.max(0, heard.length - JUDGES_MIN))) voids[index] = 'CONTRARY';

  const counted = heard.filter((index) => voids[index] === null).map((index) => ranks[index] ?? []);
  const sums = finalists.map((_, entry) => trimmedSum(counted.map((one) => one[entry] ?? 0)));
  return {
    verdicts: judges.map(({ id }, index) => ({
      judge: id,
      void: voids[index] ?? null,
      agrees: agrees[index] ?? null,
      pairs: (finalists.length * (finalists.length - 1)) / 2,
    })),
    enough: counted.length >= JUDGES_MIN,
    sums,
    ranks: sums.map((sum) => 1 + sums.filter((other) => other < sum).length),
    majority: finalists.map((_, one) =>
      finalists.map((__, other) =>
        counted.reduce((all, rank) => all + Math.sign((rank[other] ?? 0) - (rank[one] ?? 0)), 0),
      ),
    ),
  };
}

function whyVoid(
  { id, ranking, salt, commitment, barred }: Judge,
  places: Map<string, number>,
): string | null {
  if (barred !== null) return barred;
  if (ranking === null) return 'NOTHING_REVEALED';
  if (panelCommitment({ judge: id, ranking, salt }) !== commitment) return 'NOT_AS_COMMITTED';
  const all = ranking.length === places.size && new Set(ranking).size === places.size;
  return all && ranking.every((entry) => places.has(entry)) ? null : 'NOT_ALL_RANKED';
}

/** Ranks from 1, by place of the finalist. */
function ranksBy(ranking: readonly string[], places: Map<string, number>): number[] {
  const ranks: number[] = [];
  for (const [index, entry] of ranking.entries()) ranks[places.get(entry) ?? 0] = index + 1;
  return ranks;
}

function agreement(judge: number, heard: number[], ranks: number[][]): number {
  const own = ranks[judge] ?? [];
  const others = own.map((_, entry) =>
    heard.reduce((sum, other) => sum + (other === judge ? 0 : (ranks[other]?.[entry] ?? 0)), 0),
  );
  let agrees = 0;
  for (let one = 0; one < own.length; one += 1)
    for (let other = one + 1; other < own.length; other += 1)
      agrees += Math.sign(
        ((own[one] ?? 0) - (own[other] ?? 0)) * ((others[one] ?? 0) - (others[other] ?? 0)),
      );
  return agrees;
}

function trimmedSum(ranks: number[]): number {
  const sorted = [...ranks].sort((a, b) => a - b).slice(1, -1);
  return sorted.reduce((sum, rank) => sum + rank, 0);
}

const ids = (judges: readonly Judge[], index: number): string => judges[index]?.id ?? '';
