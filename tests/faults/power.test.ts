import { test } from 'vitest';
import { report } from './figures.ts';
import { powerRun } from './power-run.ts';
import { MKFS, skipReason, USER_MODE_LINUX, whyNot } from './tools.ts';

test.skipIf(skipReason('power cut', whyNot(USER_MODE_LINUX, MKFS)))(
  'the power goes while people generate, and after it nothing that was acknowledged is missing',
  { timeout: 600_000 },
  async () => {
    report('power cut', await powerRun({ cuts: 1, durable: true }));
  },
);
