import { afterAll, beforeAll, expect, test } from 'vitest';
import * as generation from '../../server/modules/generation/index.ts';
import { buy, releaseOf, SMALL, start } from '../acts.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => (world = await startWorld({ engine: scriptedEngine(), roles: 'web' })));
afterAll(() => world.end());

/** Whose job is next, as long as there is one: what a single runner would take, in its order. */
async function servedInOrder(): Promise<string[]> {
  const payers: string[] = [];
  for (;;) {
    const job = await generation.lease(world.context.db, {
      holder: 'test',
      at: new Date(),
      lease_ms: 60_000,
    });
    if (!job) return payers;
    payers.push(job.payer_id);
  }
}

test('somebody with two jobs is served among the first, whoever came before with twenty', async () => {
  const whale = await world.member('whale');
  const light = await world.member('light');
  await buy(whale, 'pack-1000');
  const release_id = await releaseOf(whale, 'drift');
  for (let job = 0; job < 20; job += 1) await start(whale, { release_id, input: SMALL });
  for (let job = 0; job < 2; job += 1) await start(light, { release_id, input: SMALL });

  const me = (await light.api.identity.getMe()).account?.id;
  const order = await servedInOrder();
  expect(order).toHaveLength(22);
  expect(order.slice(0, 5).filter((payer) => payer === me)).toHaveLength(2);
});
