import { test } from 'vitest';
import { workersRun } from '../workers-run.ts';

test('and two hundred of them, with one killed every few seconds', { timeout: 900_000 }, async () => {
  await workersRun({ people: 6, generations: 200, kill_every_ms: 3_000, leases: 'wait' });
});
