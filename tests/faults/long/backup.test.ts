import { test } from 'vitest';
import { backupRun } from '../backup-run.ts';

test('backups one after the other under load, the last of them restored', { timeout: 900_000 }, async () => {
  await backupRun({ people: 8, backups: 10, pause_ms: 15_000 });
});
