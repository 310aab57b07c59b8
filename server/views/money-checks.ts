import { OPEN } from '../modules/generation/index.ts';
import { PURCHASED_PER_PROMO } from '../offers.ts';
import { EXPLAINED } from './explained.ts';
import { REWARD_CHECKS } from './reward-checks.ts';

/**
 * What must hold between the ledger and the shop, each as a query that finds the exceptions. Argued from
 * both sides: what the generation says it cost against what the journal says was paid, for each one; what
 * lines and reversals say a person has against what lies in the person's accounts.
 */

/** Every dated account of a series with what lies in it. */
const ofDays = (half: 'pending' | 'vesting') => `
  select split_part(a.series, ':', 2)::uuid as person_id, a.day, sum(x.delta) as amount
  from ledger.accounts a join ledger.accruals x on x.account_id = a.id where a.series like 'creator:%:${half}' group by 1, 2`;

/** What lies in guarded and accruing accounts whose keys look like one of these. */
const lying = (...like: string[]) => `(
  select coalesce(sum(v.amount), 0) from ledger.accounts a join (
    select account_id, posted as amount from ledger.balances union all select account_id, delta from ledger.accruals) v on v.account_id = a.id
  where a.asset = 'CREDIT' and a.key like any (array[${like.map((pattern) => `'${pattern}'`).join(', ')}]))`;
const dollars = (key: string) => `(
  select coalesce(sum(x.delta), 0) from ledger.accruals x join ledger.accounts a on a.id = x.account_id where a.key = '${key}')`;

const OPEN_STATES = OPEN.map((state) => `'${state}'`).join(', ');

/** Which published tree a guarded account is counted in. */
const TREE_OF = `case when a.key like any (array['member:%:paid', 'purchase:%:frozen']) then 'CREDIT:paid'
  when a.key like any (array['creator:%:available', 'case:%:creator:%', 'payout:%:reserved']) then 'CREDIT:earned' end`;

/** What each line still is, and what open cases hold of it. */
const LINES_LEFT = `
  select l.generation_id, l.person_id, l.role, (l.settled_at at time zone 'UTC')::date as day, l.matures_day,
         l.pending_micros - coalesce(x.pending, 0) as pending, l.vesting_micros - coalesce(x.vesting, 0) as vesting,
         coalesce(h.held, 0) as held, v.generation_id is not null as vested
  from earnings.line l
  left join (select generation_id, person_id, role, sum(pending_micros) pending, sum(vesting_micros) vesting
             from earnings.reversal_line group by 1, 2, 3) x using (generation_id, person_id, role)
  left join (select generation_id, person_id, role, sum(amount_micros) held from earnings.case_line c
             where not exists (select from earnings.resolution z where z.case_id = c.case_id) group by 1, 2, 3) h using (generation_id, person_id, role)
  left join earnings.vested v on v.generation_id = l.generation_id`;

/**
 * The same as if no claim had been upheld: what a claimant still has of a generation counts for those it was taken
 * from, for each in the measure of what was taken. What became ours, because the claimant had paid it, is not compared.
 */
const BEFORE_CLAIMS = `
  select l.generation_id, l.person_id, l.role,
         l.pending + coalesce(m.pending * c.pending_left / nullif(c.pending_micros, 0), 0) as pending,
         l.vesting + coalesce(m.vesting * c.vesting_left / nullif(c.vesting_micros, 0), 0) as vesting
  from (${LINES_LEFT}) l
  left join (
    select x.generation_id, x.person_id, x.role, x.pending_micros as pending, x.vesting_micros as vesting, g.payer_id = k.claimant_id as own
    from earnings.reversal r join earnings.reversal_line x on x.reversal_id = r.id join earnings.claim k on k.case_id = r.case_id
    join generation.generation g on g.id = r.generation_id where r.cause = 'claim') m using (generation_id, person_id, role)
  left join (
    select y.generation_id, y.pending_micros::numeric, y.vesting_micros::numeric, z.pending as pending_left, z.vesting as vesting_left
    from earnings.line y join (${LINES_LEFT}) z using (generation_id, person_id, role) where role = 'claimant') c on c.generation_id = l.generation_id
  where l.role <> 'claimant' and m.own is not true`;

/** Where what is written once says when it was written. */
const WRITTEN_AT = `
  select 'the day closed as ' || day as subject, closed_at as at from earnings.closed_day
  union all select 'the day matured as ' || day, at from earnings.matured_day
  union all select 'the month sealed as ' || month, sealed_at from earnings.sealed_month
  union all select 'the day of receipts closed as ' || day, closed_at from earnings.receipt_day`;

/**
 * That nothing was closed ahead of its time: what was written by then says so itself (the tables see to it), and that
 * this is no time to come, only a clock can tell. Of the two that we have, ours and the newest batch, the later.
 */
export const notAhead = (now: Date): Record<string, string> => ({
  'nothing is closed at a time that is still to come': `
    select subject from (${WRITTEN_AT}) w
    where at > greatest('${now.toISOString()}'::timestamptz, (select max(at) from ledger.batches)) + interval '1 minute'`,
});

export const MONEY_CHECKS: Record<string, string> = {
  ...EXPLAINED,
  ...REWARD_CHECKS,

  'each succeeded generation is charged exactly once, and nothing else is': `
    select coalesce(g.id, j.id)::text as subject
    from (select id, charged_micros from generation.generation where state = 'succeeded') g
    full join (select id, -sum(amt0) as charged from ledger.rows where kind = 'charge' group by id) j on j.id = g.id
    where g.charged_micros is distinct from j.charged`,
  'each charge was paid by its payer, in the kinds that it was funded in': `
    select j.id::text as subject from (select id, acc0, -sum(amt0) as paid from ledger.rows where kind = 'charge' group by id, acc0) j
    join generation.generation g on g.id = j.id join ledger.accounts a on a.id = j.acc0
    where j.paid is distinct from case a.key when 'member:' || g.payer_id || ':paid' then g.paid_micros
                                             when 'member:' || g.payer_id || ':promo' then g.promo_micros end`,
  'each generation holds its price, and its hold is resolved once it has ended': `
    select g.id::text as subject from generation.generation g
    left join (select id, sum(amount) as amount from ledger.open_holds group by id) o on o.id = g.id
    left join (select id, sum(held0) as amount from ledger.rows where held0 is not null group by id) c on c.id = g.id
    left join (select id, sum(amount) as amount from ledger.voids group by id) v on v.id = g.id
    where coalesce(o.amount, 0) + coalesce(c.amount, 0) + coalesce(v.amount, 0) <> g.price_micros
       or (g.state in (${OPEN_STATES})) <> (o.id is not null)
       or (g.state = 'succeeded') <> (c.id is not null)`,
  'each hold belongs to a generation': `
    select h.id::text as subject from (
      select id from ledger.open_holds union all select id from ledger.voids union all select id from ledger.rows where held0 is not null) h
    left join generation.generation g on g.id = h.id where g.id is null`,
  'every transaction leaves transit at zero': `
    select e.id::text as subject from ledger.entries e
    where e.account_id in (select id from ledger.accounts where key like 'transit:%') group by e.id having sum(e.amount) <> 0`,

  'deferred revenue is the paid credits of members at one cent': `
    select 'deferred-revenue'::text as subject where ${dollars('deferred-revenue')} * 100 <> ${lying('member:%:paid', 'purchase:%:frozen')}`,
  'the promo reserve is promo credits and what waits to vest at one cent': `
    select 'promo-reserve'::text as subject
    where ${dollars('promo-reserve')} * 100 <> ${lying('budget:%', 'member:%:promo', 'creator:%:vesting:%', 'platform:promo-earned')}`,
  'what is set aside for referrals is what pending rewards will bring': `
    select 'budget:referral:reserved'::text as subject
    where ${lying('budget:referral:reserved')} <> (select coalesce(sum(2 * amount_micros), 0) from campaigns.reward where state = 'pending')`,
  'earned revenue is what creators have and owe, and our part, at one cent': `
    select 'earned-revenue'::text as subject
    where ${dollars('earned-revenue')} * 100 <> ${lying(
      'creator:%:pending:%',
      'creator:%:available',
      'creator:%:receivable',
      'case:%',
      'payout:%:reserved',
      'platform:earned',
      'adjustments:%',
    )}`,
  'nothing lies in the budget of a campaign that was settled, or was never scheduled': `
    select a.key as subject from ledger.accounts a join ledger.balances b on b.account_id = a.id
    left join campaigns.campaign c on 'budget:campaign:' || c.id = a.key
    where a.key like 'budget:campaign:%' and b.posted <> 0 and (c.scheduled_at is null or c.settled_at is not null)`,
  'our dollars for promo credits are all those that were funded': `
    select 'cash:promo'::text as subject where ${dollars('cash:promo')} * 100 <> ${lying('credits:promo-issued')}`,

  'nobody is owed less than nothing in pending or vesting, and nobody owes less than nothing': `
    select a.key as subject from ledger.accounts a join ledger.accruals x on x.account_id = a.id
    where a.series is not null or a.key like 'creator:%:receivable' group by a.id, a.key, a.series
    having case when a.series is null then sum(x.delta) > 0 else sum(x.delta) < 0 end`,
  'what waits of each day is what the lines of that day still are': `
    with left_of as (${LINES_LEFT}),
    said as (
      select person_id, matures_day as day, 'pending' as half, sum(greatest(pending + case when vested then vesting else 0 end - held, 0)) as amount
      from left_of where not exists (select from earnings.matured_day m where m.day = left_of.matures_day) group by 1, 2
      union all select person_id, day, 'vesting', sum(vesting) from left_of where not vested group by 1, 2),
    found as (select person_id, day, 'pending' as half, amount from (${ofDays('pending')}) p
              union all select person_id, day, 'vesting', amount from (${ofDays('vesting')}) v)
    select coalesce(s.person_id, f.person_id) || ' ' || coalesce(s.half, f.half) || ' ' || coalesce(s.day, f.day) as subject
    from said s full join found f using (person_id, day, half) where coalesce(s.amount, 0) <> coalesce(f.amount, 0)`,
  'the lines of a person, reversals and adjustments, add up to what lies for the person': `
    with said as (
      select person_id, sum(amount) as amount from (
        select person_id, amount_micros as amount from earnings.line
        union all select person_id, -(pending_micros + vesting_micros) from earnings.reversal_line
        union all select person_id, case direction when 'give' then amount_micros else -amount_micros end from earnings.adjustment
                  where id in (select adjustment_id from earnings.adjustment_approval)) s group by 1),
    found as (
      select person_id, sum(amount) as amount from (
        select split_part(a.key, ':', 2)::uuid as person_id, x.delta as amount
        from ledger.accounts a join ledger.accruals x on x.account_id = a.id where a.key like 'creator:%'
        union all select split_part(a.key, ':', case when a.key like 'creator:%' then 2 else 4 end)::uuid, b.posted
        from ledger.accounts a join ledger.balances b on b.account_id = a.id where a.key like any (array['creator:%', 'case:%:creator:%'])
        -- what payouts took is not lying there any more, and still was earned
        union all select split_part(a.key, ':', 2)::uuid, -j.amt0
        from ledger.accounts a join ledger.rows j on j.acc0 = a.id where a.key like 'creator:%:available' and j.kind like 'payout%') f group by 1)
    select coalesce(s.person_id, f.person_id)::text as subject from said s full join found f using (person_id)
    where coalesce(s.amount, 0) <> coalesce(f.amount, 0)`,

  'each receipt says what the journal says': `
    with said as (
      select r.generation_id as id,
             case when part->>'person_id' is null then 'platform:' || case half when 'pending' then 'earned' else 'promo-earned' end
                  else 'creator:' || (part->>'person_id') || ':' || half end as key,
             sum((part->>(half || '_micros'))::int8) as amount
      from earnings.receipt r, jsonb_array_elements(r.canonical::jsonb->'parts') part, unnest(array['pending', 'vesting']) half
      group by 1, 2 having sum((part->>(half || '_micros'))::int8) <> 0),
    posted as (
      select e.id, coalesce(a.series, a.key) as key, sum(e.amount) as amount
      from ledger.entries e join ledger.accounts a on a.id = e.account_id
      where e.kind = 'charge' and e.leg > 0 group by 1, 2)
    select coalesce(said.id, posted.id)::text as subject from said full join posted on posted.id = said.id and posted.key = said.key
    where said.amount is distinct from posted.amount`,
  'each receipt is the one that was sealed, and its parts sum to the charge': `
    select r.generation_id::text as subject from earnings.receipt r join generation.generation g on g.id = r.generation_id
    where r.digest <> 'sha256:' || encode(sha256(convert_to(r.canonical, 'UTF8')), 'hex')
       or g.charged_micros is distinct from
          (select sum((part->>'amount_micros')::int8) from jsonb_array_elements(r.canonical::jsonb->'parts') part)`,
  'each generation was charged under terms that were agreed, and each line is what they say, to the micro-credit': `
    -- there are many generations under few terms
    with charged as materialized (
      select id, price_micros, created_at, md5((terms - 'frozen_at')::text)::uuid as under from generation.generation where state = 'succeeded'),
    agreed as materialized (
      select c.under, c.last_at, g.id, g.terms, g.terms->'royalties' as royalties, g.terms->'split'->'parts' as parts,
             (g.terms->'agreement'->>'share_ppm')::int4 as share_ppm
      from (select under, min(id::text)::uuid as id, max(created_at) as last_at from charged group by 1) c join generation.generation g on g.id = c.id),
    royalties as (
      select release_id::text as release_id, version,
             jsonb_agg(jsonb_build_object('release_id', parent_release_id, 'person_id', person_id, 'royalty_ppm', royalty_ppm) order by position) as parts
      from earnings.royalty group by 1, 2),
    shares as (
      select a.under, w.person_id, w.role, count(*) as parts, a.share_ppm * sum(w.weight) / 1e18 as share
      from (select *, (select coalesce(sum((r->>'royalty_ppm')::int4), 0) from jsonb_array_elements(royalties) r) as taken
            from agreed where not (terms->>'related')::bool and share_ppm > 0) a
      cross join lateral (
        select (p->>'person_id')::uuid as person_id, p->>'role' as role, (p->>'part_ppm')::numeric * (1000000 - a.taken) as weight
        from jsonb_array_elements(a.parts) p
        union all
        select (r->>'person_id')::uuid, 'parent', (r->>'royalty_ppm')::numeric * 1000000 from jsonb_array_elements(a.royalties) r) w
      group by a.under, a.share_ppm, w.person_id, w.role),
    due as (
      select c.id as generation_id, s.person_id, s.role, c.price_micros * s.share as amount,
             -- a part is rounded once as millionths and once as micro-credits
             s.parts * (1 + c.price_micros / 1e6) as off_below
      from charged c join shares s using (under))
    select a.id::text as subject from agreed a
    where not exists (
        select from program.agreement g where g.id::text = a.terms->'agreement'->>'id' and g.model_id::text = a.terms->'model'->>'id' and g.share_ppm = a.share_ppm)
      or not exists (
        select from earnings.split s where s.model_id::text = a.terms->'model'->>'id'
          and s.version = (a.terms->'split'->>'version')::int4 and s.parts = a.parts)
      or not case when jsonb_array_length(a.royalties) > 0
        then exists (select from royalties r where r.release_id = a.terms->'release'->>'id' and r.parts = a.royalties)
        else not exists (select from earnings.royalty r where r.release_id::text = a.terms->'release'->>'id' and r.in_force_from <= a.last_at) end
    union all
    select coalesce(d.generation_id, l.generation_id)::text
    from due d full join (select * from earnings.line where role <> 'claimant') l using (generation_id, person_id, role)
    where abs(coalesce(l.amount_micros, 0) - coalesce(d.amount, 0)) >= coalesce(d.off_below, 0)`,
  'each settled generation has a receipt': `
    select g.id::text as subject from generation.generation g left join earnings.receipt r on r.generation_id = g.id
    where (g.state = 'succeeded') <> (r.generation_id is not null)`,
  'nobody earns by their own generations': `
    select l.generation_id::text as subject from earnings.line l join generation.generation g on g.id = l.generation_id
    where l.person_id = g.payer_id and l.amount_micros <> 0`,

  'no more of a generation is reversed than was charged, and no more of a line than was earned': `
    select g.id::text as subject from generation.generation g
    join (select generation_id, sum(paid_micros) paid, sum(promo_micros) promo from earnings.reversal group by 1) r on r.generation_id = g.id
    where r.paid > g.paid_micros or r.promo > g.promo_micros
    union all select generation_id::text from (${LINES_LEFT}) l where pending < 0 or vesting < 0`,
  'what refunds, chargebacks, forfeits and lapses took back they took of all lines alike, and claims moved the rest': `
    with taken as (
      select g.id, g.paid_micros, g.promo_micros, g.paid_micros - coalesce(r.paid, 0) as paid_left, g.promo_micros - coalesce(r.promo, 0) as promo_left,
             coalesce(r.refunded, false) as refunded, coalesce(r.lapsed, false) as lapsed,
             coalesce(r.forfeited, false) or z.generation_id is not null as confirmed, coalesce(r.chargebacks, 0) as chargebacks
      from (select generation_id as id from earnings.reversal union select generation_id from earnings.reversal_line) o
      join generation.generation g using (id)
      left join (
        select generation_id as id, sum(paid_micros) as paid, sum(promo_micros) as promo, bool_or(cause = 'refund') as refunded,
               bool_or(cause = 'lapse') as lapsed, bool_or(cause = 'forfeit') as forfeited, count(*) filter (where cause = 'chargeback') as chargebacks
        from earnings.reversal group by 1) r using (id)
      left join (
        select distinct c.generation_id from earnings.case_line c join earnings.resolution z using (case_id) where z.outcome in ('forfeited', 'refunded')) z
        on z.generation_id = g.id)
    select id::text as subject from taken
    where (refunded and paid_left <> 0) or promo_left <> case when refunded or lapsed then 0 else promo_micros end
    union all
    select t.id::text from taken t join (${BEFORE_CLAIMS}) l on l.generation_id = t.id
    join (select generation_id, person_id, role, pending_micros, vesting_micros from earnings.line where role <> 'claimant') earned using (generation_id, person_id, role)
    where l.vesting <> case when t.refunded or t.lapsed or t.confirmed then 0 else earned.vesting_micros end
       or case when t.refunded or t.confirmed then l.pending <> 0
          -- each chargeback takes of every line in proportion, and rounds it once; what was claimed of a line is one more
          else abs(l.pending * t.paid_micros - earned.pending_micros * t.paid_left) > t.chargebacks * t.paid_micros
            * case when exists (select from earnings.line y where y.generation_id = t.id and y.role = 'claimant') then 2 else 1 end end`,
  'each reversal was decided: by a refund, or by how its case was resolved': `
    select x.id::text as subject from earnings.reversal x
    left join earnings.resolution z on z.case_id = x.case_id
    where not case
      when x.case_id is not null then z.outcome is not distinct from
        case x.cause when 'refund' then 'refunded' when 'chargeback' then 'lost' when 'claim' then 'upheld' else 'forfeited' end
      when x.cause = 'refund' then exists (
        select from kit.audit_log l where l.act = 'generation.refund' and l.subject = x.generation_id::text)
      else x.cause = 'lapse' end`,
  'nobody confirms a case that they opened': `
    select c.id::text as subject from earnings.case c join earnings.resolution z on z.case_id = c.id
    where z.outcome in ('forfeited', 'refunded') and z.resolved_by = c.opened_by`,
  'no more vests for a payer than their purchases cover': `
    select g.payer_id::text as subject from earnings.vested v join generation.generation g on g.id = v.generation_id
    where not exists (select from earnings.reversal x where x.generation_id = v.generation_id and x.cause = 'refund')
    group by g.payer_id having sum(v.promo_micros) * ${PURCHASED_PER_PROMO} > coalesce(
      (select sum(p.paid_micros) from earnings.purchase p where p.buyer_id = g.payer_id), 0)`,
  'what vests of a generation is all that promo credits paid of it': `
    select v.generation_id::text as subject from earnings.vested v left join generation.generation g on g.id = v.generation_id and g.state = 'succeeded'
    where v.promo_micros is distinct from g.promo_micros`,
  'our part of what waits to vest is what promo credits paid of it, less what its lines still are': `
    select 'platform:promo-earned'::text as subject where ${lying('platform:promo-earned')} <> (
      select coalesce(sum(g.promo_micros), 0) from generation.generation g
      where g.state = 'succeeded' and not exists (select from earnings.vested v where v.generation_id = g.id))
      - (select coalesce(sum(x.promo_micros), 0) from earnings.reversal x
         where not exists (select from earnings.vested v where v.generation_id = x.generation_id))
      - (select coalesce(sum(vesting), 0) from (${LINES_LEFT}) l where not vested)
    union all select 'platform:promo-earned below zero' where ${lying('platform:promo-earned')} < 0`,
  'each adjustment was approved by a second person': `
    select a.id::text as subject from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id
    where p.approved_by = a.proposed_by or a.person_id in (a.proposed_by, p.approved_by)`,
  'what an upheld claim took of a generation its claimant was given, but for what they paid themselves': `
    with taken as (
      select r.generation_id, k.claimant_id as person_id, sum(l.pending_micros) as pending, sum(l.vesting_micros) as vesting
      from earnings.reversal r join earnings.claim k on k.case_id = r.case_id and k.state = 'upheld'
      join earnings.reversal_line l on l.reversal_id = r.id join generation.generation g on g.id = r.generation_id
      where r.cause = 'claim' and g.payer_id <> k.claimant_id group by 1, 2)
    select coalesce(t.generation_id, l.generation_id)::text as subject
    from taken t full join (select * from earnings.line where role = 'claimant') l using (generation_id, person_id)
    where t.pending is distinct from l.pending_micros or t.vesting is distinct from l.vesting_micros`,
  'each claim was upheld by another person than proposed it, and by nobody who is a party': `
    select k.id::text as subject from earnings.claim k
    left join kit.transition t on t.machine = 'claim' and t.subject_id = k.id and t.act = 'uphold'
    where k.state = 'upheld' and (t.actor is null or t.actor in (k.proposed_by::text, k.claimant_id::text, k.respondent_id::text)
      or k.proposed_by in (k.claimant_id, k.respondent_id))`,
  'while a claim stands all that its leg earns lies in its case, and nothing else does': `
    with claimed as (
      select k.case_id, l.generation_id, l.person_id, l.role, l.settled_at, k.admitted_at, k.ended_at
      from earnings.claim k join earnings.line l on l.model_id = k.model_id and l.amount_micros > 0 and l.role <> 'claimant'
        and (k.leg = 'royalty') = (l.role = 'parent') and (k.leg = 'model' or l.person_id = k.respondent_id)
      where k.case_id is not null)
    select coalesce(c.generation_id, h.generation_id)::text as subject
    from claimed c full join (
      select x.* from earnings.case_line x join earnings.claim k on k.case_id = x.case_id) h using (case_id, generation_id, person_id, role)
    where c.case_id is null or (h.case_id is null and c.settled_at > c.admitted_at and (c.ended_at is null or c.settled_at < c.ended_at))`,
  'each open case holds what its lines say, and each resolved one nothing': `
    with said as (
      select 'case:' || c.case_id || ':creator:' || c.person_id as key, sum(c.amount_micros) as amount from earnings.case_line c
      where not exists (select from earnings.resolution z where z.case_id = c.case_id) group by 1)
    select coalesce(s.key, f.key) as subject from said s full join (
      select a.key, b.posted as amount from ledger.accounts a join ledger.balances b on b.account_id = a.id where a.key like 'case:%') f on f.key = s.key
    where coalesce(s.amount, 0) <> coalesce(f.amount, 0)`,
  'only what is disputed is frozen': `
    select a.key as subject from ledger.accounts a join ledger.balances b on b.account_id = a.id
    where a.key like 'purchase:%:frozen' and b.posted <> 0 and not exists (
      select from earnings.case c where a.key = 'purchase:' || c.purchase_id || ':frozen'
        and not exists (select from earnings.resolution z where z.case_id = c.id))`,

  'each day is closed after it is over, and counts what had been posted by then': `
    select d.day::text as subject from earnings.closed_day d
    left join lateral (select count(*) as batches, coalesce(sum(n), 0) as postings from ledger.batches b
      where b.id > coalesce((select batch from earnings.closed_day p where p.day = d.day - 1), 0) and b.id <= d.batch) c on true
    left join earnings.closed_day p on p.day = d.day - 1
    where d.closed_at < (d.day + 1)::timestamp at time zone 'UTC'
       or d.batches <> coalesce(p.batches, 0) + c.batches or d.postings <> coalesce(p.postings, 0) + c.postings
       or (p.day is null and d.day > (select min(day) from earnings.closed_day))`,
  'each month is sealed where its last day ends': `
    select s.month as subject from earnings.sealed_month s
    where not exists (select from earnings.closed_day d where d.day = (make_date(left(s.month, 4)::int4, right(s.month, 2)::int4, 1)
      + interval '1 month' - interval '1 day')::date and d.batch = s.batch)`,
  'each day that was published says what the ledger owed at its end': `
    with moved as (
      select liability, day, sum(amount) as amount from (
        select 'CREDIT:earned' as liability, (to_timestamp(x.minute * 60.0) at time zone 'UTC')::date as day, x.delta as amount
        from ledger.accounts a join ledger.accruals x on x.account_id = a.id where a.series like 'creator:%'
        union all
        select ${TREE_OF}, (b.at at time zone 'UTC')::date, j.amt0
        from ledger.accounts a join ledger.rows j on j.acc0 = a.id join ledger.batches b on b.id = j.seq >> 20) m
      where liability is not null group by 1, 2),
    -- what came after its day was closed counts for a later one
    late as (
      select d.day, t.liability, sum(t.amount) as amount
      from (select b.id, b.at from ledger.batches b join earnings.closed_day d
              on d.day = greatest((b.at at time zone 'UTC')::date, (select min(day) from earnings.closed_day)) and b.id > d.batch) b
      join earnings.closed_day d on b.id > d.batch and b.at < (d.day + 1)::timestamp at time zone 'UTC'
      join (select e.batch_id, e.amount, case when a.series like 'creator:%' then 'CREDIT:earned' else ${TREE_OF} end as liability
            from ledger.entries e join ledger.accounts a on a.id = e.account_id) t on t.batch_id = b.id
      where t.liability is not null group by 1, 2)
    select l.liability || ' of ' || l.day as subject from earnings.liability_day l
    left join late on late.day = l.day and late.liability = l.liability
    where l.total_micros <> coalesce((select sum(m.amount) from moved m where m.liability = l.liability and m.day <= l.day), 0) - coalesce(late.amount, 0)`,
  'each day that was published is the sum of its leaves': `
    select l.liability || ' of ' || l.day as subject from earnings.liability_day l
    left join (select day, liability, count(*) as size, sum(amount_micros) as total from earnings.liability_leaf group by 1, 2) f using (day, liability)
    where l.total_micros is distinct from f.total or l.size is distinct from f.size`,
  'each statement is the one that was sealed, and its lines lead from its openings to its closings': `
    select s.person_id || ' ' || s.month as subject from earnings.statement s
    where s.digest <> 'sha256:' || encode(sha256(convert_to(s.canonical, 'UTF8')), 'hex')
    union all
    select s.person_id || ' ' || s.month from earnings.statement s
    cross join lateral jsonb_array_elements(s.canonical::jsonb->'accounts') a
    left join lateral (select line->>'account' as account, sum((line->>'amount_micros')::int8) as moved
      from jsonb_array_elements(s.canonical::jsonb->'lines') line group by 1) l on l.account = a->>'account'
    where (a->>'opening_micros')::int8 + coalesce(l.moved, 0) <> (a->>'closing_micros')::int8
       or coalesce(l.moved, 0) <> (select coalesce(sum((m->>'amount_micros')::int8), 0) from jsonb_array_elements(a->'movements') m)`,
  'each statement opens with what the one before it closed with': `
    with stated as (
      select s.person_id, s.month,
             coalesce(jsonb_object_agg(a->>'account', a->>'opening_micros') filter (where a->>'opening_micros' <> '0'), '{}') as opening,
             coalesce(jsonb_object_agg(a->>'account', a->>'closing_micros') filter (where a->>'closing_micros' <> '0'), '{}') as closing
      from earnings.statement s left join lateral jsonb_array_elements(s.canonical::jsonb->'accounts') a on true group by 1, 2)
    select person_id || ' ' || month as subject
    from (select *, lag(closing, 1, '{}') over (partition by person_id order by month) as before from stated) s where opening <> before`,

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
