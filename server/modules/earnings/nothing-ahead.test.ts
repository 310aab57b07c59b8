import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../tests/setup/database.ts';
import { brokenConstraint, type Database, openDatabase } from '../../kit/database.ts';
import { grantPrivileges } from '../../privileges.ts';
import * as ledger from '../ledger/index.ts';

/** As the product's own role: what is written once must not be written ahead, whoever asks for it. */
let fresh: FreshDatabase;
let app: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = openDatabase(await grantPrivileges(fresh.url), { connections_max: 2 });
  const legs = [
    { account: { key: 'source', asset: 'CREDIT', guarded: false } as const, amount: -100n },
    { account: { key: 'purse:ada', asset: 'CREDIT', guarded: true } as const, amount: 100n },
  ];
  for (const at of ['2026-11-29T12:00:00Z', '2026-12-01T12:00:00Z'])
    await app.inTransaction((tx) =>
      ledger.post(tx, [{ id: randomUUID(), kind: 'gift', memo: '', legs }], new Date(at)),
    );
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const closing = (day: string, closed_at: string, batch = '(select max(id) from ledger.batches)') =>
  `insert into earnings.closed_day values ('${day}', ${batch}, 0, 0, '${closed_at}')`;
const sealing = (month: string, batch = '(select max(id) from ledger.batches)') =>
  `insert into earnings.sealed_month values ('${month}', ${batch}, 0, now())`;
const refused = async (statement: string) => {
  const error: unknown = await app.pool.query(statement).catch((thrown: unknown) => thrown);
  return error instanceof Error ? brokenConstraint(error) : undefined;
};

describe('a day is closed', () => {
  test.each([
    ['while it lasts', closing('2026-11-29', '2026-11-29T23:59:59Z'), 'closed_day_is_over'],
    ['before those that come first', closing('2026-11-30', '2027-01-01T00:00:00Z'), 'closed_day_in_turn'],
    [
      'with batches to come',
      closing('2026-11-29', '2026-11-30T00:10:00Z', '99'),
      'closed_day_at_newest_batch',
    ],
    ['without its newest', closing('2026-11-29', '2026-11-30T00:10:00Z', '1'), 'closed_day_at_newest_batch'],
  ])('not %s', async (_when, statement, constraint) => {
    expect(await refused(statement)).toBe(constraint);
  });

  test('one after the other, when it is over', async () => {
    await app.pool.query(closing('2026-11-29', '2026-11-30T00:00:00Z'));
    expect(await refused(closing('2026-12-01', '2026-12-02T00:10:00Z'))).toBe('closed_day_in_turn');
    expect(await refused(sealing('2026-11'))).toBe('sealed_month_is_over');
    expect(
      await refused(
        `insert into earnings.statement select gen_random_uuid(), '2026-11', '', '', '', '2027-01-01T00:00:00Z'`,
      ),
    ).toBe('statement_of_month_that_is_over');
    await app.pool.query(closing('2026-11-30', '2026-12-01T00:10:00Z'));
  });
});

test('a month is sealed where its last day ends, one after the other', async () => {
  expect(await refused(sealing('2026-11', '1'))).toBe('sealed_month_is_over');
  expect(await refused(sealing('2026-12'))).toBe('sealed_month_is_over');
  await app.pool.query(sealing('2026-11'));
  expect(await refused(sealing('2026-10'))).toBe('sealed_month_is_over');
});

test('a day matures after it is over, and one after the other', async () => {
  const maturing = (day: string, at: string) =>
    `insert into earnings.matured_day values ('${day}', 0, '${at}')`;
  // nobody has earned anything yet, so there is no first
  expect(await refused(maturing('2026-11-29', '2027-01-01T00:00:00Z'))).toBe('matured_day_in_turn');
  await earned('2026-11-29T12:00:00Z');
  expect(await refused(maturing('2026-11-29', '2026-11-29T23:00:00Z'))).toBe('matured_day_is_over');
  expect(await refused(maturing('2026-11-30', '2027-01-01T00:00:00Z'))).toBe('matured_day_in_turn');
  await app.pool.query(maturing('2026-11-29', '2026-12-14T00:00:00Z'));
  expect(await refused(maturing('2026-12-01', '2027-01-01T00:00:00Z'))).toBe('matured_day_in_turn');
});

test('a day of receipts is closed after it is over', async () => {
  expect(
    await refused(
      `insert into earnings.receipt_day values ('2026-11-29', 1, 0, '', '', '', '', '2026-11-29T23:00:00Z')`,
    ),
  ).toBe('receipt_day_is_over');
});

/** A line by itself: what it belongs to is beside the point here. */
async function earned(at: string): Promise<void> {
  await fresh.pool.query(`
    begin; set local session_replication_role = replica;
    insert into earnings.line values (gen_random_uuid(), gen_random_uuid(), 'creator', gen_random_uuid(), '${at}', '${at.slice(0, 10)}', 1, 1, 1, 0);
    commit`);
}
