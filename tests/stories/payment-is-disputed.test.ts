import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { vestWhatIsCovered } from '../../server/flows/vest-promo-earnings.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { buy, creditsOf, ended, expectEverythingHolds, reaches, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { comeBack, expectBalances, financePerson, generate, giveRole, holdPeriodPasses } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { hangs, scriptedEngine, succeedsOnce } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const HANDLE = 'mira-solberg';
const SHARE = 700_000n;
const clock = settableClock(new Date('2026-06-01T10:00:00Z'));
const engine = scriptedEngine();
let world: World;
let creator: Visitor & { email: string };
let lena: Visitor & { email: string };
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine, clock });
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  lena = await financePerson(world, 'lena');
  release_id = await releaseOf(creator);
});
afterAll(() => world.end());

const dispute = (id: string) => lena.api.finance.createDispute({ id, reference: 'dp_1' });
const paidOf = async (person: Visitor) =>
  Number((await person.api.wallet.getWallet({})).paid.available_micros) / 1e6;

test('a dispute that is won leaves everything as it was', async () => {
  const kira = await world.member('kira');
  const { purchase_id } = await buy(kira, 'pack-1000');
  await generate(kira, release_id, 'paid');
  await generate(kira, release_id, 'paid');
  await expectBalances(creator, { pending: 2n * SHARE });

  const opened = await dispute(purchase_id);
  expect(opened).toMatchObject({
    kind: 'dispute',
    purchase_id,
    generations: 2,
    held_micros: (2n * SHARE).toString(),
    resolution: null,
  });
  expect(await paidOf(kira)).toBe(0);
  await expectBalances(creator, { held: 2n * SHARE });
  await expectRefusal(dispute(purchase_id), 'ALREADY_DISPUTED');
  await expectRefusal(dispute(randomUUID()), 'NOT_FOUND');
  await expectEverythingHolds(world);

  // the day matures while the question is open: what is released is available at once
  await generate(kira, release_id, 'promo');
  await holdPeriodPasses(world, clock, [creator, kira, lena]);
  await expectBalances(creator, { held: 2n * SHARE, vesting: SHARE });
  const won = await lena.api.finance.createDisputeResolution({
    id: opened.id,
    outcome: 'won',
    note: 'Proof sent',
  });
  expect(won.resolution).toMatchObject({ outcome: 'won', note: 'Proof sent' });
  expect(await paidOf(kira)).toBe(998);
  await expectBalances(creator, { available: 2n * SHARE, vesting: SHARE });
  await expectRefusal(
    lena.api.finance.createDisputeResolution({ id: opened.id, outcome: 'lost', note: 'Again' }),
    'ALREADY_RESOLVED',
  );
  await expectEverythingHolds(world);

  // a disputed purchase covers no gifts; now it does again
  await vestWhatIsCovered(world.context);
  await expectBalances(creator, { available: 3n * SHARE });
});

test('a dispute that is lost takes back credits and what they earned, and we bear the fee', async () => {
  const available = 3n * SHARE;
  const timo = await world.member('timo');
  const { purchase_id } = await buy(timo, 'pack-3000');
  const { purchase_id: second } = await buy(timo, 'pack-1000');
  await generate(timo, release_id, 'paid');
  await expectBalances(creator, { available, pending: SHARE });
  expect(await creditsOf(timo)).toEqual({ available: 100 + 3_150 + 1_000 - 1, held: 0 });

  const { id } = await dispute(purchase_id);
  expect(await paidOf(timo)).toBe(1_000);
  // spent meanwhile: from the purchase that nobody disputes
  await generate(timo, release_id, 'paid');
  await expectBalances(creator, { available, pending: SHARE, held: SHARE });

  await lena.api.finance.createDisputeResolution({
    id,
    outcome: 'lost',
    note: 'Stolen card',
    fee_usd_cents: 1_500,
  });
  expect(await paidOf(timo)).toBe(999);
  // the bonus went back too, the welcome credits stay
  expect(await creditsOf(timo)).toEqual({ available: 999 + 100, held: 0 });
  await expectBalances(creator, { available, pending: SHARE });
  const kinds = (await timo.api.wallet.listWalletEntries({})).items.map(({ kind }) => kind);
  expect(kinds).toContain('freeze');
  expect(kinds).toContain('expiry');
  await expectEverythingHolds(world);

  // a second one: what it paid for is taken back from whoever earned it, and from nobody else
  const other = await dispute(second);
  await lena.api.finance.createDisputeResolution({ id: other.id, outcome: 'lost', note: 'Stolen card' });
  expect(await paidOf(timo)).toBe(0);
  await expectBalances(creator, { available });
  await expectEverythingHolds(world);
});

test('what runs while a payment is disputed is found when the dispute is lost, or is our loss', async () => {
  const { available_micros, pending_micros } = (await creator.api.earnings.getEarnings({})).balances;
  const before = { available: BigInt(available_micros), pending: BigInt(pending_micros) };
  const otto = await world.member('otto');
  const { purchase_id } = await buy(otto, 'pack-1000');
  const gate = Promise.withResolvers<void>();
  engine.next(succeedsOnce(gate.promise));
  const late = await start(otto, { release_id, spend_first: 'paid' });
  await reaches(otto, late.id, 'running');
  const { id } = await dispute(purchase_id);
  expect((await otto.api.wallet.getWallet({})).paid).toEqual({
    available_micros: '0',
    held_micros: '1000000',
  });
  gate.resolve();
  await ended(otto, late.id);
  await expectBalances(creator, { ...before, pending: before.pending + SHARE });
  await lena.api.finance.createDisputeResolution({ id, outcome: 'lost', note: 'Stolen card' });
  await expectBalances(creator, before);
  await expectEverythingHolds(world);

  const nina = await world.member('nina');
  const bought = await buy(nina, 'pack-1000');
  engine.next(hangs);
  const stuck = await start(nina, { release_id, spend_first: 'paid' });
  await reaches(nina, stuck.id, 'running');
  const other = await dispute(bought.purchase_id);
  await lena.api.finance.createDisputeResolution({ id: other.id, outcome: 'lost', note: 'Stolen card' });
  await nina.api.generation.createCancellation({ id: stuck.id });
  await ended(nina, stuck.id);
  // the credit is still theirs, and we have put a cent behind it
  expect(await paidOf(nina)).toBe(1);
  await expectEverythingHolds(world);
});

test.each(['cleared', 'forfeited', 'refunded'] as const)(
  'what two questions are about is taken back once, also when the other one is %s',
  async (outcome) => {
    const { available_micros } = (await creator.api.earnings.getEarnings({})).balances;
    const available = BigInt(available_micros);
    const [omar, nora] = [await financePerson(world, 'omar'), await financePerson(world, 'nora')];
    const ruth = await world.member('ruth');
    const { purchase_id } = await buy(ruth, 'pack-1000');
    const id = await generate(ruth, release_id, 'paid');
    const review = await omar.api.finance.createCase({
      headers: { 'idempotency-key': randomUUID() },
      body: { generation_ids: [id], reason: 'A new account' },
    });
    const opened = await dispute(purchase_id);
    expect(opened).toMatchObject({ generations: 1, held_micros: '0' });
    await lena.api.finance.createDisputeResolution({ id: opened.id, outcome: 'lost', note: 'Stolen card' });
    await expectBalances(creator, { available, held: SHARE, receivable: -SHARE });
    await expectEverythingHolds(world);

    await nora.api.finance.createCaseResolution({ id: review.id, outcome, note: 'Looked at it' });
    await expectBalances(creator, { available });
    await expectRefusal(lena.api.finance.createRefund({ id, reason: 'Again' }), 'NOTHING_TO_REFUND');
    await expectEverythingHolds(world);
  },
);

test('what was refunded before is no part of a dispute, however many follow', async () => {
  const { balances } = await creator.api.earnings.getEarnings({});
  const lose = async (id: string) => {
    await lena.api.finance.createDisputeResolution({ id, outcome: 'lost', note: 'Stolen card' });
    await expectEverythingHolds(world);
  };
  const makesAndIsRefunded = async (person: Visitor) => {
    const id = await generate(person, release_id, 'paid');
    await lena.api.finance.createRefund({ id, reason: 'The picture was black' });
  };
  const vera = await world.member('vera');
  const first = await buy(vera, 'pack-1000');
  await makesAndIsRefunded(vera);
  await lose((await dispute(first.purchase_id)).id);
  expect(await paidOf(vera)).toBe(0);
  const next = await buy(vera, 'pack-1000');
  await makesAndIsRefunded(vera);
  await generate(vera, release_id, 'paid');
  const again = await dispute(next.purchase_id);
  expect(again).toMatchObject({ generations: 1, held_micros: SHARE.toString() });
  await lose(again.id);
  expect(await paidOf(vera)).toBe(0);

  const hugo = await world.member('hugo');
  const bought = [await buy(hugo, 'pack-1000'), await buy(hugo, 'pack-1000')];
  await makesAndIsRefunded(hugo);
  const open: string[] = [];
  for (const { purchase_id } of bought) open.push((await dispute(purchase_id)).id);
  for (const id of open) await lose(id);
  expect(await paidOf(hugo)).toBe(0);
  expect((await creator.api.earnings.getEarnings({})).balances).toEqual(balances);
});

test('credits that a lost dispute left are spent and refunded like any others', async () => {
  const nils = await world.member('nils');
  const { purchase_id } = await buy(nils, 'pack-1000');
  engine.next(hangs);
  const stuck = await start(nils, { release_id, spend_first: 'paid' });
  await reaches(nils, stuck.id, 'running');
  const { id } = await dispute(purchase_id);
  await lena.api.finance.createDisputeResolution({ id, outcome: 'lost', note: 'Stolen card' });
  await nils.api.generation.createCancellation({ id: stuck.id });
  await ended(nils, stuck.id);

  const made = await generate(nils, release_id, 'paid');
  await lena.api.finance.createRefund({ id: made, reason: 'The picture was black' });
  expect(await paidOf(nils)).toBe(1);
  const next = await buy(nils, 'pack-1000');
  expect(await dispute(next.purchase_id)).toMatchObject({ generations: 0, held_micros: '0' });
  expect(await paidOf(nils)).toBe(1);
  await expectEverythingHolds(world);
});

test('who earned by what was running when it was opened leaves the dispute to somebody else', async () => {
  await giveRole(world, creator, 'finance');
  await comeBack(creator);
  const ivar = await world.member('ivar');
  const { purchase_id } = await buy(ivar, 'pack-1000');
  const gate = Promise.withResolvers<void>();
  engine.next(succeedsOnce(gate.promise));
  const late = await start(ivar, { release_id, spend_first: 'paid' });
  await reaches(ivar, late.id, 'running');
  const { id } = await dispute(purchase_id);
  gate.resolve();
  await ended(ivar, late.id);

  const mayNot = { allowed: false, refusal: 'OWN_INTEREST', changes: [] };
  const { acts } = await creator.api.finance.getSubject({ id });
  expect(acts).toMatchObject([
    { act: 'win', ...mayNot },
    { act: 'lose', ...mayNot },
  ]);
  for (const outcome of ['won', 'lost'] as const)
    await expectRefusal(
      creator.api.finance.createDisputeResolution({ id, outcome, note: 'My own' }),
      'OWN_INTEREST',
    );
  await lena.api.finance.createDisputeResolution({ id, outcome: 'lost', note: 'Stolen card' });
  await expectEverythingHolds(world);
});
