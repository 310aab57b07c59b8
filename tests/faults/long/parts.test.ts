import { test } from 'vitest';
import { killRun } from '../kill-run.ts';

const PARTS = { web: 'web', worker: 'worker', runner: 'runner', relay: 'relay' };
const LAST_FAULT_AFTER_MS = 4 * 60_000;
const FAULTS = Object.keys(PARTS);

test('parts are killed for minutes on end', { timeout: 900_000 }, async () => {
  const begun = Date.now();
  const pick = () => FAULTS[Math.floor(Math.random() * FAULTS.length)] ?? 'worker';
  await killRun({
    people: 6,
    parts: PARTS,
    next: (done) =>
      done < FAULTS.length
        ? (FAULTS[done] ?? null)
        : Date.now() - begun < LAST_FAULT_AFTER_MS
          ? pick()
          : null,
    leases: 'wait',
  });
});
