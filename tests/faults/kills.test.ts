import { test } from 'vitest';
import { type Fault, killRun } from './kill-run.ts';

const FAULTS: Fault[] = ['server', 'connection', 'database', 'connection', 'server'];

test(
  'whatever is killed while people generate, each generation is charged once or released',
  { timeout: 240_000 },
  async () => {
    await killRun({ people: 5, next: (done) => FAULTS[done] ?? null, leases: 'lapse' });
  },
);
