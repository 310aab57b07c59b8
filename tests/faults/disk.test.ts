import { test } from 'vitest';
import { diskRun, whyNoDisk } from './disk-run.ts';
import { skipReason } from './tools.ts';

test.skipIf(skipReason('disk full', whyNoDisk()))(
  'the disk is full: people are told so, nothing acknowledged is lost, and it comes back by itself',
  { timeout: 600_000 },
  async () => {
    await diskRun({ rounds: 1 });
  },
);
