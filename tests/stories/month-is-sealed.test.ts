import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeWhatIsOver } from '../../server/roles/worker.ts';
import { type AccountId, asId, type GenerationId } from '../../server/ids.ts';
import { refundGeneration } from '../../server/flows/refund-generation.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as identity from '../../server/modules/identity/index.ts';
import { buy, ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-10-30T12:00:00Z'));
let world: World;
let fan: Awaited<ReturnType<World['member']>>;
let creator: Visitor;
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  creator = await world.creator('mira-solberg');
  fan = await world.member('kira');
  await buy(fan, 'pack-1000');
  release_id = await releaseOf(fan);
});
afterAll(() => world.end());

/** Time goes on, and who was away for weeks signs in again. */
async function comes(at: Date | string): Promise<void> {
  clock.set(new Date(at));
  await fan.api.identity.createSession({ email: fan.email, password: PASSWORD });
  await creator.api.identity.createSession({ email: 'mira-solberg@house.invalid', password: PASSWORD });
}

async function generate(spend_first: 'promo' | 'paid' = 'paid'): Promise<string> {
  const { id } = await start(fan, { release_id, spend_first });
  expect(await ended(fan, id)).toMatchObject({ state: 'succeeded' });
  return id;
}
/** What the worker does about days and months that have ended, at once. */
async function close(): Promise<void> {
  while ((await closeWhatIsOver(world.context)) > 0);
}
const idOfPerson = async (person: Visitor) =>
  asId<AccountId>((await person.api.identity.getMe()).account?.id ?? '');
const statement = (person: Visitor, month: string) => person.api.earnings.getStatement({ month });
const accountIn = async (person: Visitor, month: string, account: string) =>
  (await statement(person, month)).accounts.find((found) => found.account === account);

/** One generation at each side of the end of every month, and a refund of the last of them a month later. */
const BOUNDARIES = ['2026-11-01', '2026-12-01', '2027-01-01', '2027-02-01', '2027-03-01'];
const around = new Map<string, { last: string; first: string }>();

test('five months end, and each generation is in the month it was settled in', async () => {
  for (const boundary of BOUNDARIES) {
    const midnight = new Date(`${boundary}T00:00:00.000Z`);
    await comes(new Date(midnight.getTime() - 1));
    const last = await generate('paid');
    await comes(midnight);
    const first = await generate(boundary === '2026-11-01' ? 'promo' : 'paid');
    around.set(boundary, { last, first });
  }
  clock.set(new Date('2027-03-01T00:09:59Z'));
  await switchLetters(false);
  await close();
  expect(await sealedMonths(creator)).toEqual(['2027-01', '2026-12', '2026-11', '2026-10']);
  clock.set(new Date('2027-03-01T00:10:00Z'));
  await switchLetters(true);
  // as many workers as there may be find one month, and seal it once
  await Promise.all([close(), close(), close()]);
  expect(await sealedMonths(creator)).toEqual(['2027-02', '2027-01', '2026-12', '2026-11', '2026-10']);

  for (const [boundary, { last, first }] of around) {
    const before = new Date(Date.parse(boundary) - 1).toISOString().slice(0, 7);
    const charged = async (month: string) =>
      (await statement(creator, month)).lines.flatMap((line) =>
        line.kind === 'charge' ? [line.generation_id] : [],
      );
    expect((await charged(before)).at(-1)).toBe(last);
    expect((await charged(boundary.slice(0, 7)))[0]).toBe(first);
  }
});

const switchLetters = (on: boolean) =>
  creator.api.marketplace.updateNotificationSwitch({ kind: 'statement', on });

test('who earned is told of the statement once, unless they do not want to be, and who only spent is not', async () => {
  const letters = (await identity.listMail(world.context.db, { after: null, limit: 100 })).filter(
    ({ text }) => text.includes('/statements/'),
  );
  expect(letters.map(({ to, subject }) => [to, subject])).toEqual([
    ['mira-solberg@house.invalid', 'Your statement of February 2027'],
  ]);
  expect(letters[0]?.text).toContain(`${world.context.origins.public}/statements/2027-02\n`);
  const told = async ({ api }: Visitor) =>
    (await api.marketplace.listNotifications({})).items.filter(({ kind }) => kind === 'statement');
  expect(await told(creator)).toMatchObject([{ path: '/statements', people: [] }]);
  expect(await told(fan)).toEqual([]);
});

const sealedMonths = async (person: Visitor) =>
  (await person.api.earnings.listStatements({})).items.flatMap(({ month, sealed }) =>
    sealed ? [month] : [],
  );

test('the opening of a month is the closing of the one before it, and the balance of the ledger', async () => {
  for (const person of [fan, creator]) {
    let closings: Record<string, string> = {};
    for (const month of ['2026-10', '2026-11', '2026-12', '2027-01', '2027-02', '2027-03']) {
      const found = await statement(person, month);
      const openings = Object.fromEntries(
        found.accounts.flatMap(({ account, opening_micros }) =>
          opening_micros === '0' ? [] : [[account, opening_micros]],
        ),
      );
      expect(openings).toEqual(closings);
      const at = found.sealed ? found.to : clock.now().toISOString();
      const { accounts } = await person.api.earnings.getBalances({ at });
      closings = Object.fromEntries(
        found.accounts.flatMap(({ account, closing_micros }) =>
          closing_micros === '0' ? [] : [[account, closing_micros]],
        ),
      );
      expect(
        Object.fromEntries(
          accounts.flatMap(({ account, amount_micros }) =>
            amount_micros === '0' ? [] : [[account, amount_micros]],
          ),
        ),
      ).toEqual(closings);
    }
  }
});

test('a refund in March of what February earned stands in March, and says February', async () => {
  const february = await statement(creator, '2027-02');
  const generation_id = around.get('2027-03-01')?.last ?? '';
  const lena = await world.member('lena');
  await refundGeneration(world.context, await idOfPerson(lena), {
    generation_id: asId<GenerationId>(generation_id),
    reason: 'It was broken',
  });
  const march = await statement(creator, '2027-03');
  expect(march.sealed).toBeNull();
  expect(march.lines.filter(({ kind }) => kind === 'refund')).toMatchObject([
    { account: 'pending', amount_micros: '-700000', generation_id, original_period: '2027-02' },
  ]);
  const payer = await statement(fan, '2027-03');
  expect(payer.lines.filter(({ kind }) => kind === 'refund')).toMatchObject([
    { account: 'paid', amount_micros: '1000000', generation_id, original_period: '2027-02' },
  ]);
  expect(await statement(creator, '2027-02')).toEqual(february);
});

test('what comes too late for its month is in the month that was open, and the sealed one stays', async () => {
  const sealed = await statement(creator, '2027-02');
  const now = clock.now();
  // an act that took its time on the last day and was kept waiting until the day was closed
  clock.set(new Date('2027-02-28T23:59:59.999Z'));
  const late = await generate();
  clock.set(now);
  expect(await statement(creator, '2027-02')).toEqual(sealed);
  const lines = (await statement(creator, '2027-03')).lines.filter((line) => line.generation_id === late);
  expect(lines).toMatchObject([{ kind: 'charge', account: 'pending', original_period: '2027-02' }]);
  expect((await accountIn(creator, '2027-03', 'pending'))?.opening_micros).toBe(
    sealed.accounts.find(({ account }) => account === 'pending')?.closing_micros,
  );
  const at = '2027-03-01T00:00:00.000Z';
  const { accounts } = await creator.api.earnings.getBalances({ at });
  expect(accounts.find(({ account }) => account === 'pending')?.amount_micros).toBe(
    sealed.accounts.find(({ account }) => account === 'pending')?.closing_micros,
  );
  const books = await fan.api.books.getBooks({ at });
  expect(books.promises.map(({ difference_micros }) => difference_micros)).toEqual(['0', '0', '0']);
});

test('the file of a sealed month is what was signed', async () => {
  const { sealed } = await statement(creator, '2026-11');
  const file = await creator.api.earnings.exportStatement({ month: '2026-11', format: 'json' });
  const digest = `sha256:${createHash('sha256')
    .update(await file.text())
    .digest('hex')}`;
  expect(digest).toBe(sealed?.digest);
  const claim = JSON.parse(
    await world.context.signer.verify(sealed?.jws ?? '', 'stellary-statement+jws'),
  ) as object;
  expect(claim).toMatchObject({ statement: digest, month: '2026-11', person_id: await idOfPerson(creator) });
});

test('the table of a month adds up, and no spreadsheet will run it', async () => {
  const file = await creator.api.earnings.exportStatement({ month: '2027-02' });
  const [header, ...rows] = (await file.text()).trim().split('\n');
  expect(header).toMatch(/^at,account,kind,amount_micros,/);
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const [, account = '', kind = '', amount = ''] = row.split(',');
    const sign = kind === 'closing' ? -1n : 1n;
    sums.set(account, (sums.get(account) ?? 0n) + sign * BigInt(amount.replace(/^'/, '')));
  }
  expect([...sums.values()].every((left) => left === 0n)).toBe(true);
});

test('one sees one’s own months only', async () => {
  await expectRefusal(world.visitor().api.earnings.getStatement({ month: '2026-11' }), 'NOT_SIGNED_IN');
  await expectRefusal(statement(creator, '2027-04'), 'NOT_YET');
  const before = await expectRefusal(statement(creator, '2020-01'), 'BEFORE_THE_BOOKS');
  expect(before).toMatchObject({ first_month: '2026-10' });
  await expectRefusal(creator.api.earnings.exportStatement({ month: '2020-01' }), 'BEFORE_THE_BOOKS');
  const newcomer = await world.member('noor');
  await expectRefusal(statement(newcomer, '2026-11'), 'NOT_FOUND');
  expect((await newcomer.api.earnings.listStatements({})).items).toEqual([
    { month: '2027-03', sealed: null },
  ]);
  await expectRefusal(newcomer.api.earnings.getBalances({ person: 'mira-solberg' }), 'NOT_ALLOWED');
  const tomorrow = new Date(clock.now().getTime() + DAY_MS).toISOString();
  await expectRefusal(newcomer.api.earnings.getBalances({ at: tomorrow }), 'NOT_YET');
});

test('everything still holds', () => expectEverythingHolds(world));
