import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fit, graphOf } from './strengths.ts';

type Win = [winner: number, loser: number, weight: number];

const winsOf = (list: readonly Win[]) => ({
  length: list.length,
  winner: Int32Array.from(list, ([winner]) => winner),
  loser: Int32Array.from(list, ([, loser]) => loser),
  weight: Float64Array.from(list, ([, , weight]) => weight),
  voter: new Int32Array(list.length),
});
const strengthsOf = (size: number, list: readonly Win[], prior = 1) => [
  ...fit(graphOf(size, winsOf(list)), prior).strengths,
];

/** Log-strengths against one of them, to four decimals, without the phantom opponent. */
function published(table: number[][], reference: number): string[] {
  const list = table.flatMap((row, winner) =>
    row.flatMap((won, loser): Win[] => (won > 0 ? [[winner, loser, won]] : [])),
  );
  const strengths = strengthsOf(table.length, list, 0);
  return strengths.map((strength) => (Math.log(strength) - Math.log(strengths[reference] ?? 1)).toFixed(4));
}

describe('published fits', () => {
  test('the 1987 season of the American League East (A. Agresti, Categorical Data Analysis)', () => {
    const won = [
      [0, 7, 9, 7, 7, 9, 11],
      [6, 0, 7, 5, 11, 9, 9],
      [4, 6, 0, 7, 7, 8, 12],
      [6, 8, 6, 0, 6, 7, 10],
      [6, 2, 6, 7, 0, 7, 12],
      [4, 4, 5, 6, 6, 0, 6],
      [2, 4, 1, 3, 1, 7, 0],
    ];
    expect(published(won, 6)).toEqual(['1.5814', '1.4364', '1.2945', '1.2476', '1.1077', '0.6839', '0.0000']);
  });

  test('citations between journals of statistics (S. Stigler, 1994)', () => {
    const cited = [
      [0, 730, 498, 221],
      [33, 0, 68, 17],
      [320, 813, 0, 142],
      [284, 276, 325, 0],
    ];
    expect(published(cited, 0)).toEqual(['0.0000', '-2.9491', '-0.4796', '0.2690']);
  });
});

/** The iteration as it is written down, neighbour by neighbour with both sides at once. */
function asWritten(size: number, list: readonly Win[]): number[] {
  const cells = Array.from({ length: size }, () => new Map<number, [number, number]>());
  const cell = (one: number, other: number): [number, number] => {
    const found = cells[one]?.get(other) ?? [0, 0];
    cells[one]?.set(other, found);
    return found;
  };
  for (const [winner, loser, weight] of list) {
    cell(winner, loser)[0] += weight;
    cell(loser, winner)[1] += weight;
  }
  const p = Array.from({ length: size }, () => 1);
  for (let sweep = 0, worst = 1; sweep < 10_000 && worst >= 1e-12; sweep += 1) {
    worst = 0;
    for (const [i, row] of cells.entries()) {
      const pi = p[i] ?? 1;
      let [num, den] = [1 / (pi + 1), 1 / (pi + 1)];
      for (const [j, [won, lost]] of [...row].sort(([a], [b]) => a - b)) {
        const pj = p[j] ?? 1;
        num += (won * pj) / (pi + pj);
        den += lost / (pi + pj);
      }
      p[i] = num / den;
      worst = Math.max(worst, Math.abs(num / den - pi) / pi);
    }
  }
  return p;
}

const round = fc.integer({ min: 3, max: 25 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    wins: fc.array(
      fc
        .tuple(
          fc.integer({ min: 0, max: size - 1 }),
          fc.integer({ min: 1, max: size - 1 }),
          fc.constantFrom(0.25, 0.5, 1, 3 / 1024),
        )
        .map(([winner, step, weight]): Win => [winner, (winner + step) % size, weight]),
      { minLength: 1, maxLength: 150 },
    ),
  }),
);
const RUNS = { numRuns: 100 };
const rankOf = (strengths: readonly number[], one: number) =>
  strengths.filter((strength) => strength > (strengths[one] ?? 0)).length;

describe('strengths', () => {
  test('are, to the bit, those of the iteration as it is written down', () => {
    fc.assert(
      fc.property(round, ({ size, wins }) => {
        expect(strengthsOf(size, wins)).toEqual(asWritten(size, wins));
      }),
      RUNS,
    );
  });

  test('do not depend on the order of ballots, to the bit', () => {
    const shuffled = round.chain(({ size, wins }) =>
      fc.tuple(fc.constant(size), fc.constant(wins), fc.shuffledSubarray(wins, { minLength: wins.length })),
    );
    fc.assert(
      fc.property(shuffled, ([size, wins, other]) => {
        expect(strengthsOf(size, other)).toEqual(strengthsOf(size, wins));
      }),
      RUNS,
    );
  });

  test('rise with a win and fall with a loss, and nobody falls behind by winning', () => {
    fc.assert(
      fc.property(round, fc.nat(), fc.nat(), ({ size, wins }, one, step) => {
        const winner = one % size;
        const loser = (winner + 1 + (step % (size - 1))) % size;
        const [before, after] = [strengthsOf(size, wins), strengthsOf(size, [...wins, [winner, loser, 1]])];
        expect(after[winner]).toBeGreaterThan(before[winner] ?? 0);
        expect(after[loser]).toBeLessThan(before[loser] ?? 0);
        expect(rankOf(after, winner)).toBeLessThanOrEqual(rankOf(before, winner));
      }),
      RUNS,
    );
  });

  test('are nearly the same when entries are named otherwise', () => {
    fc.assert(
      fc.property(round, ({ size, wins }) => {
        const turned = wins.map(([winner, loser, weight]): Win => [
          size - 1 - winner,
          size - 1 - loser,
          weight,
        ]);
        const [one, other] = [strengthsOf(size, wins), strengthsOf(size, turned).toReversed()];
        for (const [index, strength] of one.entries())
          expect(Math.abs(strength - (other[index] ?? 0)) / strength).toBeLessThan(1e-9);
      }),
      RUNS,
    );
  });

  test('are finite for who never lost, and one for who was never compared', () => {
    const [unbeaten, beaten, unseen] = strengthsOf(3, [[0, 1, 1]]);
    expect(unbeaten).toBeGreaterThan(1);
    expect(unbeaten).toBeLessThan(10);
    expect(beaten).toBeGreaterThan(0);
    expect(unseen).toBe(1);
  });
});
