import { sql } from 'kysely';
import { assert } from '../../kit/assert.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { Account, Asset, HoldRequest, IdOf, Interval } from './ledger.ts';

const ASSET_CODES: Record<Asset, number> = { CREDIT: 1, USD: 2, STELAI: 3 };
const LEGS = [0, 1, 2, 3, 4, 5] as const;

/** A batch of rows, column by column. */
export type Columns = {
  ids: string[];
  parts: number[];
  kinds: string[];
  memos: (string | null)[];
  /** By leg. */
  accounts: (number | null)[][];
  amounts: (bigint | null)[][];
};

export const emptyColumns = (): Columns => ({
  ids: [],
  parts: [],
  kinds: [],
  memos: [],
  accounts: LEGS.map(() => []),
  amounts: LEGS.map(() => []),
});

// writing --------------------------------------------------------------------------------------------------

/** Ids of those of the accounts that are open. */
export async function accountIds(db: Db, accounts: readonly Account[]): Promise<Map<string, number>> {
  const keys = [...new Set(accounts.map(({ key }) => key))];
  const { rows } = await sql<{ id: number; key: string }>`
    select id, key from ledger.accounts where key = any(${keys})`.execute(db);
  return new Map(rows.map(({ id, key }) => [key, id]));
}

/** Ids of the accounts by key; accounts that are new are opened. */
export async function openAccounts(db: Db, accounts: readonly Account[]): Promise<Map<string, number>> {
  const wanted = [...new Map(accounts.map((account) => [account.key, account])).values()];
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{ ids: number[] }>`
    select ledger.open_accounts(${wanted.map(({ key }) => key)}, ${wanted.map(({ asset }) => ASSET_CODES[asset])},
      ${wanted.map(({ guarded }) => guarded)}, ${wanted.map(({ series }) => series ?? null)},
      ${wanted.map(({ day }) => day ?? null)}) as ids`.execute(db);
  const ids = rows[0]?.ids ?? [];
  assert(ids.length === wanted.length, 'every account asked for is open');
  return new Map(wanted.map(({ key }, index) => [key, ids[index] ?? 0]));
}

export async function insertPostings(
  tx: Tx,
  act: 'post' | 'capture',
  at: Date,
  { ids, parts, kinds, memos, accounts, amounts }: Columns,
  slot: number | null,
): Promise<bigint> {
  const legs = LEGS.flatMap((leg) => [
    sql`${list(accounts[leg] ?? [])}::int4[]`,
    sql`${list(amounts[leg] ?? [])}::int8[]`,
  ]);
  const { rows: answers } = await sql<{ batch: bigint }>`
    select ledger.${sql.raw(act)}(${slot}::int2, ${at}, ${list(ids)}::uuid[], ${list(parts)}::int2[], ${kinds},
      ${memos.some((memo) => memo !== null) ? memos : null}::text[], ${sql.join(legs)}) as batch`.execute(tx);
  return answers[0]?.batch ?? 0n;
}

/** What was taken from each first purse, null where there was too little; null as a whole: all from the first. */
export async function insertHolds(
  tx: Tx,
  requests: readonly HoldRequest[],
  idOf: IdOf,
): Promise<(bigint | null)[] | null> {
  const { rows } = await sql<{ taken: (string | null)[] | null }>`
    select ledger.authorize(${list(requests.map(({ id }) => id))}::uuid[],
      ${list(requests.map(({ first }) => idOf(first)))}::int4[],
      ${list(requests.map(({ second }) => second && idOf(second)))}::int4[],
      ${list(requests.map(({ amount }) => amount))}::int8[],
      ${requests.map(({ expires_at }) => expires_at)})::text[] as taken`.execute(tx);
  return rows[0]?.taken?.map((amount) => (amount === null ? null : BigInt(amount))) ?? null;
}

export async function voidHolds(tx: Tx, at: Date, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`
    select ledger.void(${at}, ${list(ids)}::uuid[]) as ids`.execute(tx);
  return rows[0]?.ids ?? [];
}

export async function expiredHolds(db: Db, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`select ledger.expired(${at}, ${limit}::int4) as ids`.execute(
    db,
  );
  return rows[0]?.ids ?? [];
}

export async function lock(tx: Tx): Promise<void> {
  await sql`select ledger.lock_slot(null)`.execute(tx);
}

export async function lockBalances(db: Db, keys: readonly string[]): Promise<void> {
  await sql`select ledger.lock_balances(array(select id from ledger.accounts where key = any(${[...keys]})))`.execute(
    db,
  );
}

/**
 * An array as PostgreSQL reads it. Null when there is nothing in it: a column of a batch that is empty is not sent.
 * By hand, because the driver quotes every element and that costs more than all the rest of a posting.
 */
function list(values: readonly (bigint | number | string | null)[]): string | null {
  if (values.every((value) => value === null)) return null;
  return values.includes(null)
    ? `{${values.map((value) => value ?? 'NULL').join(',')}}`
    : `{${values.join(',')}}`;
}

// reading --------------------------------------------------------------------------------------------------

export async function guardedBalances(db: Db, keys: readonly string[]) {
  return db
    .selectFrom('ledger.balances as b')
    .innerJoin('ledger.accounts as a', 'a.id', 'b.account_id')
    .select([
      sql<string>`a.key`.as('key'),
      sql<bigint>`b.posted`.as('posted'),
      sql<bigint>`b.held`.as('held'),
    ])
    .where('a.key', 'in', [...keys])
    .execute();
}

const minuteOf = (at: Date) => Math.floor(at.getTime() / 60_000);
const FIRST_MINUTE = 0;
const LAST_MINUTE = 2 ** 31 - 1;
const bounds = ({ from, to }: Interval) => [
  from ? minuteOf(from) : FIRST_MINUTE,
  to ? minuteOf(to) : LAST_MINUTE,
];

export async function accruedSums(db: Db, keys: readonly string[], interval: Interval) {
  const [from, to] = bounds(interval);
  const { rows } = await sql<{ key: string; delta: bigint }>`
    select a.key, sum(x.delta)::int8 as delta from ledger.accruals x join ledger.accounts a on a.id = x.account_id
    where a.key = any(${[...keys]}) and x.minute >= ${from} and x.minute < ${to} group by a.key`.execute(db);
  return rows;
}

export async function seriesSums(db: Db, series: readonly string[]) {
  const { rows } = await sql<{ series: string; delta: bigint }>`
    select a.series, sum(x.delta)::int8 as delta from ledger.accruals x join ledger.accounts a on a.id = x.account_id
    where a.series = any(${[...series]}) group by a.series`.execute(db);
  return rows;
}

export async function earnedDays(db: Db, series: readonly string[], interval: Interval) {
  const [from, to] = bounds(interval);
  const { rows } = await sql<{ series: string; day: string; delta: bigint }>`
    select a.series, a.day::text as day, sum(x.delta)::int8 as delta
    from ledger.accounts a join ledger.accruals x on x.account_id = a.id
      and x.minute >= (a.day - date '1970-01-01') * 1440 and x.minute < (a.day + 1 - date '1970-01-01') * 1440
    where a.series = any(${[...series]}) and x.minute >= ${from} and x.minute < ${to}
    group by a.series, a.day order by a.series, a.day`.execute(db);
  return rows;
}

export type StatementPlace = { at: string; id: string };

/**
 * Holds, releases and postings of guarded accounts in one list, newest first. A hold was placed when its id,
 * a UUIDv7, was made.
 */
export async function statement(
  db: Db,
  keys: readonly string[],
  options: { kinds: readonly string[] | null; before: StatementPlace | null; limit: number },
) {
  const { kinds, before, limit } = options;
  const { rows } = await sql<{
    entry: string;
    id: string;
    at: Date;
    kind: string;
    account: string;
    amount: bigint;
    memo: string | null;
  }>`
    with mine as (select id, key from ledger.accounts where key = any(${[...keys]})),
    posted as (
      select j.id, j.part, j.kind, j.memo, j.amt0, j.held0, m.id as account_id, m.key, b.at
      from mine m join ledger.rows j on j.acc0 = m.id join ledger.batches b on b.id = j.seq >> 20),
    freed as (select v.id, v.amount, v.voided_at, m.id as account_id, m.key from mine m join ledger.voids v on v.account_id = m.id),
    open as (select h.id, h.amount, m.id as account_id, m.key from mine m join ledger.open_holds h on h.account_id = m.id),
    entries as (
      select 'j:' || id || ':' || part || ':' || account_id as entry, id, at, kind, key as account, amt0 as amount, memo from posted
      union all
      select 'h:' || id || ':' || account_id, id, uuid_extract_timestamp(id), 'hold', key, -amount, null from (
        select id, account_id, key, amount from freed union all select id, account_id, key, amount from open
        union all select id, account_id, key, sum(held0)::int8 from posted where held0 is not null group by 1, 2, 3) held
      union all
      select 'r:' || id || ':' || account_id, id, voided_at, 'release', key, amount, null from freed
      union all
      select 'r:' || id || ':' || account_id, id, at, 'release', key, sum(held0 + amt0)::int8, null from posted
      where held0 is not null group by id, account_id, at, key having sum(held0 + amt0) > 0)
    select * from entries
    where (${kinds === null} or kind = any(${kinds === null ? [] : [...kinds]}))
      and (${before === null} or (at, entry) < (${before?.at ?? 'epoch'}::timestamptz, ${before?.id ?? ''}))
    order by at desc, entry desc limit ${limit}`.execute(db);
  return rows;
}

export async function batchOf(db: Db, id: string) {
  const { rows } = await sql<{ id: bigint; hash: Buffer; at: Date }>`
    select b.id, b.hash, b.at from ledger.rows j join ledger.batches b on b.id = j.seq >> 20
    where j.id = ${id} order by j.part limit 1`.execute(db);
  return rows[0];
}
