import { test } from 'vitest';
import { type Fault, killRun } from './kill-run.ts';

/** Of each kind one that hit something. */
const FAULTS: Fault[] = ['server', 'connection', 'database'];
const FAULTS_MAX = 9;

test(
  'whatever is killed while people generate, each generation is charged once or released',
  { timeout: 600_000 },
  async () => {
    await killRun({
      people: 5,
      next: (done, landed) =>
        FAULTS[done] ?? (done < FAULTS_MAX ? FAULTS.find((fault) => !landed.get(fault)) : null) ?? null,
      leases: 'lapse',
    });
  },
);
