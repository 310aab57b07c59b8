import { communityIn, type Final, groupsOf, standingsOf } from './final.ts';
import { type Count, PLACES } from './kinds.ts';
import { placeBy, word } from './lots.ts';
import type { Qualifying } from './qualifying.ts';
import { sha256, utf8 } from './sha256.ts';
import type { Step } from './steps.ts';
import { type Graph, graphOf, refit, winsIn, type Wins } from './strengths.ts';

/** How sure the places are: it informs, and changes no place. */
export type Confidence = {
  samples: number;
  /** By finalist: in how many samples it is among the first five. */
  top5: Int32Array;
  /** In how many the fifth stands before the sixth; null where there are not both. */
  fifth_before_sixth: number | null;
};

/**
 * The final, drawn again: as many voters as there were, each time with some of them twice and some not at all (B. Efron's
 * bootstrap, 1979), by a counter stream of SHA-256 from the seed. The experts stay as they are.
 */
export function* confidenceIn(count: Count, first: Qualifying, final: Final): Generator<Step, Confidence> {
  const { finalists, groups, weights, mode } = final;
  const size = finalists.length;
  const voters = Int32Array.from(
    [...weights.weight.keys()].filter((voter) => (weights.weight[voter] ?? 0) > 0),
  );
  const by_two = mode === 'two_chambers' || mode === 'alarm';
  const samples = by_two && voters.length > 0 ? count.rules.samples : 0;
  const [fifth, sixth] = groups.flat().slice(PLACES - 1, PLACES + 1);
  const top5 = new Int32Array(size);
  let fifth_before_sixth = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const times = drawVoters(count, sample, voters, weights.weight.length);
    const graph = drawnAgain(final.wins, times, size);
    const community = communityIn(graph, refit(graph, final.community.values, SWEEPS));
    const order = groupsOf(count, final, standingsOf(first, final, community), community);
    for (const index of firstFive(order)) top5[index] = (top5[index] ?? 0) + 1;
    if (placeIn(order, fifth) < placeIn(order, sixth)) fifth_before_sixth += 1;
    if (sample % 10 === 9) yield { step: 'sample', done: sample + 1 };
  }
  return {
    samples,
    top5,
    fifth_before_sixth: samples > 0 && sixth !== undefined ? fifth_before_sixth : null,
  };
}

/**
 * The order among finalists is settled after a few sweeps. Thousands more would only settle by how much all of them
 * together are above average, which no rank depends on.
 */
const SWEEPS = 40;

/** How often each voter was drawn. */
function drawVoters({ seed, competition, category }: Count, sample: number, voters: Int32Array, all: number) {
  const times = new Int32Array(all);
  const block = new Uint8Array(36);
  block.set(sha256(utf8(`sample|${seed}|${competition}|${category}|${sample}`)));
  const counter = new DataView(block.buffer);
  let bytes: Uint8Array = block;
  for (let drawn = 0; drawn < voters.length; drawn += 1) {
    if (drawn % 8 === 0) {
      counter.setUint32(32, drawn / 8);
      bytes = sha256(block);
    }
    const voter = voters[placeBy(word(bytes, drawn % 8), voters.length)] ?? 0;
    times[voter] = (times[voter] ?? 0) + 1;
  }
  return times;
}

function drawnAgain({ length, winner, loser, weight, voter }: Wins, times: Int32Array, size: number): Graph {
  const table = new Float64Array(size * size);
  for (let at = 0; at < length; at += 1)
    table[winner[at]! * size + loser[at]!]! += weight[at]! * times[voter[at]!]!;
  return graphOf(size, winsIn(size, table));
}

function firstFive(groups: number[][]): number[] {
  const first: number[] = [];
  for (const group of groups) if (first.length < PLACES) first.push(...group);
  return first;
}

/** Beyond all for who has no place in it. */
function placeIn(groups: number[][], index: number | undefined): number {
  const place = groups.findIndex((group) => group.includes(index ?? -1));
  return place < 0 ? groups.length : place;
}
