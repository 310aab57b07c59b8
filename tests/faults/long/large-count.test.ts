import { test } from 'vitest';
import { largeCountRun } from '../large-count-run.ts';

test(
  'a million and a half ballots are counted and counted again in little room',
  { timeout: 3_600_000 },
  async () => {
    await largeCountRun({ entries: 5_000, voters: 33_334 });
  },
);
