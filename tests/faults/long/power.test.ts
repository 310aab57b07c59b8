import { expect, test } from 'vitest';
import { report } from '../figures.ts';
import { powerRun } from '../power-run.ts';
import { MKFS, skipReason, USER_MODE_LINUX, whyNot } from '../tools.ts';

const skip = skipReason('power cuts', whyNot(USER_MODE_LINUX, MKFS));

test.skipIf(skip)('the power goes again and again', { timeout: 1_800_000 }, async () => {
  report('power cuts', await powerRun({ cuts: 10, durable: true }));
});

test.skipIf(skip)(
  'the same cuts of a database that does not write through show loss: the rig can see it',
  { timeout: 900_000 },
  async () => {
    const { acknowledged, cuts, lost, unopenable, violations } = await powerRun({ cuts: 3, durable: false });
    process.stdout.write(
      `[faults] power cuts with fsync=off: acknowledged ${acknowledged}; cuts ${cuts}; lost ${lost}; unopenable ${unopenable}; violations ${violations}\n`,
    );
    expect(acknowledged).toBeGreaterThan(0);
    expect(lost + unopenable).toBeGreaterThan(0);
  },
);
