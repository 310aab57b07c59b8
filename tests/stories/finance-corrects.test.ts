import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paidCredits } from '../../server/chart-of-accounts.ts';
import { settableClock } from '../../server/kit/clock.ts';
import type { Tx } from '../../server/kit/database.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { buy, creditsOf, expectEverythingHolds, releaseOf } from '../acts.ts';
import type { Visitor } from '../client.ts';
import {
  comeBack,
  expectBalances,
  financePerson,
  generate,
  giveRole,
  holdPeriodPasses,
  idOf,
} from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { eventually } from '../eventually.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { isAnyoneWaiting } from '../waiting.ts';
import { startWorld, type World } from '../world.ts';

const HANDLE = 'mira-solberg';
const SHARE = 700_000n;
const clock = settableClock(new Date('2026-06-01T10:00:00Z'));
let world: World;
let creator: Visitor & { email: string };
let fan: Visitor & { email: string };
let lena: Visitor & { email: string };
let omar: Visitor & { email: string };
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  fan = await world.member('kira');
  [lena, omar] = await Promise.all([financePerson(world, 'lena'), financePerson(world, 'omar')]);
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
});
afterAll(() => world.end());

const open = (person: Visitor, generation_ids: string[], key: string = randomUUID()) =>
  person.api.finance.createCase({
    headers: { 'idempotency-key': key },
    body: { generation_ids, reason: 'Looks like one person with two accounts' },
  });
const resolve = (person: Visitor, id: string, outcome: 'cleared' | 'forfeited' | 'refunded') =>
  person.api.finance.createCaseResolution({ id, outcome, note: 'Looked at it' });

describe('a case', () => {
  test('holds what generations earned, and cleared it gives back', async () => {
    const one = await generate(fan, release_id, 'paid');
    const two = await generate(fan, release_id, 'paid');
    const key = randomUUID();
    const opened = await open(lena, [one], key);
    expect(await open(lena, [one], key)).toEqual(opened);
    await expectRefusal(open(lena, [one, two], key), 'IDEMPOTENCY_CONFLICT');
    expect(opened).toMatchObject({
      kind: 'review',
      generations: 1,
      held_micros: SHARE.toString(),
      resolution: null,
    });
    await expectBalances(creator, { pending: SHARE, held: SHARE });
    // it lies aside, and was earned today all the same
    expect((await creator.api.earnings.getEarnings({})).today).toEqual({
      amount_micros: (2n * SHARE).toString(),
      generations: 2,
    });

    await expectRefusal(open(omar, [one]), 'HELD_BY_CASE');
    await expectRefusal(lena.api.finance.createRefund({ id: one, reason: 'No' }), 'HELD_BY_CASE');
    await expectRefusal(open(lena, [randomUUID()]), 'NOT_SETTLED');
    await expectRefusal(resolve(omar, randomUUID(), 'cleared'), 'NOT_FOUND');
    expect((await omar.api.finance.listCases({ state: 'open' })).items.map(({ id }) => id)).toEqual([
      opened.id,
    ]);
    await expectEverythingHolds(world);

    const cleared = await resolve(lena, opened.id, 'cleared');
    expect(cleared.resolution).toMatchObject({ outcome: 'cleared', note: 'Looked at it' });
    await expectBalances(creator, { pending: 2n * SHARE });
    expect((await creator.api.earnings.getEarnings({})).today.amount_micros).toBe((2n * SHARE).toString());
    await expectRefusal(resolve(omar, opened.id, 'forfeited'), 'ALREADY_RESOLVED');
    expect((await omar.api.finance.listCases({ state: 'open' })).items).toEqual([]);
    await expectEverythingHolds(world);
  });

  test('confirmed by a second person it pays the payers back, or the house', async () => {
    const refunded = await generate(fan, release_id, 'paid');
    const forfeited = await generate(fan, release_id, 'paid');
    const promo = await generate(fan, release_id, 'promo');
    await holdPeriodPasses(world, clock, [creator, fan, lena, omar]);
    await expectBalances(creator, { available: 4n * SHARE, vesting: SHARE });
    const { available } = await creditsOf(fan);

    const back = await open(lena, [refunded]);
    const ours = await open(lena, [forfeited, promo]);
    await expectBalances(creator, { available: 2n * SHARE, held: 2n * SHARE, vesting: SHARE });
    await expectRefusal(resolve(lena, back.id, 'refunded'), 'SECOND_PERSON_NEEDED');
    await resolve(omar, back.id, 'refunded');
    await resolve(omar, ours.id, 'forfeited');
    await expectBalances(creator, { available: 2n * SHARE });
    expect((await creditsOf(fan)).available).toBe(available + 1);
    await expectEverythingHolds(world);

    // what was forfeited can still be refunded: it costs the house, not the creator
    await lena.api.finance.createRefund({ id: forfeited, reason: 'Goodwill' });
    await expectBalances(creator, { available: 2n * SHARE });
    expect((await creditsOf(fan)).available).toBe(available + 2);
    await expectRefusal(open(lena, [forfeited]), 'NOTHING_TO_HOLD');
    await expectEverythingHolds(world);
  });

  test('that pays several payers back takes no purse while it waits for another', async () => {
    const { database } = world.context;
    const [early, late] = [await world.member('early'), await world.member('late')];
    for (const person of [early, late]) await buy(person, 'pack-1000');
    const made = [await generate(late, release_id, 'paid'), await generate(early, release_id, 'paid')];
    const { id } = await open(lena, made);
    const purses = [paidCredits(await idOf(early)), paidCredits(await idOf(late))] as const;
    const holding = (tx: Tx, first: ledger.Account) =>
      ledger.authorize(tx, [
        { id: randomUUID(), first, second: null, amount: 1n, expires_at: world.context.clock.now() },
      ]);

    let resolved: Promise<unknown> | undefined;
    const given_up = new Error('nothing is to be held');
    const starting = database.inTransaction(async (tx) => {
      await sql`set local lock_timeout = '500ms'`.execute(tx);
      await holding(tx, purses[0]);
      resolved = resolve(omar, id, 'refunded');
      resolved.catch(() => {});
      await eventually('the resolution waits', () => isAnyoneWaiting(database.db));
      await holding(tx, purses[1]);
      throw given_up;
    });
    await expect(starting).rejects.toBe(given_up);
    expect(await resolved).toMatchObject({ resolution: { outcome: 'refunded' } });
    for (const person of [early, late]) expect((await creditsOf(person)).available).toBe(1_100);
    await expectEverythingHolds(world);
  });
});

describe('an adjustment', () => {
  const propose = (
    person: Visitor,
    direction: 'give' | 'take',
    amount_micros: string,
    reason: 'goodwill' | 'correction' | 'write-off' = 'goodwill',
  ) =>
    person.api.finance.createAdjustment({
      headers: { 'idempotency-key': randomUUID() },
      body: { handle: HANDLE, direction, amount_micros, reason, memo: 'The counter stood still for an hour' },
    });
  const approve = (person: Visitor, id: string) => person.api.finance.createAdjustmentApproval({ id });

  test('takes two persons, and moves the money once', async () => {
    const proposed = await propose(lena, 'give', '5000000');
    expect(proposed).toMatchObject({
      person: { handle: HANDLE },
      amount_micros: '5000000',
      approval: null,
      can: { approve: { allowed: false } },
    });
    await expectBalances(creator, { available: 2n * SHARE });
    await expectRefusal(approve(lena, proposed.id), 'SECOND_PERSON_NEEDED');
    const [waiting] = (await omar.api.finance.listAdjustments({ state: 'waiting' })).items;
    expect(waiting).toMatchObject({ id: proposed.id, can: { approve: { allowed: true } } });

    expect((await approve(omar, proposed.id)).approval).toMatchObject({
      approved_by: { display_name: 'omar' },
    });
    await expectRefusal(approve(omar, proposed.id), 'ALREADY_APPROVED');
    await expectBalances(creator, { available: 2n * SHARE + 5_000_000n });
    await expectRefusal(approve(omar, randomUUID()), 'NOT_FOUND');
    await expectEverythingHolds(world);
  });

  test('takes what is available, and the rest is owed until it is written off', async () => {
    const { id } = await propose(lena, 'take', '7000000', 'correction');
    await approve(omar, id);
    await expectBalances(creator, { receivable: 2n * SHARE - 2_000_000n });
    await expectEverythingHolds(world);

    const more = await propose(lena, 'give', '600001', 'write-off');
    await expectRefusal(approve(omar, more.id), 'NOT_OWED');
    const all = await propose(lena, 'give', '600000', 'write-off');
    await approve(omar, all.id);
    await expectBalances(creator, {});
    await expectEverythingHolds(world);
  });

  test('is above zero, for somebody who exists, and a write-off gives', async () => {
    for (const amount of ['0', '-1', '1.5', ''])
      await expectRefusal(propose(lena, 'give', amount), 'INVALID_INPUT');
    await expectRefusal(propose(lena, 'take', '1', 'write-off'), 'INVALID_INPUT');
    const nobody = {
      handle: 'nobody-at-all',
      direction: 'give',
      amount_micros: '1',
      reason: 'goodwill',
      memo: 'x',
    } as const;
    await expectRefusal(
      lena.api.finance.createAdjustment({ headers: { 'idempotency-key': randomUUID() }, body: nobody }),
      'NOT_FOUND',
    );
  });
});

test('who is not of finance may do none of it', async () => {
  const id = randomUUID();
  await expectRefusal(open(fan, [id]), 'NOT_ALLOWED');
  await expectRefusal(creator.api.finance.listCases({}), 'NOT_ALLOWED');
  await expectRefusal(world.visitor().api.finance.listAdjustments({}), 'NOT_SIGNED_IN');
});

describe('nobody of finance decides about their own money', () => {
  const resolveDispute = (person: Visitor, id: string) =>
    person.api.finance.createDisputeResolution({ id, outcome: 'won', note: 'Proof sent' });
  let nora: Visitor & { email: string };
  let own: string;
  let purchase_id: string;

  beforeAll(async () => {
    nora = await financePerson(world, 'nora');
    await giveRole(world, creator, 'finance');
    for (const person of [creator, lena, omar]) await comeBack(person);
    ({ purchase_id } = await buy(nora, 'pack-1000'));
    own = await generate(nora, release_id, 'paid');
  });

  test('who paid for a generation, or earned by it, neither refunds it nor opens a case about it', async () => {
    for (const person of [nora, creator]) {
      await expectRefusal(person.api.finance.createRefund({ id: own, reason: 'Mine' }), 'OWN_INTEREST');
      await expectRefusal(open(person, [own]), 'OWN_INTEREST');
    }
    const { id } = await open(lena, [own]);
    for (const person of [nora, creator])
      for (const outcome of ['cleared', 'forfeited', 'refunded'] as const)
        await expectRefusal(resolve(person, id, outcome), 'OWN_INTEREST');
    await resolve(omar, id, 'cleared');
    await expectEverythingHolds(world);
  });

  test('who bought, or earned by what was bought, neither records a dispute nor ends it', async () => {
    const dispute = (person: Visitor) =>
      person.api.finance.createDispute({ id: purchase_id, reference: 'dp_1' });
    for (const person of [nora, creator]) await expectRefusal(dispute(person), 'OWN_INTEREST');
    const { id } = await dispute(lena);
    for (const person of [nora, creator]) await expectRefusal(resolveDispute(person, id), 'OWN_INTEREST');
    await resolveDispute(omar, id);
    await expectEverythingHolds(world);
  });

  test('who is given something neither proposes nor approves it, not past the code either', async () => {
    const propose = (person: Visitor) =>
      person.api.finance.createAdjustment({
        headers: { 'idempotency-key': randomUUID() },
        body: { handle: HANDLE, direction: 'give', amount_micros: '1', reason: 'goodwill', memo: 'Thanks' },
      });
    const approve = (person: Visitor, id: string) => person.api.finance.createAdjustmentApproval({ id });
    await expectRefusal(propose(creator), 'OWN_INTEREST');
    const { id } = await propose(lena);
    const waiting = (await creator.api.finance.listAdjustments({ state: 'waiting' })).items;
    expect(waiting.find((adjustment) => adjustment.id === id)).toMatchObject({
      can: { approve: { allowed: false } },
    });
    await expectRefusal(approve(creator, id), 'OWN_INTEREST');

    const { db, clock: now } = world.context;
    const approved_by = await idOf(creator);
    const past = { adjustment_id: id, approved_by, approved_at: now.now() };
    await expect(db.insertInto('earnings.adjustment_approval').values(past).execute()).rejects.toMatchObject({
      constraint: 'adjustment_not_own',
    });
    const mine = {
      id: randomUUID(),
      person_id: approved_by,
      direction: 'give',
      amount_micros: 1n,
      reason: 'goodwill',
      memo: 'Thanks',
      proposed_by: approved_by,
      proposed_at: now.now(),
    };
    await expect(db.insertInto('earnings.adjustment').values(mine).execute()).rejects.toMatchObject({
      constraint: 'adjustment_not_own',
    });
    await approve(omar, id);
    await expectEverythingHolds(world);
  });
});
