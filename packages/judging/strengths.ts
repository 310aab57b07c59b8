// Strengths of entries from comparisons: Bradley and Terry's model, by the iteration of Newman (Journal of Machine
// Learning Research 24, 2023). Only + - * / on IEEE doubles in an order that is fixed here, so every engine finds the
// same bits. In other languages: no fused multiply-add.
import { type Ballots, CHOICES } from './kinds.ts';
import { finish } from './steps.ts';
import type { Weights } from './weigh.ts';

/** Who won against whom with which weight: rows by entry, others ascending. Nothing is in it twice, and no zero. */
type Rows = { start: Int32Array; other: Int32Array; weight: Float64Array };

export type Graph = { size: number; wins: Rows; losses: Rows };

/** One side won; a tie is two half wins. */
export type Wins = {
  length: number;
  winner: Int32Array;
  loser: Int32Array;
  weight: Float64Array;
  voter: Int32Array;
};

export type Fit = { strengths: Float64Array; sweeps: number };

const TOLERANCE = 1e-12;
const SWEEPS_MAX = 10_000;
const [LEFT, RIGHT, EQUAL] = (['left', 'right', 'equal'] as const).map((choice) => CHOICES.indexOf(choice));

/** What counts of the ballots, in the order in which they were cast. */
export function winsOf(ballots: Ballots, { weight, counts }: Weights): Wins {
  const room = counts.reduce((all, one) => all + one, 0) * 2;
  const wins = roomFor(room);
  for (let at = 0; at < ballots.length; at += 1) {
    if (!counts[at]) continue;
    const voter = ballots.voter[at] ?? 0;
    const by = weight[voter] ?? 0;
    if (by === 0) continue;
    const left = ballots.left[at] ?? 0;
    const right = ballots.right[at] ?? 0;
    const choice = ballots.choice[at];
    if (choice === LEFT) push(wins, left, right, by, voter);
    else if (choice === RIGHT) push(wins, right, left, by, voter);
    else if (choice === EQUAL) {
      push(wins, left, right, by / 2, voter);
      push(wins, right, left, by / 2, voter);
    }
  }
  return wins;
}

const roomFor = (room: number): Wins => ({
  length: 0,
  winner: new Int32Array(room),
  loser: new Int32Array(room),
  weight: new Float64Array(room),
  voter: new Int32Array(room),
});

function push(wins: Wins, winner: number, loser: number, weight: number, voter: number) {
  wins.winner[wins.length] = winner;
  wins.loser[wins.length] = loser;
  wins.weight[wins.length] = weight;
  wins.voter[wins.length] = voter;
  wins.length += 1;
}

/** From a table of weights, row by winner. */
export function winsIn(size: number, table: Float64Array): Wins {
  const wins = roomFor(table.length);
  for (const [cell, weight] of table.entries())
    if (weight > 0) push(wins, Math.floor(cell / size), cell % size, weight, -1);
  return wins;
}

/** Row by winner: by how much weight more one won against the other than it lost. */
export function netOf({ size, wins }: Graph): Float64Array {
  const net = new Float64Array(size * size);
  for (let one = 0; one < size; one += 1)
    for (let at = wins.start[one]!, end = wins.start[one + 1]!; at < end; at += 1) {
      const other = wins.other[at]!;
      net[one * size + other]! += wins.weight[at]!;
      net[other * size + one]! -= wins.weight[at]!;
    }
  return net;
}

export const isCompared = ({ wins, losses }: Graph, entry: number): boolean =>
  wins.start[entry] !== wins.start[entry + 1] || losses.start[entry] !== losses.start[entry + 1];

/** Weights are whole numbers of powers of two, so their sums do not depend on the order of ballots. */
export const graphOf = (size: number, wins: Wins): Graph => ({
  size,
  wins: rowsOf(size, wins, wins.winner, wins.loser),
  losses: rowsOf(size, wins, wins.loser, wins.winner),
});

export const fit = (graph: Graph, prior = 1): Fit => finish(fitting(graph, prior));

/** A few sweeps on from strengths that are nearly right. */
export function refit(graph: Graph, from: Float64Array, sweeps: number): Float64Array {
  const strengths = from.slice();
  for (let swept = 0; swept < sweeps; swept += 1) sweep(graph, strengths, 1);
  return strengths;
}

/** The same with a pause after each sweep. `prior` is the weight of a win and a loss against one of strength 1. */
export function* fitting(graph: Graph, prior = 1): Generator<number, Fit> {
  const strengths = new Float64Array(graph.size).fill(1);
  let sweeps = 0;
  for (let worst = 1; sweeps < SWEEPS_MAX && worst >= TOLERANCE;) {
    worst = sweep(graph, strengths, prior);
    sweeps += 1;
    yield sweeps;
  }
  return { strengths, sweeps };
}

/**
 * One pass in canonical order, each entry by what the ones before it have just become; answers with the largest relative
 * change. A pair on which one side never won adds nothing to the other sum, and x + 0 is x: so wins and losses are walked
 * apart, which halves the divisions and leaves every bit as it is.
 */
function sweep({ size, wins, losses }: Graph, p: Float64Array, prior: number): number {
  let worst = 0;
  for (let i = 0; i < size; i += 1) {
    const pi = p[i]!;
    let num = prior / (pi + 1);
    let den = num;
    for (let at = wins.start[i]!, end = wins.start[i + 1]!; at < end; at += 1) {
      const pj = p[wins.other[at]!]!;
      num += (wins.weight[at]! * pj) / (pi + pj);
    }
    for (let at = losses.start[i]!, end = losses.start[i + 1]!; at < end; at += 1)
      den += losses.weight[at]! / (pi + p[losses.other[at]!]!);
    const next = num / den;
    const change = Math.abs(next - pi) / pi;
    if (change > worst) worst = change;
    p[i] = next;
  }
  return worst;
}

/** Sorted by both ends with two passes of counting, the second of which keeps the order of the first. */
function rowsOf(size: number, { length, weight }: Wins, from: Int32Array, to: Int32Array): Rows {
  const byOther = countingSort(size, length, to, (at) => at).order;
  const { order, start } = countingSort(size, length, from, (at) => byOther[at] ?? 0);
  const rows = {
    start: new Int32Array(size + 1),
    other: new Int32Array(length),
    weight: new Float64Array(length),
  };
  let filled = 0;
  for (let entry = 0; entry < size; entry += 1) {
    rows.start[entry] = filled;
    for (let at = start[entry] ?? 0; at < (start[entry + 1] ?? 0); at += 1) {
      const ballot = order[at] ?? 0;
      const other = to[ballot] ?? 0;
      const again = filled > (rows.start[entry] ?? 0) && rows.other[filled - 1] === other;
      if (!again) rows.other[filled++] = other;
      rows.weight[filled - 1] = (rows.weight[filled - 1] ?? 0) + (weight[ballot] ?? 0);
    }
  }
  rows.start[size] = filled;
  return rows;
}

function countingSort(size: number, length: number, key: Int32Array, itemAt: (at: number) => number) {
  const start = new Int32Array(size + 1);
  for (let at = 0; at < length; at += 1) start[(key[at] ?? 0) + 1] = (start[(key[at] ?? 0) + 1] ?? 0) + 1;
  for (let entry = 0; entry < size; entry += 1)
    start[entry + 1] = (start[entry + 1] ?? 0) + (start[entry] ?? 0);
  const next = start.slice();
  const order = new Int32Array(length);
  for (let at = 0; at < length; at += 1) {
    const item = itemAt(at);
    const place = next[key[item] ?? 0] ?? 0;
    next[key[item] ?? 0] = place + 1;
    order[place] = item;
  }
  return { order, start };
}
