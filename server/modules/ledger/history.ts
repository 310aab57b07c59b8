import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';
import type { Account } from './ledger.ts';

/** One row of a guarded account. `other` is the guarded account on the far side of transit, where there is one. */
export type Movement = {
  id: string;
  part: number;
  kind: string;
  at: Date;
  amount: bigint;
  other: string | null;
};

/** Everything that moved on a guarded account, in the order in which it moved. */
export async function history(db: Db, account: Account): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    select j.id, j.part::int4 as part, j.kind, b.at, j.amt0 as amount,
           (select a.key from ledger.rows o join ledger.accounts a on a.id = o.acc0
            where o.id = j.id and o.kind = j.kind and o.acc0 > 0 and o.acc0 <> j.acc0 order by o.part limit 1) as other
    from ledger.accounts mine join ledger.rows j on j.acc0 = mine.id join ledger.batches b on b.id = j.seq >> 20
    where mine.key = ${account.key} order by j.seq`.execute(db);
  return rows;
}

/** Guarded accounts with something free on them that were given something of this kind before an instant. */
export async function givenBefore(
  db: Db,
  filter: { kind: string; before: Date; key_like: string },
): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select a.key from ledger.accounts a join ledger.balances b on b.account_id = a.id
    where a.key like ${filter.key_like} and b.posted > b.held and exists (
      select from ledger.rows j join ledger.batches x on x.id = j.seq >> 20
      where j.acc0 = a.id and j.kind = ${filter.kind} and j.amt0 > 0 and x.at < ${filter.before})
    order by a.id`.execute(db);
  return rows.map(({ key }) => key);
}

/** What one cause moved, leg by leg. */
export async function legsOf(db: Db, id: string) {
  const { rows } = await sql<{ part: number; kind: string; key: string; amount: bigint; at: Date }>`
    select e.part::int4 as part, e.kind, a.key, e.amount, e.at from ledger.entries e
    join ledger.accounts a on a.id = e.account_id where e.id = ${id} order by e.part, e.leg`.execute(db);
  return rows;
}

/** What lies in the accounts of one day, by series, those with nothing left out. */
export async function dayBalances(
  db: Db,
  day: string,
  series_like: string,
): Promise<{ series: string; amount: bigint }[]> {
  const { rows } = await sql<{ series: string; amount: bigint }>`
    select a.series, sum(x.delta)::int8 as amount from ledger.accounts a join ledger.accruals x on x.account_id = a.id
    where a.day = ${day}::date and a.series like ${series_like}
    group by a.series having sum(x.delta) <> 0 order by a.series`.execute(db);
  return rows;
}

/** What was set aside for some causes on some accounts and captured. */
export async function capturedHolds(db: Db, keys: readonly string[], ids: readonly string[]) {
  const { rows } = await sql<{ id: string; key: string; held: bigint }>`
    select j.id, a.key, sum(j.held0)::int8 as held from ledger.rows j join ledger.accounts a on a.id = j.acc0
    where j.id = any(${[...ids]}::uuid[]) and a.key = any(${[...keys]}) and j.held0 is not null
    group by 1, 2`.execute(db);
  return rows;
}

/** What is set aside on some accounts now, cause by cause. */
export async function openHoldsOn(db: Db, keys: readonly string[]) {
  const { rows } = await sql<{ id: string; key: string; amount: bigint }>`
    select h.id, a.key, h.amount from ledger.accounts a join ledger.open_holds h on h.account_id = a.id
    where a.key = any(${[...keys]}) order by h.id desc, a.key`.execute(db);
  return rows;
}
