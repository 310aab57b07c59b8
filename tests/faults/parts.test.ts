import { test } from 'vitest';
import { killRun } from './kill-run.ts';

/** As on several machines: one database, and processes that each play one role. */
const PARTS = { web: 'web', worker: 'worker', runner: 'runner', relay: 'relay' };
const FAULTS = ['runner', 'worker', 'relay', 'web'];

test(
  'whichever part is killed at its work, the others go on and each generation is charged once or released',
  { timeout: 600_000 },
  async () => {
    await killRun({
      people: 4,
      parts: PARTS,
      scripted: true,
      next: (done) => FAULTS[done] ?? null,
      leases: 'lapse',
    });
  },
);
