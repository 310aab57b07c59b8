import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buy,
  creditsOf,
  ended,
  expectEverythingHolds,
  reaches,
  releaseOf,
  SMALL,
  start,
  walletOf,
} from '../acts.ts';
import { expectProblem, expectRefusal } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

/** A quarter of a credit a second. */
const music = (credits: number, prompt = 'a waltz') => ({ prompt, duration_s: credits * 4 });

let world: World;
const engine = scriptedEngine(asPrompted);
beforeAll(async () => {
  world = await startWorld({ engine });
});
afterAll(() => world.end());

test('the refusal says what it costs and what there is, and buying makes it possible', async () => {
  const member = await world.member('rita');
  const release_id = await releaseOf(member, 'chamber');
  const running = await start(member, { release_id, input: music(20, 'a waltz forever') });
  await reaches(member, running.id, 'running');
  for (let i = 0; i < 3; i += 1) await start(member, { release_id, input: music(22) });
  expect(await creditsOf(member)).toEqual({ available: 14, held: 86 });

  const quote = await member.api.generation.createQuote({ release_id, input: music(15) });
  expect(quote).toMatchObject({
    price_micros: '15000000',
    available_micros: '14000000',
    affordable: { allowed: false },
  });
  expect(quote.affordable.why).toContain('14');
  const refused = await expectRefusal(
    start(member, { release_id, input: music(15) }),
    'INSUFFICIENT_CREDITS',
  );
  expect(refused).toMatchObject({ price_micros: '15000000', available_micros: '14000000' });
  expect(await creditsOf(member)).toEqual({ available: 14, held: 86 });
  expect((await member.api.generation.listGenerations({})).items).toHaveLength(4);

  await buy(member, 'pack-1000');
  const mixed = await start(member, { release_id, input: music(15) });
  expect(mixed.funding).toEqual({ promo_micros: '14000000', paid_micros: '1000000' });
  await member.api.generation.createCancellation({ id: running.id });
  await expectEverythingHolds(world);
});

test('what is paid with both kinds of credits is shared out of both', async () => {
  const member = await world.member('sven');
  const release_id = await releaseOf(member);
  await buy(member, 'pack-1000');
  const paid = await start(member, { release_id, spend_first: 'paid' });
  expect(paid.funding).toEqual({ promo_micros: '0', paid_micros: '1000000' });
  await ended(member, paid.id);
  const receipt = await member.api.earnings.getReceipt({ id: paid.id });
  expect(
    receipt.parts.map(({ role, pending_micros, vesting_micros }) => [role, pending_micros, vesting_micros]),
  ).toEqual([
    ['creator', '700000', '0'],
    ['platform', '300000', '0'],
  ]);
  expect(await walletOf(member)).toMatchObject({
    paid: { available_micros: '999000000', held_micros: '0' },
    promo: { available_micros: '100000000', held_micros: '0' },
  });
  await expectEverythingHolds(world);
});

describe('buying', () => {
  test('each pack brings what it says, for a test payment', async () => {
    const { items: packs } = await world.visitor().api.wallet.listCreditPacks({});
    expect(packs.map(({ slug }) => slug)).toEqual(['pack-1000', 'pack-3000', 'pack-5000']);
    for (const pack of packs) {
      const member = await world.member('tom');
      const bought = await buy(member, pack.slug);
      expect(bought.pack).toEqual(pack);
      expect(BigInt(pack.paid_micros)).toBe(BigInt(pack.price_usd_cents) * 1_000_000n);
      expect(bought.wallet).toEqual(await walletOf(member));
      expect(bought.wallet).toMatchObject({
        paid: { available_micros: pack.paid_micros, held_micros: '0' },
        promo: { available_micros: (100_000_000n + BigInt(pack.promo_micros)).toString() },
      });
      const { items } = await member.api.wallet.listWalletEntries({});
      const expected = [`purchase paid ${pack.paid_micros}`, 'grant promo 100000000'];
      if (pack.promo_micros !== '0') expected.push(`grant promo ${pack.promo_micros}`);
      const found = items.map(({ kind, wallet, amount_micros }) => `${kind} ${wallet} ${amount_micros}`);
      expect(found.toSorted()).toEqual(expected.toSorted());
    }
    await expectEverythingHolds(world);
  });

  test('there are no test payments outside development', async () => {
    const house = await startWorld({ engine, env: { MODE: 'production' } });
    try {
      const member = await house.member('uma');
      await expectRefusal(buy(member, 'pack-1000'), 'TEST_PAYMENTS_OFF');
      expect(await creditsOf(member)).toEqual({ available: 100, held: 0 });
      await expectEverythingHolds(house);
    } finally {
      await house.end();
    }
  });
});

test('twenty at once for the last of it: exactly one gets it', async () => {
  const member = await world.member('vera');
  const release_id = await releaseOf(member, 'chamber');
  const running = await start(member, { release_id, input: music(20, 'a waltz forever') });
  await reaches(member, running.id, 'running');
  for (let i = 0; i < 3; i += 1) await start(member, { release_id, input: music(22) });

  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () => start(member, { release_id, input: music(14) })),
  );
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const attempt of tries) {
    if (attempt.status === 'rejected')
      await expectRefusal(Promise.reject(attempt.reason), 'INSUFFICIENT_CREDITS');
  }
  expect(await creditsOf(member)).toEqual({ available: 0, held: 100 });
  await expectEverythingHolds(world);
  await member.api.generation.createCancellation({ id: running.id });
});

test('more than fifty open generations are not taken, and the answer says when to try again', async () => {
  const member = await world.member('wim');
  const release_id = await releaseOf(member);
  const xena = await world.member('xena');
  const running = await start(xena, { release_id, input: { ...SMALL, prompt: 'silk forever' } });
  await reaches(xena, running.id, 'running');
  const tries = await Promise.allSettled(Array.from({ length: 55 }, () => start(member, { release_id })));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  const refused = await expectProblem(
    member.fetch('/api/v1/generations', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'one-too-many' },
      body: JSON.stringify({ release_id, input: { prompt: 'one too many', width: 256, height: 256 } }),
    }),
    'QUEUE_FULL',
  );
  expect(refused).toMatchObject({ limit: 50 });
  expect(await creditsOf(member)).toEqual({ available: 50, held: 50 });
});
