import { test } from 'vitest';
import { diskRun, whyNoDisk } from '../disk-run.ts';
import { skipReason } from '../tools.ts';

test.skipIf(skipReason('disk full', whyNoDisk()))(
  'the disk is full again and again',
  { timeout: 900_000 },
  async () => {
    await diskRun({ rounds: 10 });
  },
);
