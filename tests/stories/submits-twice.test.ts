import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, creditsOf, ended, expectEverythingHolds, reaches, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const engine = scriptedEngine(asPrompted);
let world: World;
let member: Visitor;
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine });
  member = await world.member('paul');
  release_id = await releaseOf(member);
});
afterAll(() => world.end());

const fifty = <T>(act: () => Promise<T>) => Promise.all(Array.from({ length: 50 }, act));
const holdsOf = async (id: string) => {
  const { rows } = await world.context.database.pool.query<{ n: bigint }>(
    `select (select count(*) from ledger.open_holds where id = $1)
          + (select count(*) from ledger.rows where id = $1 and held0 is not null) n`,
    [id],
  );
  return Number(rows[0]?.n);
};

describe('a generation', () => {
  test('fifty at once with one key are one generation, one hold and one charge', async () => {
    const key = randomUUID();
    const answers = await fifty(() => start(member, { release_id, key }));
    const [id = '', ...others] = new Set(answers.map((answer) => answer.id));
    expect(others).toEqual([]);
    expect(await holdsOf(id)).toBe(1);
    await ended(member, id);
    expect(await start(member, { release_id, key })).toMatchObject({ id, state: 'succeeded' });
    expect((await member.api.generation.listGenerations({})).items).toHaveLength(1);
    expect(engine.calls.filter(({ job }) => job.generation_id === id)).toHaveLength(1);
    expect(await creditsOf(member)).toEqual({ available: 99, held: 0 });
    await expectEverythingHolds(world);
  });

  test('the same key for something else is a conflict and changes nothing', async () => {
    const key = randomUUID();
    const { id } = await start(member, { release_id, key });
    await ended(member, id);
    const before = await creditsOf(member);
    await expectRefusal(
      start(member, { release_id, key, input: { ...SMALL, prompt: 'silver silk' } }),
      'IDEMPOTENCY_CONFLICT',
    );
    await expectRefusal(start(member, { release_id, key, spend_first: 'paid' }), 'IDEMPOTENCY_CONFLICT');
    await expectRefusal(buy(member, 'pack-1000', key), 'IDEMPOTENCY_CONFLICT');
    expect(await creditsOf(member)).toEqual(before);
    await expectEverythingHolds(world);
  });

  test('of different bodies under one key, at once, one wins and the others are conflicts', async () => {
    const key = randomUUID();
    const before = await creditsOf(member);
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        start(member, { release_id, key, input: { ...SMALL, prompt: `silk ${index}` } }),
      ),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of tries) {
      if (attempt.status === 'rejected')
        await expectRefusal(Promise.reject(attempt.reason), 'IDEMPOTENCY_CONFLICT');
      else await ended(member, attempt.value.id);
    }
    expect((await creditsOf(member)).available).toBe(before.available - 1);
  });

  test('a key is its sender’s own: somebody else may use the same', async () => {
    const key = randomUUID();
    const other = await world.member('quinn');
    const [mine, theirs] = await Promise.all([
      start(member, { release_id, key }),
      start(other, { release_id, key }),
    ]);
    expect(mine.id).not.toBe(theirs.id);
    await Promise.all([ended(member, mine.id), ended(other, theirs.id)]);
  });

  test('a key whose act was refused is free again', async () => {
    const poor = await world.member('rob');
    const key = randomUUID();
    const chamber = await releaseOf(poor, 'chamber');
    const music = { prompt: 'a waltz forever', duration_s: 80 };
    const running = await start(poor, { release_id: chamber, input: music });
    await reaches(poor, running.id, 'running');
    for (let i = 0; i < 4; i += 1)
      await start(poor, { release_id: chamber, input: { ...music, prompt: 'a waltz' } });
    await expectRefusal(start(poor, { release_id, key }), 'INSUFFICIENT_CREDITS');
    await buy(poor, 'pack-1000');
    expect(await start(poor, { release_id, key })).toMatchObject({ state: 'queued' });
    await poor.api.generation.createCancellation({ id: running.id });
  });
});

describe('a purchase', () => {
  test('fifty at once with one key are one purchase', async () => {
    const buyer = await world.member('sara');
    const key = randomUUID();
    const answers = await fifty(() => buy(buyer, 'pack-3000', key));
    expect(new Set(answers.map(({ purchase_id }) => purchase_id)).size).toBe(1);
    expect(await creditsOf(buyer)).toEqual({ available: 3_250, held: 0 });
    const { items } = await buyer.api.wallet.listWalletEntries({ kind: 'purchase' });
    expect(items).toHaveLength(1);
    await expectEverythingHolds(world);
  });

  test('the same key for another pack is a conflict', async () => {
    const buyer = await world.member('theo');
    const key = randomUUID();
    await buy(buyer, 'pack-1000', key);
    await expectRefusal(buy(buyer, 'pack-5000', key), 'IDEMPOTENCY_CONFLICT');
    expect(await creditsOf(buyer)).toEqual({ available: 1_100, held: 0 });
  });

  test('another key is another purchase', async () => {
    const buyer = await world.member('ute');
    await Promise.all([buy(buyer, 'pack-1000'), buy(buyer, 'pack-1000'), buy(buyer, 'pack-5000')]);
    expect(await creditsOf(buyer)).toEqual({ available: 7_600, held: 0 });
    await expectEverythingHolds(world);
  });
});
