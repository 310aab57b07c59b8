import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../tests/eventually.ts';
import { freshDatabase } from '../../tests/setup/database.ts';
import { isAnyoneWaiting } from '../../tests/waiting.ts';
import { type Database, openDatabase } from './database.ts';
import { claimKey, claimKeys, earlierOf, earlierOfEach, type KeyClaim, releaseKeys } from './idempotency.ts';

const ada = randomUUID();
const bea = randomUUID();
let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 8 });
  drop = async () => {
    await database.close();
    await fresh.drop();
  };
});
afterAll(() => drop());

const claimOf = (key: string, actor_id = ada, body: unknown = { pack: 'small' }): KeyClaim => ({
  actor_id,
  key,
  endpoint: 'createPurchase',
  body,
  at: new Date('2026-11-22T12:00:00Z'),
});
const claimed = (claims: readonly (KeyClaim & { subject: string })[]) =>
  database.inTransaction((tx) => claimKeys(tx, claims));

test('of many at once with one key, one is first and the others are told what it did', async () => {
  const claim = claimOf('many at once');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      database.inTransaction(async (tx) => {
        const answer = await claimKey(tx, claim);
        await sleep(5);
        if ('record' in answer) await answer.record(`act ${n}`);
        return 'record' in answer ? { did: `act ${n}` } : answer;
      }),
    ),
  );
  const [first, ...others] = answers.filter((answer) => 'did' in answer);
  expect(others).toEqual([]);
  const repeated = answers.filter((answer) => !('did' in answer));
  expect(repeated).toHaveLength(19);
  for (const answer of repeated) expect(answer).toEqual({ first: false, subject: first?.did });
});

test('of two batches at once with one key, one is first', async () => {
  let other: Promise<Set<number>> | undefined;
  const slow = await database.inTransaction(async (tx) => {
    const mine = await claimKeys(tx, [
      { ...claimOf('b'), subject: 'slow b' },
      { ...claimOf('a'), subject: 'slow a' },
    ]);
    other = claimed([
      { ...claimOf('c'), subject: 'other c' },
      { ...claimOf('b'), subject: 'other b' },
    ]);
    await eventually('the other batch waits', () => isAnyoneWaiting(database.db));
    return mine;
  });
  expect(slow).toEqual(new Set([0, 1]));
  expect(await other).toEqual(new Set([0]));
  expect(await earlierOf(database.db, claimOf('b'))).toEqual({ subject: 'slow b' });
});

test('of one key twice in a batch, the earlier is first', async () => {
  const first = await claimed([
    { ...claimOf('y'), subject: 'one' },
    { ...claimOf('x'), subject: 'two' },
    { ...claimOf('y'), subject: 'three' },
  ]);
  expect(first).toEqual(new Set([0, 1]));
});

test('a key is its sender’s own', async () => {
  const first = await claimed([
    { ...claimOf('shared'), subject: 'ada’s' },
    { ...claimOf('shared', bea), subject: 'bea’s' },
  ]);
  expect(first).toEqual(new Set([0, 1]));
  expect(await earlierOf(database.db, claimOf('shared', bea))).toEqual({ subject: 'bea’s' });
});

test('the same key for something else is a conflict', async () => {
  await claimed([{ ...claimOf('once'), subject: 'this' }]);
  for (const other of [
    claimOf('once', ada, { pack: 'large' }),
    { ...claimOf('once'), endpoint: 'createGeneration' },
  ]) {
    expect(await earlierOf(database.db, other)).toEqual({ conflict: true });
    expect(await database.inTransaction((tx) => claimKey(tx, other))).toEqual({ conflict: true });
  }
  // however the body is spelled
  expect(await earlierOf(database.db, claimOf('once', ada, JSON.parse('{ "pack":"small" }')))).toEqual({
    subject: 'this',
  });
});

test('many are looked up at once, each for what it asks', async () => {
  await claimed([
    { ...claimOf('one of many'), subject: 'one' },
    { ...claimOf('one of many', bea), subject: 'hers' },
  ]);
  const wanted = [
    claimOf('never seen'),
    claimOf('one of many', bea),
    claimOf('one of many'),
    claimOf('one of many', ada, { pack: 'large' }),
    claimOf('one of many'),
  ];
  expect(await earlierOfEach(database.db, wanted)).toEqual([
    undefined,
    { subject: 'hers' },
    { subject: 'one' },
    { conflict: true },
    { subject: 'one' },
  ]);
  expect(await earlierOfEach(database.db, [])).toEqual([]);
});

test('what is given back is free, and so is what was rolled back', async () => {
  await database.inTransaction(async (tx) => {
    await claimKeys(tx, [
      { ...claimOf('refused'), subject: 'no' },
      { ...claimOf('granted'), subject: 'yes' },
    ]);
    await releaseKeys(tx, [claimOf('refused')]);
    await releaseKeys(tx, []);
  });
  expect(await earlierOf(database.db, claimOf('refused'))).toBeUndefined();
  expect(await earlierOf(database.db, claimOf('granted'))).toEqual({ subject: 'yes' });
  await expect(
    database.inTransaction(async (tx) => {
      await claimKey(tx, claimOf('undone'));
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow(/changed my mind/);
  expect(await database.inTransaction((tx) => claimKey(tx, claimOf('undone')))).toMatchObject({
    first: true,
  });
});
