import { test } from 'vitest';
import { countingRun } from './counting-run.ts';

test('whoever counts is killed at any moment, and nothing is counted twice or left out', async () => {
  await countingRun({ batches: 30 });
});
