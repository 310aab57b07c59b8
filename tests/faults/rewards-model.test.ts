import { test } from 'vitest';
import { rewardsModelRun, seedsNamed } from './rewards-model-run.ts';

const SEEDS = [1_025];
/** What so few meet, whatever runs at once in them. */
const REACH = [
  'reorganised',
  'kill ',
  'a node ',
  'in the end: epochs that were live',
  'in the end: claims that paid',
];

test(
  'whatever happens between books and chain, everybody is paid once what they won',
  { timeout: 600_000 },
  async () => {
    await rewardsModelRun({ seeds: seedsNamed() ?? SEEDS, moves: 110, reach: seedsNamed() ? [] : REACH });
  },
);
