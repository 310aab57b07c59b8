import { test } from 'vitest';
import { workersRun } from './workers-run.ts';

test(
  'whichever machine of others is killed at its work, each generation is charged once or released',
  { timeout: 240_000 },
  async () => {
    await workersRun({ people: 5, generations: 24, kill_every_ms: 700, leases: 'lapse' });
  },
);
