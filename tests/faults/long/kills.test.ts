import { test } from 'vitest';
import { type Fault, killRun } from '../kill-run.ts';

const LAST_FAULT_AFTER_MS = 6 * 60_000;
const FAULTS: Fault[] = ['server', 'connection', 'database'];

test('and for minutes on end', { timeout: 900_000 }, async () => {
  const begun = Date.now();
  const pick = () => FAULTS[Math.floor(Math.random() * FAULTS.length)] ?? 'server';
  await killRun({
    people: 6,
    next: (done) =>
      done < FAULTS.length
        ? (FAULTS[done] ?? null)
        : Date.now() - begun < LAST_FAULT_AFTER_MS
          ? pick()
          : null,
    leases: 'wait',
  });
});
