import { sql } from 'kysely';
import { present } from '../../kit/assert.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { Account, Asset } from './ledger.ts';

/** Posts from this process go through one slot; a second poster would take the next. */
const SLOT = 0;

export type PostingRow = {
  id: string;
  part: number;
  kind: string;
  asset: Asset;
  memo: string;
  accounts: number[];
  amounts: string[];
};
export type HoldRow = { id: string; account_id: number; amount: string; memo: string };
export type ResolvedHoldRow = { id: string; account_id: number; captured: string };

/** Ids of the accounts by key; accounts that are new are opened. */
export async function openAccounts(tx: Tx, accounts: readonly Account[]): Promise<Map<string, number>> {
  const found = await idsOf(tx, accounts);
  const wanted = new Map(accounts.map((account) => [account.key, account]));
  const missing = [...wanted.values()]
    .filter(({ key }) => !found.has(key))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  if (missing.length === 0) return found;
  await tx
    .insertInto('ledger.account')
    .values(missing)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const opened = await idsOf(tx, accounts);
  const guarded = missing.filter((account) => account.guarded);
  if (guarded.length > 0) {
    await tx
      .insertInto('ledger.balance')
      .values(
        guarded.map(({ key }) => ({
          account_id: present(opened.get(key), `the account ${key}, just opened`),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return opened;
}

async function idsOf(db: Db, accounts: readonly Account[]): Promise<Map<string, number>> {
  const keys = [...new Set(accounts.map(({ key }) => key))];
  const rows = await db.selectFrom('ledger.account').select(['id', 'key']).where('key', 'in', keys).execute();
  return new Map(rows.map(({ id, key }) => [key, id]));
}

export async function insertPostings(tx: Tx, at: Date, postings: PostingRow[]): Promise<bigint> {
  const { rows } = await sql<{ batch: bigint }>`
    select ledger.post(${SLOT}::int2, ${at}, ${JSON.stringify(postings)}::jsonb) as batch`.execute(tx);
  return rows[0]?.batch ?? 0n;
}

export async function insertHolds(tx: Tx, at: Date, holds: HoldRow[]): Promise<void> {
  await sql`select ledger.place_holds(${at}, ${JSON.stringify(holds)}::jsonb)`.execute(tx);
}

export async function resolveHolds(
  tx: Tx,
  at: Date,
  outcome: 'captured' | 'voided',
  holds: ResolvedHoldRow[],
) {
  await sql`select ledger.resolve_holds(${at}, ${outcome}, ${JSON.stringify(holds)}::jsonb)`.execute(tx);
}

export async function openHoldsOf(db: Db, id: string) {
  return db
    .selectFrom('ledger.hold as h')
    .innerJoin('ledger.account as a', 'a.id', 'h.account_id')
    .select(['h.account_id', 'a.key', 'h.amount'])
    .where('h.id', '=', id)
    .where('h.resolved_at', 'is', null)
    .execute();
}

export async function guardedBalances(db: Db, keys: readonly string[], lock: boolean) {
  let query = db
    .selectFrom('ledger.balance as b')
    .innerJoin('ledger.account as a', 'a.id', 'b.account_id')
    .select(['a.key', 'b.posted', 'b.held'])
    .where('a.key', 'in', [...keys])
    .orderBy('b.account_id');
  if (lock) query = query.forUpdate('b');
  return query.execute();
}

/** Sums of accruing accounts over the half-open interval [from, to), to the minute. */
export async function accruedSums(db: Db, keys: readonly string[], from: Date | null, to: Date | null) {
  let query = db
    .selectFrom('ledger.accrual as x')
    .innerJoin('ledger.account as a', 'a.id', 'x.account_id')
    .select(['a.key', sql<bigint>`sum(x.delta)::int8`.as('delta'), sql<bigint>`sum(x.n)::int8`.as('n')])
    .where('a.key', 'in', [...keys])
    .groupBy('a.key');
  if (from) query = query.where('x.minute', '>=', minuteOf(from));
  if (to) query = query.where('x.minute', '<', minuteOf(to));
  return query.execute();
}

/** Sums by UTC day. */
export async function accruedDays(db: Db, keys: readonly string[], from: Date) {
  return db
    .selectFrom('ledger.accrual as x')
    .innerJoin('ledger.account as a', 'a.id', 'x.account_id')
    .select([
      sql<string>`to_char(to_timestamp(x.minute::int8 * 60) at time zone 'UTC', 'YYYY-MM-DD')`.as('day'),
      sql<bigint>`sum(x.delta)::int8`.as('delta'),
    ])
    .where('a.key', 'in', [...keys])
    .where('x.minute', '>=', minuteOf(from))
    .groupBy('day')
    .orderBy('day')
    .execute();
}

const minuteOf = (at: Date) => Math.floor(at.getTime() / 60_000);

export type StatementPlace = { at: string; id: string };

/** Holds, releases and postings of guarded accounts in one list, newest first. */
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
    memo: string;
  }>`
    with mine as (select id, key from ledger.account where key = any(${[...keys]})),
    entries as (
      select 'j:' || j.id || ':' || m.id as entry, j.id, b.at, j.kind, m.key as account, l.amount, j.memo
      from ledger.journal j join ledger.batch b on b.id = j.batch_id, unnest(j.accounts, j.amounts) l(account, amount)
      join mine m on m.id = l.account
      where j.accounts && (select array_agg(id) from mine) and l.amount <> 0
      union all
      select 'h:' || h.id || ':' || m.id, h.id, h.placed_at, 'hold', m.key, -h.amount, h.memo
      from ledger.hold h join mine m on m.id = h.account_id
      union all
      select 'r:' || h.id || ':' || m.id, h.id, h.resolved_at, 'release', m.key, h.amount - h.captured, h.memo
      from ledger.hold h join mine m on m.id = h.account_id
      where h.resolved_at is not null and h.captured < h.amount)
    select * from entries
    where (${kinds === null} or kind = any(${kinds === null ? [] : [...kinds]}))
      and (${before === null} or (at, entry) < (${before?.at ?? 'epoch'}::timestamptz, ${before?.id ?? ''}))
    order by at desc, entry desc limit ${limit}`.execute(db);
  return rows;
}

export type Gift = { id: string; part: number; at: Date; to: string; from: string; amount: bigint };

/** Postings of one kind that moved something from one account to one guarded account, oldest first. */
export async function gifts(
  db: Db,
  filter: { kind: string; before: Date; to_prefix: string },
): Promise<Gift[]> {
  const { rows } = await sql<Gift>`
    select j.id, j.part::int4 as part, b.at, receiver.key as to, giver.key as from, got.amount
    from ledger.journal j join ledger.batch b on b.id = j.batch_id,
         unnest(j.accounts, j.amounts) got(account, amount), unnest(j.accounts, j.amounts) gave(account, amount),
         ledger.account receiver, ledger.account giver
    where j.kind = ${filter.kind} and b.at < ${filter.before} and cardinality(j.accounts) = 2
      and got.amount > 0 and gave.amount < 0 and receiver.id = got.account and giver.id = gave.account
      and starts_with(receiver.key, ${filter.to_prefix})
    order by b.at, j.batch_id, j.ordinal`.execute(db);
  return rows;
}

/** What each of these accounts ever gave, in all. */
export async function givenBy(db: Db, keys: readonly string[]): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ key: string; amount: bigint }>`
    select a.key, (-sum(l.amount))::int8 as amount
    from ledger.account a join ledger.journal j on j.accounts @> array[a.id],
         unnest(j.accounts, j.amounts) l(account, amount)
    where a.key = any(${[...keys]}) and l.account = a.id and l.amount < 0
    group by a.key`.execute(db);
  return new Map(rows.map(({ key, amount }) => [key, amount]));
}

export async function batchOf(db: Db, id: string) {
  return db
    .selectFrom('ledger.journal as j')
    .innerJoin('ledger.batch as b', 'b.id', 'j.batch_id')
    .select(['b.id', 'b.hash', 'b.at'])
    .where('j.id', '=', id)
    .where('j.part', '=', 0)
    .executeTakeFirst();
}
