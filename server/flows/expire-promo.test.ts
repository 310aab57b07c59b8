import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptedEngine } from '../../tests/scripted-engine.ts';
import { startWorld, type World } from '../../tests/world.ts';
import { promoCredits } from '../chart-of-accounts.ts';
import { type AccountId, asId } from '../ids.ts';
import { DAY_MS, settableClock } from '../kit/clock.ts';
import * as ledger from '../modules/ledger/index.ts';
import { verifyMoney } from '../views/invariants.ts';
import { expirePromo } from './expire-promo.ts';

const clock = settableClock(new Date('2026-08-01T00:00:00Z'));
let world: World;
beforeAll(async () => (world = await startWorld({ clock, engine: scriptedEngine(), roles: 'web' })));
afterAll(() => world.end());

const promoOf = async (id: AccountId) => {
  const account = promoCredits(id);
  return (await ledger.balances(world.context.db, [account]))(account).available;
};

test('what is left of the welcome credits goes back after ninety days, once', async () => {
  const noor = await world.member('noor');
  const { account } = await noor.api.identity.getMe();
  const id = asId<AccountId>(account?.id ?? '');
  expect(await promoOf(id)).toBe(100_000_000n);

  clock.advance(89 * DAY_MS);
  expect(await expirePromo(world.context)).toBe(0);

  clock.advance(2 * DAY_MS);
  expect(await expirePromo(world.context)).toBe(1);
  expect(await expirePromo(world.context)).toBe(0);
  expect(await promoOf(id)).toBe(0n);
  expect((await verifyMoney(world.context.db, 'full', world.context.clock.now())).violations).toEqual([]);
});
