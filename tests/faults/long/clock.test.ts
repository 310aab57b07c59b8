import { test } from 'vitest';
import { clockRun, HOUR, type Jump } from '../clock-run.ts';
import { FAKETIME, skipReason, whyNot } from '../tools.ts';

const LAST_JUMP_AFTER_MS = 3 * 60_000;
const PLACES: Jump[] = [
  -6 * HOUR,
  -HOUR,
  -30,
  0,
  31,
  HOUR / 2,
  HOUR,
  6 * HOUR,
  'before midnight of the month',
];

function* untilEnough(): Generator<Jump> {
  for (const begun = Date.now(); Date.now() - begun < LAST_JUMP_AFTER_MS;)
    yield PLACES[Math.floor(Math.random() * PLACES.length)] ?? 0;
}

test.skipIf(skipReason('clock jumps', whyNot(FAKETIME)))(
  'the clock jumps for minutes on end',
  { timeout: 900_000 },
  async () => {
    await clockRun({ people: 6, jumps: untilEnough() });
  },
);
