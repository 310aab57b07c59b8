import { test } from 'vitest';
import { EVERYTHING, rewardsModelRun, seedsNamed } from '../rewards-model-run.ts';

const SEEDS = Array.from({ length: 100 }, (_, place) => 1_001 + place);

test('the same for a hundred seeds, in which everything happens', { timeout: 7_200_000 }, async () => {
  const seeds = seedsNamed();
  await rewardsModelRun({ seeds: seeds ?? SEEDS, moves: 150, reach: seeds ? [] : EVERYTHING, says: true });
});
