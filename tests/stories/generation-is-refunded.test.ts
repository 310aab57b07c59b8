import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectsOf } from '../../server/flows/standing.ts';
import { vestPromoEarnings } from '../../server/flows/vest-promo-earnings.ts';
import { payoutPaid, payoutReserved } from '../../server/flows/postings/index.ts';
import { asId, type GenerationId, newId, type PayoutId } from '../../server/ids.ts';
import { DAY_MS, dayOf, nextDay, settableClock } from '../../server/kit/clock.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { UNEXPLAINED } from '../../server/views/explained.ts';
import { verifyMoney } from '../../server/views/invariants.ts';
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
let fan: Visitor & { email: string };
let lena: Visitor & { email: string };
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  fan = await world.member('kira');
  lena = await financePerson(world, 'lena');
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
});
afterAll(() => world.end());

const refund = (id: string, reason = 'The picture was black') =>
  lena.api.finance.createRefund({ id, reason });
const BOUGHT = 1_100;

test('before it matures a refund is the exact opposite, in the kinds that were paid', async () => {
  const paid = await generate(fan, release_id, 'paid');
  clock.advance(1_000);
  const promo = await generate(fan, release_id, 'promo');
  clock.advance(1_000);
  const kept = await generate(fan, release_id, 'paid');
  await expectBalances(creator, { pending: 2n * SHARE, vesting: SHARE });
  expect(await creditsOf(fan)).toEqual({ available: BOUGHT - 3, held: 0 });

  expect(await refund(paid)).toMatchObject({
    generation_id: paid,
    paid_micros: '1000000',
    promo_micros: '0',
  });
  await expectBalances(creator, { pending: SHARE, vesting: SHARE });
  clock.advance(1_000);
  expect(await refund(promo)).toMatchObject({ paid_micros: '0', promo_micros: '1000000' });
  await expectBalances(creator, { pending: SHARE });

  expect(await creditsOf(fan)).toEqual({ available: BOUGHT - 1, held: 0 });
  const { items } = await fan.api.wallet.listWalletEntries({ kind: 'refund' });
  expect(
    items.map(({ wallet, amount_micros, generation_id }) => [wallet, amount_micros, generation_id]),
  ).toEqual([
    ['promo', '1000000', promo],
    ['paid', '1000000', paid],
  ]);
  const lines = await creator.api.earnings.listEarningsLines({});
  expect(lines.items.map(({ generation_id, reversed_micros }) => [generation_id, reversed_micros])).toEqual([
    [kept, '0'],
    [promo, SHARE.toString()],
    [paid, SHARE.toString()],
  ]);
  await expectEverythingHolds(world);
});

test('its receipt says so to whoever may read it, and is sealed as it was', async () => {
  const id = await generate(fan, release_id, 'promo');
  const before = await fan.api.earnings.getReceipt({ id });
  expect(before.reversals).toEqual([]);
  clock.advance(1_000);
  await refund(id);
  const reversals = [
    { at: clock.now().toISOString(), cause: 'refund', paid_micros: '0', promo_micros: '1000000' },
  ];
  expect(await fan.api.earnings.getReceipt({ id })).toEqual({ ...before, reversals });
  expect(await creator.api.earnings.getReceipt({ id })).toMatchObject({ reversals, digest: before.digest });
});

test('a generation is refunded once, and only if it was charged', async () => {
  const id = await generate(fan, release_id, 'paid');
  const twice = await Promise.allSettled([refund(id), refund(id), refund(id)]);
  expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expectRefusal(refund(id), 'ALREADY_REFUNDED');
  await expectRefusal(refund(randomUUID()), 'NOT_FOUND');
  await expectRefusal(fan.api.finance.createRefund({ id, reason: 'I want it' }), 'NOT_ALLOWED');
  await expectEverythingHolds(world);
});

test('after it matured a refund comes from what is available', async () => {
  const id = await generate(fan, release_id, 'paid');
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  await expectBalances(creator, { available: 2n * SHARE });
  await refund(id);
  await expectBalances(creator, { available: SHARE });
  await expectEverythingHolds(world);
});

const PAID_OUT = { but: ['payout-reserve', 'payout'] };

test('after it was paid out it is owed, and half of what matures later pays it back', async () => {
  const id = await generate(fan, release_id, 'paid');
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  await expectBalances(creator, { available: 2n * SHARE });

  const payout = newId<PayoutId>(clock.now());
  const person = await idOf(creator);
  const sum = { amount: 2n * SHARE, fee: 0n };
  const { database } = world.context;
  await database.inTransaction((tx) => ledger.post(tx, payoutReserved(payout, person, sum), clock.now()));
  await expectBalances(creator, { reserved: 2n * SHARE });
  await database.inTransaction((tx) => ledger.post(tx, payoutPaid(payout, sum, 'test'), clock.now()));
  await expectBalances(creator, {});

  await refund(id);
  await expectBalances(creator, { receivable: -SHARE });
  await expectEverythingHolds(world, PAID_OUT);

  await generate(fan, release_id, 'paid');
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  await expectBalances(creator, { available: SHARE / 2n, receivable: -SHARE / 2n });
  for (let n = 0; n < 3; n += 1) await generate(fan, release_id, 'paid');
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  await expectBalances(creator, { available: 3n * SHARE });
  await expectEverythingHolds(world, PAID_OUT);
});

test('what was earned while a clock had run ahead matures too, and can be refunded', async () => {
  await expectBalances(creator, { available: 3n * SHARE });
  const before = clock.now();
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  const ahead = clock.now();
  clock.set(before);
  for (const person of [creator, fan, lena]) await comeBack(person);

  const refunded = await generate(fan, release_id, 'paid');
  await generate(fan, release_id, 'paid');
  await generate(fan, release_id, 'promo');
  await expectBalances(creator, { available: 3n * SHARE, pending: 2n * SHARE, vesting: SHARE });
  const booksHold = async () => {
    // the days that matured are still to come, so it is asked as if they had come
    const { violations } = await verifyMoney(world.context.db, 'full', ahead);
    expect(violations.filter(({ invariant }) => invariant !== UNEXPLAINED)).toEqual([]);
  };
  await booksHold();

  // where it waits is the day after those that matured, and what others earned is left alone
  const subject = (await subjectsOf(world.context.db, [refunded])).get(asId<GenerationId>(refunded));
  const last = await earnings.maturedUntil(world.context.db);
  expect(subject).toMatchObject({ resting: { of_day: nextDay(last ?? '') }, day: dayOf(before) });
  const { acts } = await lena.api.finance.getSubject({ id: refunded });
  const changes = acts.find(({ act }) => act === 'refund')?.changes ?? [];
  expect(changes.map(({ place, amount_micros }) => [place, amount_micros])).toEqual([
    ['paid', '1000000'],
    ['pending', (-SHARE).toString()],
    ['house', '-300000'],
  ]);
  await refund(refunded);
  await expectBalances(creator, { available: 3n * SHARE, pending: SHARE, vesting: SHARE });
  await booksHold();
  expect(await vestPromoEarnings(world.context, await idOf(fan))).toBe(1);
  await expectBalances(creator, { available: 3n * SHARE, pending: 2n * SHARE });
  await booksHold();

  clock.set(new Date(before.getTime() + 60 * DAY_MS));
  for (const person of [creator, fan, lena]) await comeBack(person);
  await holdPeriodPasses(world, clock, [creator, fan, lena]);
  await expectBalances(creator, { available: 5n * SHARE });
  await expectEverythingHolds(world, PAID_OUT);
});
