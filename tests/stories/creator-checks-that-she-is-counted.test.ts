import { liabilityCommitment, verifyChain, verifyHeader, verifyLiability } from '@stellary/proofs';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settableClock } from '../../server/kit/clock.ts';
import { closeWhatIsOver } from '../../server/roles/worker.ts';
import { buy, ended, expectEverythingHolds, micros, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-20T12:00:00Z'));
let world: World;
let creator: Visitor;
let fan: Visitor;
let keys: JSONWebKeySet;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = await world.creator('mira-solberg');
  fan = await world.member('kira');
  await buy(fan, 'pack-1000');
  keys = (await (await fan.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet;
});
afterAll(() => world.end());

async function generate(spend_first: 'promo' | 'paid'): Promise<void> {
  const { id } = await start(fan, { release_id: await releaseOf(fan), spend_first });
  expect(await ended(fan, id)).toMatchObject({ state: 'succeeded' });
}
async function close(): Promise<void> {
  while ((await closeWhatIsOver(world.context)) > 0);
}
const roots = async () => (await world.visitor().api.books.listLiabilityRoots({})).items;
const proofsOf = async (person: Visitor, day: string) =>
  (await person.api.books.getLiabilityProof({ day })).items;

/** What somebody does who trusts nothing but the keys: is what I am owed in the total that everybody sees? */
async function isCounted(proof: Awaited<ReturnType<typeof proofsOf>>[number]): Promise<boolean> {
  const signed = await verifyHeader(proof.root.jws, 'liabilities', keys);
  if (!signed.holds) return false;
  const { header } = signed.signed;
  const { commitment } = proof.leaf;
  const mine = await liabilityCommitment(proof.salt, header.day, proof.holder_id);
  const published = (await roots()).find(
    (root) => root.day === header.day && root.liability === header.liability,
  );
  return (
    published?.jws === proof.root.jws &&
    mine === commitment &&
    (await verifyLiability(proof.leaf, proof.proof, header)).holds
  );
}

test('before a day has ended there is nothing to check', async () => {
  await generate('paid');
  await generate('promo');
  await close();
  expect(await roots()).toEqual([]);
  await expectRefusal(creator.api.books.getLiabilityProof({ day: '2026-11-20' }), 'NOT_FOUND');
});

test('when it has, a creator finds what she is owed in the signed total, and so does a member', async () => {
  clock.set(new Date('2026-11-21T00:30:00Z'));
  await generate('paid');
  await close();

  const [earned] = await proofsOf(creator, '2026-11-20');
  expect(earned).toMatchObject({
    root: { liability: 'CREDIT:earned', day: '2026-11-20' },
    leaf: { amount: '1400000' },
  });
  expect(earned && (await isCounted(earned))).toBe(true);
  const [paid] = await proofsOf(fan, '2026-11-20');
  expect(paid).toMatchObject({
    root: { liability: 'CREDIT:paid', total_micros: '999000000' },
    leaf: { amount: '999000000' },
  });
  expect(paid && (await isCounted(paid))).toBe(true);

  const less = earned && { ...earned, leaf: { ...earned.leaf, amount: '1399999' } };
  expect(less && (await isCounted(less))).toBe(false);
});

test('the total is that of the books at that midnight', async () => {
  const books = await fan.api.books.getBooks({ at: '2026-11-21T00:00:00.000Z' });
  const amounts = new Map(
    books.promises.flatMap(({ owed }) => owed.map(({ key, amount_micros }) => [key, micros(amount_micros)])),
  );
  const together = (...names: string[]) => names.reduce((sum, name) => sum + (amounts.get(name) ?? 0n), 0n);
  const total = Object.fromEntries(
    books.liabilities.map(({ liability, total_micros }) => [liability, micros(total_micros)]),
  );
  expect(total).toEqual({
    'CREDIT:earned': together('vesting', 'pending', 'available', 'held', 'reserved'),
    'CREDIT:paid': together('paid', 'frozen'),
  });
  expect(books.ledger.newest?.at.slice(0, 10)).toBe('2026-11-20');
});

test('days that were missed are published in their order, each chained to the one before', async () => {
  clock.set(new Date('2026-11-24T08:00:00Z'));
  await Promise.all([close(), close(), close()]);
  const published = await roots();
  for (const liability of ['CREDIT:earned', 'CREDIT:paid'] as const) {
    const of_kind = published.filter((root) => root.liability === liability).reverse();
    expect(of_kind.map(({ day }) => day)).toEqual(['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23']);
    expect(
      await verifyChain(
        of_kind.map(({ jws }) => jws),
        'liabilities',
        keys,
      ),
    ).toMatchObject({ holds: true });
  }
});

test('nobody is told whose any other leaf is', async () => {
  const stranger = await world.member('noor');
  expect(await proofsOf(stranger, '2026-11-23')).toEqual([]);
  await expectRefusal(world.visitor().api.books.getLiabilityProof({ day: '2026-11-23' }), 'NOT_SIGNED_IN');
  const first = (await proofsOf(creator, '2026-11-22'))[0];
  const second = (await proofsOf(creator, '2026-11-23'))[0];
  expect(first?.leaf.amount).toBe(second?.leaf.amount);
  expect(first?.leaf.commitment).not.toBe(second?.leaf.commitment);
  expect(first?.root.size).toBe(16);
});

test('everything still holds', () => expectEverythingHolds(world));
