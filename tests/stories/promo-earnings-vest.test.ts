import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packBought } from '../../server/flows/postings/index.ts';
import {
  lapsePromoEarnings,
  vestPromoEarnings,
  vestWhatIsCovered,
} from '../../server/flows/vest-promo-earnings.ts';
import { budgetOf } from '../../server/chart-of-accounts.ts';
import { newId, type PurchaseId } from '../../server/ids.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { VESTING_LIFE_DAYS } from '../../server/offers.ts';
import { buy, creditsOf, expectEverythingHolds, releaseOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { comeBack, expectBalances, financePerson, generate, holdPeriodPasses, idOf } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const HANDLE = 'mira-solberg';
const SHARE = 700_000n;
const clock = settableClock(new Date('2026-06-01T10:00:00Z'));
let world: World;
let creator: Visitor & { email: string };
let lena: Visitor & { email: string };
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  lena = await financePerson(world, 'lena');
  release_id = await releaseOf(creator);
});
afterAll(() => world.end());

const fundsOf = async () => {
  const budget = budgetOf('welcome');
  return (await ledger.balances(world.context.db, [budget]))(budget).posted;
};

test('what a gift earned waits until its receiver buys, and then it is like any other', async () => {
  const kira = await world.member('kira');
  await generate(kira, release_id, 'promo');
  await generate(kira, release_id, 'promo');
  await vestWhatIsCovered(world.context);
  await expectBalances(creator, { vesting: 2n * SHARE });
  await expectEverythingHolds(world);

  await buy(kira, 'pack-1000');
  await vestWhatIsCovered(world.context);
  await expectBalances(creator, { pending: 2n * SHARE });
  expect(await vestWhatIsCovered(world.context)).toBe(0);
  await expectEverythingHolds(world);

  // later gifts are covered by the same purchase, as long as it reaches; once their day matured, at once
  const third = await generate(kira, release_id, 'promo');
  await holdPeriodPasses(world, clock, [creator, kira, lena]);
  await vestWhatIsCovered(world.context);
  await expectBalances(creator, { available: 3n * SHARE });
  await lena.api.finance.createRefund({ id: third, reason: 'Black' });
  await expectBalances(creator, { available: 2n * SHARE });
  await expectEverythingHolds(world);
});

test('what a case asks about does not vest meanwhile', async () => {
  const ruth = await world.member('ruth');
  const id = await generate(ruth, release_id, 'promo');
  const asked = await lena.api.finance.createCase({
    headers: { 'idempotency-key': randomUUID() },
    body: { generation_ids: [id], reason: 'A new account' },
  });
  expect(asked.held_micros).toBe('0');
  await buy(ruth, 'pack-1000');
  await vestWhatIsCovered(world.context);
  await expectBalances(creator, { available: 2n * SHARE, vesting: SHARE });
  await lena.api.finance.createCaseResolution({ id: asked.id, outcome: 'cleared', note: 'Honest' });
  await vestWhatIsCovered(world.context);
  await expectBalances(creator, { available: 2n * SHARE, pending: SHARE });
  await lena.api.finance.createRefund({ id, reason: 'Black' });
  await expectBalances(creator, { available: 2n * SHARE });
  await expectEverythingHolds(world);
});

test('what nobody’s purchase covers in time goes back to its budget', async () => {
  const timo = await world.member('timo');
  const id = await generate(timo, release_id, 'promo');
  const funds = await fundsOf();
  await expectBalances(creator, { available: 2n * SHARE, vesting: SHARE });
  clock.advance((VESTING_LIFE_DAYS + 1) * DAY_MS);
  for (const person of [creator, lena, timo]) await comeBack(person);
  while ((await lapsePromoEarnings(world.context)) > 0);
  await expectBalances(creator, { available: 2n * SHARE });
  expect(await fundsOf()).toBe(funds + 1_000_000n);
  await expectEverythingHolds(world);

  // a refund after that comes out of the budget, and the payer has the gift again, for as long as gifts last
  const { available } = await creditsOf(timo);
  await lena.api.finance.createRefund({ id, reason: 'Black' });
  expect((await creditsOf(timo)).available).toBe(available + 1);
  await expectRefusal(lena.api.finance.createRefund({ id, reason: 'Black' }), 'ALREADY_REFUNDED');
  await expectEverythingHolds(world);
});

test('a purchase covers so many gifts and no more, whenever they come', async () => {
  const { context } = world;
  const noor = await world.member('noor');
  const payer = await idOf(noor);
  await generate(noor, release_id, 'promo');
  await generate(noor, release_id, 'promo');
  // three credits cover one
  const amounts = { paid_micros: 3_000_000n, promo_micros: 0n };
  const at = clock.now();
  const id = newId<PurchaseId>(at);
  await context.database.inTransaction(async (tx) => {
    await ledger.post(tx, packBought(id, payer, { ...amounts, memo: 'Three credits' }), at);
    const bought = {
      id,
      buyer_id: payer,
      pack: 'three',
      ...amounts,
      provider: 'test',
      bought_at: at,
    } as const;
    await earnings.insertPurchase(tx, bought);
  });
  expect(await vestPromoEarnings(context, payer)).toBe(1);
  expect(await vestPromoEarnings(context, payer)).toBe(0);
  await generate(noor, release_id, 'promo');
  expect(await vestPromoEarnings(context, payer)).toBe(0);
  await expectEverythingHolds(world);
});
