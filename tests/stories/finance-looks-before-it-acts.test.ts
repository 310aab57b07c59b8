import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { budgetOf } from '../../server/chart-of-accounts.ts';
import { fundBudget } from '../../server/flows/fund-budget.ts';
import { payoutPaid, payoutReserved } from '../../server/flows/postings/index.ts';
import { lapsePromoEarnings } from '../../server/flows/vest-promo-earnings.ts';
import { newId, type PayoutId, type TransactionId } from '../../server/ids.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { VESTING_LIFE_DAYS } from '../../server/offers.ts';
import { buy, creditsOf, expectEverythingHolds, releaseOf } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';
import { comeBack, financePerson, generate, holdPeriodPasses, idOf } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

const HANDLE = 'mira-solberg';
const SHARE = 700_000n;
/** No act of the product pays out yet: this story does it by hand. */
const PAID_OUT = { but: ['payout-reserve', 'payout'] };
const clock = settableClock(new Date('2026-06-01T10:00:00Z'));
let world: World;
let creator: Visitor & { email: string };
let fan: Visitor & { email: string };
let lena: Visitor & { email: string };
let omar: Visitor & { email: string };
let release_id: string;
let purchase_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(asPrompted), clock });
  creator = { ...(await world.creator(HANDLE)), email: `${HANDLE}@house.invalid` };
  fan = await world.member('kira');
  [lena, omar] = await Promise.all([financePerson(world, 'lena'), financePerson(world, 'omar')]);
  ({ purchase_id } = await buy(fan, 'pack-1000'));
  release_id = await releaseOf(fan);
});
afterAll(() => world.end());

type Told = Awaited<ReturnType<Visitor['api']['finance']['getSubject']>>;
type Kind = Told['kind'];
async function look<K extends Kind>(id: string, kind: K, person: Visitor = lena) {
  const told = await person.api.finance.getSubject({ id });
  expect(told.kind).toBe(kind);
  return told as Extract<Told, { kind: K }>;
}
const actOf = ({ acts }: Told, name: Told['acts'][number]['act']) => {
  const found = acts.find(({ act }) => act === name);
  if (!found) throw new Error(`${name} is not among what may be done`);
  return found;
};
/** "Kira promo +1": who, where, how much, in micro-credits. */
const inShort = ({ changes }: Told['acts'][number]) =>
  changes.map(
    ({ person, place, amount_micros }) => `${person?.display_name ?? 'house'} ${place} ${amount_micros}`,
  );
const open = (person: Visitor, ids: string[]) =>
  person.api.finance.createCase({
    headers: { 'idempotency-key': randomUUID() },
    body: { generation_ids: ids, reason: 'Looks like one person with two accounts' },
  });
const ofCreator = async (id: string) => (await look(id, 'generation')).generation.earners[0];
const balances = async (person: Visitor) =>
  new Map(
    (await person.api.earnings.getBalances({})).accounts.map(({ account, amount_micros }) => [
      account,
      BigInt(amount_micros),
    ]),
  );

describe('before a refund', () => {
  test('finance sees what it is about, and what was told is what happens', async () => {
    const id = await generate(fan, release_id, 'paid');
    const told = await look(id, 'generation');
    expect(told.generation).toMatchObject({
      state: 'succeeded',
      payer: { display_name: 'kira' },
      model: { slug: 'drift' },
      charged_at: '2026-06-01T10:00:00.000Z',
      quoted_micros: '1000000',
      charged_micros: '1000000',
      still_charged: { paid_micros: '1000000', promo_micros: '0' },
      available_from: '2026-06-16',
      reversals: [],
      cases: [],
    });
    expect(told.generation.earners).toMatchObject([
      {
        role: 'creator',
        earned_micros: SHARE.toString(),
        pending_micros: SHARE.toString(),
        gone_micros: '0',
      },
    ]);
    const refund = actOf(told, 'refund');
    expect(refund).toMatchObject({ allowed: true, refusal: null, why: null });
    expect(inShort(refund)).toEqual([
      'kira paid 1000000',
      'Mira Solberg pending -700000',
      'house house -300000',
    ]);

    const before = { kira: await balances(fan), mira: await balances(creator) };
    const refunded = await lena.api.finance.createRefund({ id, reason: 'The picture was black' });
    expect((await balances(fan)).get('paid')).toBe((before.kira.get('paid') ?? 0n) + 1_000_000n);
    expect((await balances(creator)).get('pending')).toBe((before.mira.get('pending') ?? 0n) - SHARE);

    const after = await look(id, 'generation');
    expect(after.generation.reversals).toMatchObject([
      { id: refunded.id, cause: 'refund', paid_micros: '1000000', reason: 'The picture was black' },
    ]);
    expect(actOf(after, 'refund')).toMatchObject({
      allowed: false,
      refusal: 'ALREADY_REFUNDED',
      changes: [],
    });
    expect(await ofCreator(id)).toMatchObject({ pending_micros: '0', reversed_micros: SHARE.toString() });
    expect(await look(refunded.id, 'refund')).toMatchObject({
      reversal: { generation_id: id, taken_micros: SHARE.toString() },
      generation: { id },
    });
  });

  test('nothing of what was asked for or came out is told, only its money', async () => {
    const id = await generate(fan, release_id, 'promo');
    const text = JSON.stringify(await look(id, 'generation'));
    expect(text).not.toContain('golden silk');
    expect(text).not.toContain('sha256:');
    expect(inShort(actOf(await look(id, 'generation'), 'refund'))).toEqual([
      'kira promo 1000000',
      'Mira Solberg vesting -700000',
      'house house -300000',
    ]);
  });

  test('and says where it is by now: matured, paid out, and then owed', async () => {
    const id = await generate(fan, release_id, 'paid');
    await holdPeriodPasses(world, clock, [creator, fan, lena, omar]);
    expect(await ofCreator(id)).toMatchObject({ pending_micros: '0', available_micros: SHARE.toString() });
    expect((await look(id, 'generation')).generation.available_from).toBeNull();
    expect(inShort(actOf(await look(id, 'generation'), 'refund'))).toContain(
      'Mira Solberg available -700000',
    );

    const payout = newId<PayoutId>(clock.now());
    const person = await idOf(creator);
    const all = { amount: (await balances(creator)).get('available') ?? 0n, fee: 0n };
    const { database } = world.context;
    await database.inTransaction((tx) => ledger.post(tx, payoutReserved(payout, person, all), clock.now()));
    await database.inTransaction((tx) => ledger.post(tx, payoutPaid(payout, all, 'test'), clock.now()));
    expect(await ofCreator(id)).toMatchObject({ available_micros: '0', gone_micros: SHARE.toString() });
    expect(inShort(actOf(await look(id, 'generation'), 'refund'))).toContain('Mira Solberg owed -700000');

    // nothing is there to hold, and there is something to ask all the same
    const preview = await lena.api.finance.createCasePreview({ generation_ids: [id] });
    expect(preview).toMatchObject({ held_micros: '0', outlook: { allowed: true, changes: [] } });
    expect(preview.nothing_held).toMatch(/paid out/);
    const opened = await open(lena, [id]);
    expect(opened).toMatchObject({ held_micros: '0', generations: 1, about: [{ generation_id: id }] });
    expect(opened.nothing_held).toMatch(/what is taken in the end is owed/);
    expect(inShort(actOf(await look(opened.id, 'case', omar), 'forfeit'))).toEqual([
      'Mira Solberg owed -700000',
      'house house 700000',
    ]);
    await lena.api.finance.createCaseResolution({ id: opened.id, outcome: 'cleared', note: 'All is well' });
    await expectEverythingHolds(world, PAID_OUT);
  });

  test.each(['promo', 'paid'] as const)(
    'what each earned of %s credits is, place by place, all that they earned',
    async (kind) => {
      const id = await generate(fan, release_id, kind);
      for (const earner of (await look(id, 'generation')).generation.earners) {
        const { earned_micros, person: _, role: __, ...places } = earner;
        expect(Object.values(places).reduce((sum, one) => sum + BigInt(one), 0n)).toBe(BigInt(earned_micros));
      }
      for (const { changes } of (await look(id, 'generation')).acts)
        expect(changes.reduce((sum, { amount_micros }) => sum + BigInt(amount_micros), 0n)).toBe(0n);
    },
  );
});

describe('before a case', () => {
  test('its preview tells of all of its generations, and the case names them', async () => {
    const one = await generate(fan, release_id, 'paid');
    const two = await generate(fan, release_id, 'paid');
    const none = randomUUID();
    const refused = await lena.api.finance.createCasePreview({ generation_ids: [one, none] });
    expect(refused).toMatchObject({
      outlook: { allowed: false, refusal: 'NOT_SETTLED', changes: [] },
      held_micros: '0',
      nothing_held: null,
      not_charged: [none],
    });
    expect(refused.generations.map(({ id, part_micros }) => [id, part_micros])).toEqual([[one, undefined]]);
    const preview = await lena.api.finance.createCasePreview({ generation_ids: [one, two] });
    expect(preview).toMatchObject({
      held_micros: (2n * SHARE).toString(),
      nothing_held: null,
      not_charged: [],
    });
    expect(inShort(preview.outlook)).toEqual(['Mira Solberg held 1400000', 'Mira Solberg pending -1400000']);
    expect(preview.generations.map(({ id, part_micros }) => [id, part_micros])).toEqual([
      [one, SHARE.toString()],
      [two, SHARE.toString()],
    ]);

    const opened = await open(lena, [one, two]);
    expect(opened.about.map(({ generation_id }) => generation_id)).toEqual([one, two].toSorted());
    expect(actOf(await look(one, 'generation'), 'refund')).toMatchObject({ refusal: 'HELD_BY_CASE' });
    expect(await ofCreator(one)).toMatchObject({ held_micros: SHARE.toString(), pending_micros: '0' });

    const mine = await look(opened.id, 'case');
    expect(mine.generations.map(({ id }) => id)).toEqual([one, two].toSorted());
    expect(actOf(mine, 'refund-case')).toMatchObject({ allowed: false, refusal: 'SECOND_PERSON_NEEDED' });
    expect(inShort(actOf(mine, 'clear'))).toEqual([
      'Mira Solberg pending 1400000',
      'Mira Solberg held -1400000',
    ]);
    const theirs = await look(opened.id, 'case', omar);
    expect(inShort(actOf(theirs, 'refund-case'))).toEqual([
      'kira paid 2000000',
      'Mira Solberg held -1400000',
      'house house -600000',
    ]);
    expect(inShort(actOf(theirs, 'forfeit'))).toEqual(['Mira Solberg held -1400000', 'house house 1400000']);
    await omar.api.finance.createCaseResolution({ id: opened.id, outcome: 'refunded', note: 'Looked at it' });
    const ended = await look(opened.id, 'case');
    expect(ended).toMatchObject({ acts: [], case: { resolution: { outcome: 'refunded' } } });
    expect(ended.reversals).toHaveLength(2);
    await expectEverythingHolds(world, PAID_OUT);
  });
});

describe('before a dispute', () => {
  test('finance sees what is left of the purchase, and what both ends would do', async () => {
    const nils = await world.member('nils');
    const { purchase_id: bought } = await buy(nils, 'pack-1000');
    const id = await generate(nils, release_id, 'paid');
    const told = await look(bought, 'purchase');
    expect(told.purchase).toMatchObject({
      buyer: { display_name: 'nils' },
      paid_micros: '1000000000',
      left_micros: '999000000',
      spent_micros: '1000000',
      price_micro_usd: '10000000',
      generations_total: 1,
      generations: [{ id, part_micros: '1000000' }],
      dispute: null,
    });
    expect(inShort(actOf(told, 'dispute'))).toEqual([
      'nils frozen 999000000',
      'Mira Solberg held 700000',
      'Mira Solberg pending -700000',
      'nils paid -999000000',
    ]);
    const opened = await lena.api.finance.createDispute({ id: bought, reference: 'dp_7' });
    expect(await look(bought, 'purchase')).toMatchObject({
      purchase: { dispute: { id: opened.id }, frozen_micros: '999000000' },
    });
    expect(actOf(await look(bought, 'purchase'), 'dispute')).toMatchObject({ refusal: 'ALREADY_DISPUTED' });
    const ends = await look(opened.id, 'case');
    expect(inShort(actOf(ends, 'win'))).toContain('nils paid 999000000');
    expect(inShort(actOf(ends, 'lose'))).toEqual([
      'Mira Solberg held -700000',
      'nils frozen -999000000',
      'house sold 1000000000',
      'house house -300000',
    ]);
    await lena.api.finance.createDisputeResolution({ id: opened.id, outcome: 'lost', note: 'Stolen card' });
    expect(actOf(await look(id, 'generation'), 'refund')).toMatchObject({
      allowed: false,
      refusal: 'NOTHING_TO_REFUND',
    });
    await expectRefusal(lena.api.finance.createRefund({ id, reason: 'Again' }), 'NOTHING_TO_REFUND');
    await expectEverythingHolds(world, PAID_OUT);
  });
});

describe('what can be looked up', () => {
  test('people paste links and entries, and type handles', async () => {
    const id = await generate(fan, release_id, 'paid');
    for (const pasted of [`  ${id.toUpperCase()} `, `https://stellary.example/generations/${id}/receipt?x=1`])
      expect(await look(pasted, 'generation')).toMatchObject({ id });
    for (const typed of [HANDLE, `@${HANDLE}`, `https://stellary.example/creators/${HANDLE}`])
      expect(await look(typed, 'person')).toMatchObject({ person: { handle: HANDLE } });
    const [entry] = (await fan.api.wallet.listWalletEntries({ kind: 'purchase' })).items;
    expect(await look(entry?.id ?? '', 'purchase')).toMatchObject({ id: purchase_id });

    const { handle } = (await fan.api.identity.getMe({})).account ?? { handle: '' };
    const kira = await look(handle, 'person');
    expect(kira.generations[0]).toMatchObject({ id, charged_micros: '1000000' });
    expect(kira.purchases).toMatchObject([{ id: purchase_id, paid_micros: '1000000000' }]);
    expect(kira.can.adjust.allowed).toBe(true);
    expect((await look(await idOf(lena), 'person')).can.adjust.allowed).toBe(false);
  });

  test('an adjustment shows what its approval would do', async () => {
    const proposed = await lena.api.finance.createAdjustment({
      headers: { 'idempotency-key': randomUUID() },
      body: {
        handle: HANDLE,
        direction: 'give',
        amount_micros: '5000000',
        reason: 'goodwill',
        memo: 'The counter stood still',
      },
    });
    expect(actOf(await look(proposed.id, 'adjustment'), 'approve')).toMatchObject({
      refusal: 'SECOND_PERSON_NEEDED',
    });
    expect(inShort(actOf(await look(proposed.id, 'adjustment', omar), 'approve'))).toEqual([
      'Mira Solberg available 5000000',
      'house house -5000000',
    ]);
    await omar.api.finance.createAdjustmentApproval({ id: proposed.id });
    expect((await look(proposed.id, 'adjustment')).acts).toEqual([]);
  });

  test('what is no id, or nobody’s, is refused by name', async () => {
    for (const id of ['???', 'x', 'two words', '0197c1d2-6f3a'])
      await expectRefusal(
        lena.api.finance.getSubject({ id }),
        id.startsWith('0197') ? 'SUBJECT_UNKNOWN' : 'NOT_AN_ID',
      );
    await expectRefusal(lena.api.finance.getSubject({ id: randomUUID() }), 'SUBJECT_UNKNOWN');
    await expectRefusal(lena.api.finance.getSubject({ id: 'nobody-at-all' }), 'SUBJECT_UNKNOWN');
    await expectRefusal(fan.api.finance.getSubject({ id: purchase_id }), 'NOT_ALLOWED');
    await expectRefusal(fan.api.finance.createCasePreview({ generation_ids: [randomUUID()] }), 'NOT_ALLOWED');
  });

  test('an id that is none is refused in words', async () => {
    const refused = await expectRefusal(
      lena.api.finance.createRefund({ id: 'drift', reason: 'No' }),
      'INVALID_INPUT',
    );
    expect(JSON.stringify(refused)).toMatch(/is not an id/);
    expect(JSON.stringify(refused)).not.toMatch(/UUID/);
  });
});

test('finance goes through what was refunded, and takes it along as CSV', async () => {
  const id = await generate(fan, release_id, 'paid');
  clock.advance(1_000);
  const refund = await lena.api.finance.createRefund({ id, reason: '=HYPERLINK("x")' });
  const { items, next_cursor } = await lena.api.finance.listReversals({ cause: 'refund', limit: 1 });
  expect(items).toMatchObject([
    { id: refund.id, generation_id: id, payer: { display_name: 'kira' }, taken_micros: SHARE.toString() },
  ]);
  const next = await lena.api.finance.listReversals({
    cause: 'refund',
    limit: 100,
    cursor: next_cursor ?? '',
  });
  expect(next.items.length).toBeGreaterThan(1);
  expect(next.items.map((one) => one.id)).not.toContain(refund.id);
  expect(new Set(next.items.map(({ cause }) => cause))).toEqual(new Set(['refund']));
  const lost = await lena.api.finance.listReversals({ cause: 'chargeback' });
  expect(lost.items).toMatchObject([{ cause: 'chargeback', payer: { display_name: 'nils' } }]);
  await expectRefusal(fan.api.finance.listReversals({}), 'NOT_ALLOWED');
  await expectRefusal(omar.api.finance.listReversals({ cursor: next_cursor ?? '' }), 'INVALID_INPUT');

  const month = clock.now().toISOString().slice(0, 7);
  const file = await lena.api.finance.exportReversals({ month, cause: 'refund' });
  const lines = (await file.text()).trim().split('\n');
  expect(lines[0]).toMatch(/^at,cause,id,generation_id,model,payer,paid_micros/);
  expect(lines.some((line) => line.includes(refund.id) && line.includes(`"'=HYPERLINK`))).toBe(true);
  await expectRefusal(fan.api.finance.exportReversals({ month }), 'NOT_ALLOWED');
});

test('finance reads every receipt and sees who paid; the salt, and what was asked for, stay the payer’s', async () => {
  const id = await generate(fan, release_id, 'paid');
  const own = await fan.api.earnings.getReceipt({ id });
  const seen = await lena.api.earnings.getReceipt({ id });
  expect(seen).toEqual({ ...own, payer_salt: null });
  expect(seen.payer?.display_name).toBe('kira');
  expect((await creator.api.earnings.getReceipt({ id })).payer).toBeNull();
  await expectRefusal(lena.api.generation.getGeneration({ id }), 'NOT_FOUND');

  // a key, which may lie in a program somewhere, opens only what is one's own
  const { secret } = await lena.api.identity.createApiKey({
    name: 'x',
    scopes: ['read'],
    password: PASSWORD,
  });
  const program = openClient(world.url, { api_key: secret });
  await expectRefusal(program.api.earnings.getReceipt({ id }), 'NOT_FOUND');
  await expectRefusal((await world.member('stranger')).api.earnings.getReceipt({ id }), 'NOT_FOUND');
  await expectEverythingHolds(world, PAID_OUT);
});

describe('what a gift earned has lapsed', () => {
  let zoe: Visitor & { email: string };
  let id: string;
  beforeAll(async () => {
    zoe = await world.member('zoe');
    id = await generate(zoe, release_id, 'promo');
    clock.advance((VESTING_LIFE_DAYS + 1) * DAY_MS);
    for (const person of [creator, fan, lena, omar, zoe]) await comeBack(person);
    while ((await lapsePromoEarnings(world.context)) > 0);
  });

  test('and its budget is used up: what would be refused is told before', async () => {
    const budget = budgetOf('welcome');
    const left = (await ledger.balances(world.context.db, [budget]))(budget).available;
    const fund = (amount_micros: bigint) =>
      fundBudget(world.context, {
        id: newId<TransactionId>(clock.now()),
        budget: 'welcome',
        amount_micros,
        actor: 'a test',
      });
    const asked = await open(lena, [id, await generate(fan, release_id, 'paid')]);
    expect(actOf(await look(asked.id, 'case', omar), 'refund-case')).toMatchObject({ allowed: true });
    const refundCase = () =>
      omar.api.finance.createCaseResolution({ id: asked.id, outcome: 'refunded', note: 'Looked at it' });

    await fund(100n - left);
    const exhausted = { allowed: false, refusal: 'BUDGET_EXHAUSTED', changes: [] };
    expect(actOf(await look(asked.id, 'case', omar), 'refund-case')).toMatchObject(exhausted);
    await expectRefusal(refundCase(), 'BUDGET_EXHAUSTED');
    await lena.api.finance.createCaseResolution({ id: asked.id, outcome: 'cleared', note: 'All is well' });
    expect(actOf(await look(id, 'generation'), 'refund')).toMatchObject(exhausted);
    await expectRefusal(
      lena.api.finance.createRefund({ id, reason: 'The picture was black' }),
      'BUDGET_EXHAUSTED',
    );
    await fund(left - 100n);
    expect(actOf(await look(id, 'generation'), 'refund')).toMatchObject({ allowed: true });
  });

  test('a refund says what the payer has again, wherever it is shown', async () => {
    clock.advance(1_000);
    const { available } = await creditsOf(zoe);
    const refund = await lena.api.finance.createRefund({ id, reason: 'The picture was black' });
    expect((await creditsOf(zoe)).available).toBe(available + 1);
    const shown = { paid_micros: '0', promo_micros: '1000000' };
    expect(refund).toMatchObject(shown);
    expect((await look(refund.id, 'refund')).reversal).toMatchObject(shown);
    expect((await look(id, 'generation')).generation.reversals).toMatchObject([
      { cause: 'refund', ...shown },
      { cause: 'lapse', ...shown },
    ]);
    const { items } = await lena.api.finance.listReversals({ cause: 'refund', limit: 1 });
    expect(items).toMatchObject([{ id: refund.id, ...shown }]);
    const month = clock.now().toISOString().slice(0, 7);
    const file = await (await lena.api.finance.exportReversals({ month, cause: 'refund' })).text();
    expect(file.split('\n').find((line) => line.includes(refund.id))).toContain(',0,1000000,');
    await expectEverythingHolds(world, PAID_OUT);
  });
});
