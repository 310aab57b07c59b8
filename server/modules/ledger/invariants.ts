import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';

/** One row that should not be, in words. */
export type Violation = { invariant: string; subject: string };

/**
 * What must hold in the ledger alone, each as a query that finds the exceptions. "It sums to zero" by
 * itself caught none of five seeded money bugs; the comparisons from two sides are what finds them.
 */
const CHECKS: Record<string, string> = {
  'every posting sums to zero': `
    select id::text as subject from ledger.journal where not ledger.is_balanced(amounts)`,
  'each guarded balance equals its entries': `
    select a.key as subject from ledger.balance b join ledger.account a on a.id = b.account_id
    left join (select l.account, sum(l.amount) total from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount) group by 1) e
      on e.account = b.account_id
    where b.posted <> coalesce(e.total, 0)`,
  'accruals equal journal legs': `
    select a.key as subject from ledger.account a
    left join (select account_id, sum(delta) total, sum(n) n from ledger.accrual group by 1) x on x.account_id = a.id
    left join (select l.account, sum(l.amount) total, count(*) n from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount) group by 1) e
      on e.account = a.id
    where not a.guarded and (coalesce(x.total, 0) <> coalesce(e.total, 0) or coalesce(x.n, 0) <> coalesce(e.n, 0))`,
  'accruals lie in the minute of their batch': `
    select coalesce(x.account_id, e.account)::text as subject
    from (select account_id, minute, slot, delta from ledger.accrual) x
    full join (
      select l.account, floor(extract(epoch from b.at) / 60)::int4 as minute, b.slot, sum(l.amount) total
      from ledger.journal j join ledger.batch b on b.id = j.batch_id, unnest(j.accounts, j.amounts) l(account, amount)
      join ledger.account a on a.id = l.account and not a.guarded group by 1, 2, 3) e
      on e.account = x.account_id and e.minute = x.minute and e.slot = x.slot
    where x.delta is distinct from e.total`,
  'open holds equal what is held': `
    select a.key as subject from ledger.balance b join ledger.account a on a.id = b.account_id
    left join (select account_id, sum(amount) total from ledger.hold where resolved_at is null group by 1) h on h.account_id = b.account_id
    where b.held <> coalesce(h.total, 0)`,
  'no guarded account is below zero': `
    select a.key as subject from ledger.balance b join ledger.account a on a.id = b.account_id where b.posted - b.held < 0 or b.held < 0`,
  'a capture is within its hold': `
    select id::text as subject from ledger.hold where captured > amount or captured < 0`,
  'every posting is in a batch that counts it': `
    select coalesce(b.id, j.batch_id)::text as subject from ledger.batch b
    full join (select batch_id, count(*) n, max(ordinal) last from ledger.journal group by 1) j on j.batch_id = b.id
    where b.n is distinct from j.n or j.last is distinct from j.n`,
  'the chain of hashes is whole': `
    with chained as (
      select id, prev_hash, hash, at, slot,
             coalesce(lag(hash) over (partition by slot order by id), sha256('')) as expected_prev
      from ledger.batch),
    rows as (select batch_id, string_agg(ledger.row_digest(j), ''::bytea order by ordinal) as digests from ledger.journal j group by 1)
    select c.id::text as subject from chained c left join rows r on r.batch_id = c.id
    where c.prev_hash <> c.expected_prev
       or c.hash is distinct from sha256(c.prev_hash || convert_to(c.id || '|' || c.slot || '|' || extract(epoch from c.at), 'UTF8') || r.digests)`,
};

export async function invariants(db: Db): Promise<{ checked: string[]; violations: Violation[] }> {
  const violations: Violation[] = [];
  for (const [invariant, query] of Object.entries(CHECKS)) {
    const { rows } = await sql<{ subject: string }>`${sql.raw(query)} limit 20`.execute(db);
    violations.push(...rows.map(({ subject }) => ({ invariant, subject })));
  }
  return { checked: Object.keys(CHECKS), violations };
}
