import { test } from 'vitest';
import { backupRun } from './backup-run.ts';

test(
  'a backup taken while people generate is restored elsewhere, with everything that was acknowledged before it',
  { timeout: 600_000 },
  async () => {
    await backupRun({ people: 4, backups: 1, pause_ms: 0 });
  },
);
