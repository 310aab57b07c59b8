import { test } from 'vitest';
import { clockRun, HOUR, type Jump } from './clock-run.ts';
import { FAKETIME, skipReason, whyNot } from './tools.ts';

const JUMPS: Jump[] = [HOUR, -HOUR, 'before midnight of the month', 0];

test.skipIf(skipReason('clock jumps', whyNot(FAKETIME)))(
  'the clock jumps forward, back and over the end of a month, and nothing is charged twice or lost',
  { timeout: 240_000 },
  async () => {
    await clockRun({ people: 4, jumps: JUMPS });
  },
);
