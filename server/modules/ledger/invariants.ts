import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';
import type { Violation } from '../../kit/findings.ts';
import { CHAINS, verifyChains } from './heads.ts';

/** From this batch on, and its minute: everything that is asked of the journal is asked of what came since. */
type Since = { batch: bigint; minute: number };
const EVER: Since = { batch: 0n, minute: -(2 ** 31) };

/** What a shape leaves out of a key: words with a digit. As with hashes, spelled out here and not asked of the schema. */
const HAS_A_DIGIT = `'[^:]*[0-9][^:]*'`;

/**
 * What must hold in the ledger alone, each as a query that finds the exceptions. "It sums to zero" by
 * itself caught none of five seeded money bugs; the comparisons from two sides are what finds them.
 */
const CHECKS: Record<string, (since: Since) => string> = {
  'every row sums to zero, moves one asset and guards at most its first leg': ({ batch }) => `
    select id || '/' || part as subject from ledger.rows
    where seq >= ${batch}::int8 << 20 and not (
      amt0 + amt1 + coalesce(amt2, 0) + coalesce(amt3, 0) + coalesce(amt4, 0) + coalesce(amt5, 0) = 0
      and ((acc0 # acc1) & 3) = 0 and coalesce((acc0 # acc2) & 3, 0) = 0 and coalesce((acc0 # acc3) & 3, 0) = 0
      and coalesce((acc0 # acc4) & 3, 0) = 0 and coalesce((acc0 # acc5) & 3, 0) = 0
      and acc1 < 0 and coalesce(acc2, -1) < 0 and coalesce(acc3, -1) < 0 and coalesce(acc4, -1) < 0 and coalesce(acc5, -1) < 0
      and (acc2 is null) = (amt2 is null) and (acc3 is null) = (amt3 is null)
      and (acc4 is null) = (amt4 is null) and (acc5 is null) = (amt5 is null))`,
  'each balance follows from the one before it, and the last is the balance': ({ batch }) => `
    select coalesce((select r.id || '/' || r.part from ledger.rows r where r.seq = c.seq), b.account_id::text) as subject
    from (select seq, acc0, amt0, bal0, lag(bal0) over by_account as before, lead(bal0) over by_account is null as last
          from ledger.rows where acc0 > 0 and seq >= ${batch}::int8 << 20 window by_account as (partition by acc0 order by seq)) c
    full join ledger.balances b on b.account_id = c.acc0 and c.last
    where (c.seq is not null and c.bal0 is distinct from c.amt0 + coalesce(c.before, ${batch === 0n ? '0' : 'c.bal0 - c.amt0'}))
       or (c.last and b.account_id is null) or (c.last and b.posted <> c.bal0)
       ${batch === 0n ? 'or (c.seq is null and b.posted <> 0)' : ''}`,
  'accruals are what the legs of their minute say': ({ batch, minute }) => `
    select coalesce(x.account_id, e.acc)::text as subject
    from (select account_id, minute, slot, delta, n from ledger.accruals where minute > ${minute}) x
    full join (
      select l.acc, floor(extract(epoch from b.at) / 60)::int4 as minute, b.slot, sum(l.delta) as delta, sum(l.n) as n
      from (
        select batch, acc, sum(amt) as delta, count(*) as n from (
          select seq >> 20 as batch, acc0 as acc, amt0 as amt from ledger.rows where acc0 < 0 and seq >= ${batch}::int8 << 20
          union all select seq >> 20, acc1, amt1 from ledger.rows where seq >= ${batch}::int8 << 20
          union all select seq >> 20, acc2, amt2 from ledger.rows where acc2 is not null and seq >= ${batch}::int8 << 20
          union all select seq >> 20, acc3, amt3 from ledger.rows where acc3 is not null and seq >= ${batch}::int8 << 20
          union all select seq >> 20, acc4, amt4 from ledger.rows where acc4 is not null and seq >= ${batch}::int8 << 20
          union all select seq >> 20, acc5, amt5 from ledger.rows where acc5 is not null and seq >= ${batch}::int8 << 20) legs
        group by batch, acc) l
      join ledger.batches b on b.id = l.batch
      where floor(extract(epoch from b.at) / 60)::int4 > ${minute} group by 1, 2, 3) e
      on e.acc = x.account_id and e.minute = x.minute and e.slot = x.slot
    where x.delta is distinct from e.delta or x.n is distinct from e.n`,
  'open holds equal what is held': () => `
    select a.key as subject from ledger.balances b join ledger.accounts a on a.id = b.account_id
    left join (select account_id, sum(amount) total from ledger.open_holds group by 1) h on h.account_id = b.account_id
    where b.held <> coalesce(h.total, 0)`,
  'no guarded account is below zero': () => `
    select a.key as subject from ledger.balances b join ledger.accounts a on a.id = b.account_id
    where b.posted - b.held < 0 or b.held < 0`,
  'a hold is captured or voided once, and captured for no more than it held': ({ batch }) => `
    select j.id::text as subject from ledger.rows j
    where j.seq >= ${batch}::int8 << 20 and j.held0 is not null and j.amt0 + j.held0 < 0
    union all
    select j.id::text from ledger.voids v join ledger.rows j on j.id = v.id and j.acc0 = v.account_id and j.held0 is not null
    union all
    select h.id::text from ledger.open_holds h join ledger.rows j on j.id = h.id and j.acc0 = h.account_id and j.held0 is not null
    union all
    select h.id::text from ledger.open_holds h join ledger.voids v on v.id = h.id and v.account_id = h.account_id`,
  'every account that the books name is open, and is what its id says': () => `
    select b.account_id::text as subject from ledger.balances b left join ledger.accounts a on a.id = b.account_id where a.id is null
    union all
    select x.account_id::text from (select distinct account_id from ledger.accruals) x left join ledger.accounts a on a.id = x.account_id where a.id is null
    union all
    select a.key from ledger.accounts a where (a.id > 0) <> exists (select from ledger.balances b where b.account_id = a.id)`,
  'subtotals are what the rows up to them come to': ({ batch }) => `
    with ends as (
      select upto, latest, coalesce(lag(upto) over by_batch, 0) as after
      from ledger.subtotals window by_batch as (order by upto)),
    asked as materialized (select * from ends where after >= ${batch}),
    edges as materialized (select array_agg(upto order by upto) as uptos, min(after) as first, max(upto) as last from asked),
    said as (
      select upto, shape, asset, sum(amount) as amount from (
        select a.upto, l.shape, l.asset, l.amount from asked a join ledger.subtotal_lines l on l.upto = a.upto
        union all select a.upto, l.shape, l.asset, -l.amount from asked a join ledger.subtotal_lines l on l.upto = a.after) lines
      group by 1, 2, 3),
    moved as (
      select width_bucket((j.seq >> 20) - 1, e.uptos) as place, l.acc, sum(l.amt) as amount
      from edges e join ledger.rows j on j.seq >= (e.first + 1) << 20 and j.seq < (e.last + 1) << 20
      cross join lateral (values (j.acc0, j.amt0), (j.acc1, j.amt1), (j.acc2, j.amt2),
                                 (j.acc3, j.amt3), (j.acc4, j.amt4), (j.acc5, j.amt5)) l(acc, amt)
      where l.acc is not null group by 1, 2),
    found as (
      select e.uptos[m.place + 1] as upto, regexp_replace(a.key, ${HAS_A_DIGIT}, '*', 'g') as shape,
             (array['CREDIT', 'USD', 'STELAI'])[a.id & 3] as asset, sum(m.amount) as amount
      from moved m cross join edges e join ledger.accounts a on a.id = m.acc group by 1, 2, 3)
    select concat_ws(' ', upto, shape, asset) as subject from said full join found using (upto, shape, asset)
    where coalesce(said.amount, 0) <> coalesce(found.amount, 0)
    union all
    select upto::text from asked a
    where latest is distinct from (select max(b.at) from ledger.batches b where b.id > a.after and b.id <= a.upto)`,
};

export type Thoroughness = 'full' | 'fast';
const FAST_HOURS = 24;

/** Some invariants that are looked at together; answers what breaks them. */
export type Check = { names: readonly string[]; run(db: Db): Promise<Violation[]> };

/**
 * Every invariant of the ledger. `full` reads the whole journal; `fast` asks the same of the last day, and of all
 * holds and accounts as they are.
 */
export const checks = (how: Thoroughness): Check[] => [
  { names: CHAINS, run: async (db) => (await verifyChains(db)).violations },
  ...Object.entries(CHECKS).map(([name, query]) => ({
    names: [name],
    async run(db: Db) {
      // rows are sorted in memory as long as they fit
      await sql`set local work_mem = '128MB'`.execute(db);
      const since = how === 'full' ? EVER : await lastDay(db);
      return exceptions(db, name, query(since));
    },
  })),
];

/** What a query finds that should not be, as violations of an invariant. */
export async function exceptions(db: Db, invariant: string, query: string): Promise<Violation[]> {
  const { rows } = await sql<{ subject: string }>`${sql.raw(query)} limit 20`.execute(db);
  return rows.map(({ subject }) => ({ invariant, subject }));
}

/** The first batch of the last day, and the minute before which the accruals are not asked about. */
async function lastDay(db: Db): Promise<Since> {
  const { rows } = await sql<{ batch: bigint; minute: number }>`
    select id as batch, floor(extract(epoch from at) / 60)::int4 as minute from ledger.batches
    where at >= (select max(at) from ledger.batches) - make_interval(hours => ${FAST_HOURS}) order by id limit 1`.execute(
    db,
  );
  return rows[0] ?? EVER;
}
