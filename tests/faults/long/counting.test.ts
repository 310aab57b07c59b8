import { test } from 'vitest';
import { countingRun } from '../counting-run.ts';

test('the same for a thousand batches', { timeout: 3_600_000 }, async () => {
  await countingRun({ batches: 1_000 });
});
