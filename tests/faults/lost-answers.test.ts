import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectEverythingHolds } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { gather } from './crowd.ts';
import { type CuttingLine, cuttingLine } from './cutting-line.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { report } from './figures.ts';
import { type Query, STILL_OPEN } from './product.ts';

let line: CuttingLine;
let world: World;

beforeAll(async () => {
  line = await cuttingLine();
  const env = { LOG_LEVEL: 'silent', RUNNER_SLOTS: '2' };
  world = await startWorld({ engine: scriptedEngine(), env, through: (url) => line.to(url) });
});
afterAll(async () => {
  line.chance = 0;
  await world.end();
  await line.close();
});

const CUTS_MIN = 40;

test(
  'the answer to COMMIT is lost again and again, and each act still happens once',
  { timeout: 600_000 },
  async () => {
    const query: Query = async (text) => (await world.context.database.pool.query(text)).rows;
    const crowd = await gather(world.url, 4);
    line.chance = 0.25;
    await eventually(
      'enough was cut',
      () => line.cut.after >= CUTS_MIN && line.cut.before >= CUTS_MIN / 5,
      120_000,
    );
    line.chance = 0;
    await crowd.stop();
    await eventually('everything has ended', async () => (await query(STILL_OPEN)).length === 0, 120_000);

    await expectExactlyOnce(crowd, query);
    await expectEverythingHolds(world);
    const told = crowd.troubles.get('OUTCOME_UNKNOWN') ?? 0;
    expect(told).toBeGreaterThan(0);
    report('replies to COMMIT cut', {
      acknowledged: crowd.acknowledged(),
      faults_landed: line.cut.after + line.cut.before,
      violations: 0,
      more: `${line.cut.after} after they were done; people were told ${told}`,
    });
  },
);
