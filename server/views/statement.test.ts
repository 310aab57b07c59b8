import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { closeDayOfBooks } from '../flows/close-day.ts';
import { budgetFunded, packBought, promoGranted } from '../flows/postings/index.ts';
import { type AccountId, asId, newId, type PurchaseId, type TransactionId } from '../ids.ts';
import { settableClock } from '../kit/clock.ts';
import { type Database, openDatabase } from '../kit/database.ts';
import { monthEnd, monthOf, monthStart, nextMonth } from '../kit/months.ts';
import * as ledger from '../modules/ledger/index.ts';
import { ownBalances, placesOf } from './own-accounts.ts';
import { spanOfMonth, statementBody } from './statement.ts';

const ZONES = ['UTC', 'Australia/Lord_Howe', 'America/Los_Angeles', 'Pacific/Kiritimati'];
/** The ends of five months, a leap day among them, and the hours in which clocks change. */
const BOUNDARIES = [
  '2027-11-01T00:00:00.000Z',
  '2028-01-01T00:00:00.000Z',
  '2028-02-01T00:00:00.000Z',
  '2028-03-01T00:00:00.000Z',
  '2028-04-01T00:00:00.000Z',
];
const MINUTE = 60_000;
const home = process.env.TZ;

let ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  if (home === undefined) delete process.env.TZ;
  else process.env.TZ = home;
  for (const end of ending) await end();
  ending = [];
});

/** An empty ledger, seen from a machine and by a database that both live in a zone. */
async function booksIn(zone: string): Promise<Database> {
  process.env.TZ = zone;
  const fresh = await freshDatabase();
  const { rows } = await fresh.pool.query<{ name: string }>('select current_database() as name');
  await fresh.pool.query(`alter database ${rows[0]?.name} set timezone to '${zone}'`);
  const database = openDatabase(fresh.url, { connections_max: 2 });
  ending.push(async () => {
    await database.close();
    await fresh.drop();
  });
  return database;
}

type Post = { at: number; bought: number; close: boolean };
/** At a boundary, a millisecond to either side, an hour, or any time near it; sometimes days are closed before. */
const post = fc.record({
  at: fc
    .tuple(
      fc.constantFrom(...BOUNDARIES.map((text) => Date.parse(text))),
      fc.constantFrom(
        -26 * 60 * MINUTE,
        -60 * MINUTE,
        -MINUTE,
        -1,
        0,
        1,
        MINUTE,
        5.75 * 60 * MINUTE,
        20 * 24 * 60 * MINUTE,
      ),
    )
    .map(([boundary, off]) => boundary + off),
  bought: fc.integer({ min: 1, max: 3 }),
  close: fc.boolean(),
});

describe.each(ZONES)('months of UTC, seen from %s', (zone) => {
  test(
    'whatever is posted, in any order: each is in one month, and each month leads to the next',
    { timeout: 120_000 },
    async () => {
      const database = await booksIn(zone);
      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
      expect((await database.pool.query('show timezone')).rows).toEqual([{ TimeZone: zone }]);
      await fc.assert(
        fc.asyncProperty(fc.array(post, { minLength: 3, maxLength: 12 }), async (posts) => {
          const member = asId<AccountId>(randomUUID());
          const expected = await live(database, member, posts);
          await expectMonths(database, member, expected);
        }),
        { numRuns: 6, endOnFailure: true },
      );
    },
  );
});

/** Posts one after the other; days that are over are closed in between. Answers what belongs into which month. */
async function live(
  database: Database,
  member: AccountId,
  posts: readonly Post[],
): Promise<Map<string, bigint>> {
  const expected = new Map<string, bigint>();
  const clock = settableClock(new Date(0));
  for (const { at, bought, close } of posts) {
    const when = new Date(at);
    const id = newId<PurchaseId>(when);
    const paid_micros = BigInt(bought) * 1_000_000n;
    await database.inTransaction(async (tx) => {
      await ledger.post(tx, packBought(id, member, { paid_micros, promo_micros: 0n, memo: 'Pack' }), when);
    });
    let month = monthOf(when);
    while (await isClosed(database, month)) month = nextMonth(month);
    expected.set(month, (expected.get(month) ?? 0n) + paid_micros);
    clock.set(new Date(at + 10 * MINUTE));
    if (close) while (await closeDayOfBooks({ database, clock }));
  }
  return expected;
}

const isClosed = async (database: Database, month: string) => (await spanOfMonth(database.db, month)).closed;

async function expectMonths(
  { db }: Database,
  member: AccountId,
  expected: ReadonlyMap<string, bigint>,
): Promise<void> {
  const places = await placesOf(db, member);
  let before = 0n;
  const last = '2028-06';
  for (let month = '2027-10'; month <= last; month = nextMonth(month)) {
    const { span } = await spanOfMonth(db, month);
    const { accounts, lines } = await statementBody(db, member, month, span);
    const paid = accounts.find(({ account }) => account === 'paid');
    expect(BigInt(paid?.opening_micros ?? 0)).toBe(before);
    const moved = lines.reduce((sum, line) => sum + BigInt(line.amount_micros), 0n);
    expect([month, moved]).toEqual([month, expected.get(month) ?? 0n]);
    for (const { at, original_period } of lines)
      expect(original_period).toBe(at < monthStart(month).toISOString() ? at.slice(0, 7) : null);
    before = BigInt(paid?.closing_micros ?? 0);
    expect(before).toBe((await ownBalances(db, places, span.to)).get('paid'));
    expect(span.to.before).toEqual(monthEnd(month));
  }
}

test('what came before the first posting is an empty month', async () => {
  const { db } = await booksIn('UTC');
  const body = await statementBody(
    db,
    asId<AccountId>(randomUUID()),
    '2026-11',
    (await spanOfMonth(db, '2026-11')).span,
  );
  expect(body).toMatchObject({
    accounts: [],
    lines: [],
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
  });
});

test('promo credits have their own account in it', async () => {
  const database = await booksIn('UTC');
  const member = asId<AccountId>(randomUUID());
  const at = new Date('2026-11-30T23:59:59.999Z');
  await database.inTransaction(async (tx) => {
    await ledger.post(tx, budgetFunded(newId<TransactionId>(at), 'welcome', 500_000_000n), at);
    await ledger.post(
      tx,
      promoGranted(newId<TransactionId>(at), 'welcome', member, 100_000_000n, 'Welcome'),
      at,
    );
  });
  const { span } = await spanOfMonth(database.db, '2026-11');
  expect((await statementBody(database.db, member, '2026-11', span)).accounts).toEqual([
    {
      account: 'promo',
      opening_micros: '0',
      movements: [{ kind: 'grant', count: 1, amount_micros: '100000000' }],
      closing_micros: '100000000',
    },
  ]);
});
