import { expect, test } from 'vitest';
import { type Attack, runRound } from './rounds.ts';

/** A few months in the smallest world, always the same. `npm run simulate -- judging` has nine worlds and hundreds of months. */
const months = (count: number, attack: Attack | null) =>
  Array.from({ length: count }, (_, seed) => runRound('reference_small', seed, attack));
const far = { corrupt_judge: true, target: 'far' } as const;
const share = (runs: ReturnType<typeof months>, of: (run: ReturnType<typeof runRound>) => number) =>
  runs.reduce((all, run) => all + of(run), 0) / runs.length;

test('honest months find most of the best, and accuse nearly nobody', () => {
  const honest = months(12, null);
  expect(share(honest, ({ found }) => found / 5)).toBeGreaterThanOrEqual(0.8);
  expect(share(honest, (run) => run.honest_flagged / run.honest)).toBeLessThanOrEqual(0.01);
  expect(share(honest, (run) => run.jurors_voided / run.jurors)).toBeLessThanOrEqual(0.08);
  expect(honest.filter(({ alarm }) => alarm)).toEqual([]);
});

test.each(['omni', 'burial', 'stealth', 'griefing'] as const)(
  'a ring of a fifth and one bought judge bring no entry up from far down: %s',
  (way) => {
    const attacked = months(6, { way, share: 0.2, ...far });
    expect(attacked.filter(({ target_won }) => target_won)).toEqual([]);
    expect(share(attacked, ({ corrupt_voided }) => Number(corrupt_voided))).toBeGreaterThan(0.8);
  },
);
