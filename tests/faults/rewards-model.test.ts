import { test } from 'vitest';
import { rewardsModelRun, seedsNamed } from './rewards-model-run.ts';

test(
  'whatever happens between books and chain, everybody is paid once what they won',
  { timeout: 600_000 },
  async () => {
    await rewardsModelRun({
      seeds: seedsNamed() ?? [1, 2, 3],
      moves: 110,
      reach: ['in the end: claims that paid'],
    });
  },
);
