import { sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Db } from '../kit/database.ts';
import * as ledger from '../modules/ledger/index.ts';

/**
 * What must hold between the ledger and the shop, each as a query that finds the exceptions. Argued from
 * both sides: what the generation says it cost against what the journal says was paid, for each one.
 */
const CHECKS: Record<string, string> = {
  'each succeeded generation is charged exactly once, and nothing else is': `
    select coalesce(g.id, j.id)::text as subject
    from (select id, payer_id, charged_micros from generation.generation where state = 'succeeded') g
    full join (
      select j.id, -sum(l.amount) as charged from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount)
      join ledger.account a on a.id = l.account and a.guarded
      where j.kind = 'charge' and j.part = 0 group by j.id) j on j.id = g.id
    where g.charged_micros is distinct from j.charged`,
  'each charge was paid by its payer': `
    select j.id::text as subject from ledger.journal j join generation.generation g on g.id = j.id,
         unnest(j.accounts, j.amounts) l(account, amount) join ledger.account a on a.id = l.account and a.guarded
    where j.kind = 'charge' and j.part = 0 and a.key not in ('member:' || g.payer_id || ':paid', 'member:' || g.payer_id || ':promo')`,
  'each generation holds its price, and its hold is resolved once it has ended': `
    select g.id::text as subject from generation.generation g
    left join (select id, sum(amount) held, count(*) filter (where resolved_at is null) open,
                      count(*) filter (where outcome = 'captured') captures, sum(captured) captured
               from ledger.hold group by id) h on h.id = g.id
    where coalesce(h.held, 0) <> g.price_micros
       or (g.state in ('queued', 'leased', 'running', 'delivering') and h.open = 0)
       or (g.state in ('succeeded', 'failed', 'cancelled', 'expired') and h.open > 0)
       or (g.state = 'succeeded' and h.captured <> g.charged_micros)
       or (g.state in ('failed', 'cancelled', 'expired') and (h.captured <> 0 or h.captures > 0))`,
  'each hold belongs to a generation': `
    select h.id::text as subject from ledger.hold h left join generation.generation g on g.id = h.id where g.id is null`,
  'escrow clears to zero for each generation': `
    select h.id::text as subject from ledger.hold h join generation.generation g on g.id = h.id
    left join (select j.id, l.account, -sum(l.amount) paid from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount)
               where j.kind = 'charge' and l.amount < 0 group by 1, 2) p on p.id = h.id and p.account = h.account_id
    where h.resolved_at is not null and h.captured <> coalesce(p.paid, 0)`,
  'deferred revenue is outstanding paid credits at one cent': `
    select 'deferred-revenue'::text as subject
    where (select coalesce(sum(delta), 0) * 100 from ledger.accrual x join ledger.account a on a.id = x.account_id where a.key = 'deferred-revenue')
       <> (select coalesce(sum(posted), 0) from ledger.balance b join ledger.account a on a.id = b.account_id where a.key like 'member:%:paid')`,
  'earned revenue is what creators and the platform earned from paid credits': `
    select 'earned-revenue'::text as subject
    where (select coalesce(sum(delta), 0) * 100 from ledger.accrual x join ledger.account a on a.id = x.account_id where a.key = 'earned-revenue')
       <> (select coalesce(sum(delta), 0) from ledger.accrual x join ledger.account a on a.id = x.account_id
           where a.key like 'creator:%:pending' or a.key = 'platform:earned')`,
  'each receipt says what the journal says': `
    with said as (
      select r.generation_id as id,
             case when part->>'person_id' is null then 'platform:' || case half when 'pending' then 'earned' else 'promo-earned' end
                  else 'creator:' || (part->>'person_id') || ':' || half end as key,
             sum((part->>(half || '_micros'))::int8) as amount
      from earnings.receipt r, jsonb_array_elements(r.canonical::jsonb->'parts') part, unnest(array['pending', 'vesting']) half
      group by 1, 2 having sum((part->>(half || '_micros'))::int8) <> 0),
    posted as (
      select j.id, a.key, sum(l.amount) as amount from ledger.journal j, unnest(j.accounts, j.amounts) l(account, amount)
      join ledger.account a on a.id = l.account and not a.guarded where j.kind = 'charge' and j.part = 0 group by 1, 2)
    select coalesce(said.id, posted.id)::text as subject from said full join posted on posted.id = said.id and posted.key = said.key
    where said.amount is distinct from posted.amount`,
  'each receipt is the one that was sealed, and its parts sum to the charge': `
    select r.generation_id::text as subject from earnings.receipt r join generation.generation g on g.id = r.generation_id
    where r.digest <> 'sha256:' || encode(sha256(convert_to(r.canonical, 'UTF8')), 'hex')
       or g.charged_micros is distinct from
          (select sum((part->>'amount_micros')::int8) from jsonb_array_elements(r.canonical::jsonb->'parts') part)`,
  'each settled generation has a receipt': `
    select g.id::text as subject from generation.generation g left join earnings.receipt r on r.generation_id = g.id
    where (g.state = 'succeeded') <> (r.generation_id is not null)`,
  'the lines of a person add up to what the ledger accrued': `
    select coalesce(l.key, x.key) as subject
    from (select 'creator:' || person_id || ':pending' as key, sum(pending_micros) total from earnings.line group by 1
          union all select 'creator:' || person_id || ':vesting', sum(vesting_micros) from earnings.line group by 1) l
    full join (select a.key, sum(x.delta) total from ledger.accrual x join ledger.account a on a.id = x.account_id
               where a.key like 'creator:%' group by 1) x on x.key = l.key
    where coalesce(l.total, 0) <> coalesce(x.total, 0)`,
  'nobody earns by their own generations': `
    select l.generation_id::text as subject from earnings.line l join generation.generation g on g.id = l.generation_id
    where l.person_id = g.payer_id and l.amount_micros <> 0`,
  'each use of a model that was heard of is counted once': `
    with heard as (
      select (n.payload->>'model_id')::uuid as model_id, count(*) as generations
      from kit.outbox n, kit.subscriber s
      where s.name = 'settled-to-model-use' and n.topic = 'generation.settled' and (n.xid, n.id) <= (s.xid, s.id)
      group by 1)
    select coalesce(h.model_id, u.model_id)::text as subject
    from heard h full join marketplace.model_use u on u.model_id = h.model_id
    where h.generations is distinct from u.generations`,
  'each succeeded generation has an asset': `
    select g.id::text as subject from generation.generation g
    where g.state = 'succeeded' and not exists (select from generation.asset a where a.generation_id = g.id)`,
};

export type Verification = { checked: string[]; violations: ledger.Violation[] };

/** Every invariant of ledger and shop, in one consistent picture of the database. */
export async function verifyMoney(db: Db): Promise<Verification> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const { checked, violations } = await ledger.invariants(tx);
      for (const [invariant, query] of Object.entries(CHECKS)) {
        const { rows } = await sql<{ subject: string }>`${sql.raw(query)} limit 20`.execute(tx);
        violations.push(...rows.map(({ subject }) => ({ invariant, subject })));
      }
      return { checked: [...checked, ...Object.keys(CHECKS)], violations };
    });
}

/** Whether every stored file that a row names is there with the bytes that its name promises. */
export async function verifyMedia(context: Pick<Context, 'db' | 'media'>): Promise<Verification> {
  const rows = await context.db.selectFrom('generation.asset').select(['id', 'digest']).execute();
  const violations: ledger.Violation[] = [];
  for (const { id, digest } of rows) {
    if (!(await context.media.holds(digest)))
      violations.push({ invariant: 'each asset lies in the store', subject: id });
  }
  return { checked: ['each asset lies in the store'], violations };
}
