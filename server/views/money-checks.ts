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

/** Which published tree a guarded account is counted in. */
const TREE_OF = `case when a.key like any (array['member:%:paid', 'purchase:%:frozen']) then 'CREDIT:paid'
  when a.key like any (array['creator:%:available', 'case:%:creator:%', 'payout:%:reserved']) then 'CREDIT:earned' end`;

/** What each line still is, and what open cases hold of it. */
const LINES_LEFT = `
  select l.generation_id, l.person_id, l.role, (l.settled_at at time zone 'UTC')::date as day,
         l.pending_micros - coalesce(x.pending, 0) as pending, l.vesting_micros - coalesce(x.vesting, 0) as vesting,
         coalesce(h.held, 0) as held, v.generation_id is not null as vested
  from earnings.line l
  left join (select generation_id, person_id, role, sum(pending_micros) pending, sum(vesting_micros) vesting
             from earnings.reversal_line group by 1, 2, 3) x using (generation_id, person_id, role)
  left join (select generation_id, person_id, role, sum(amount_micros) held from earnings.case_line c
             where not exists (select from earnings.resolution z where z.case_id = c.case_id) group by 1, 2, 3) h using (generation_id, person_id, role)
  left join earnings.vested v on v.generation_id = l.generation_id`;

export const MONEY_CHECKS: Record<string, string> = {
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
       or (g.state in ('queued', 'leased', 'running', 'delivering')) <> (o.id is not null)
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
  'our dollars for promo credits are all those that were funded': `
    select 'cash:promo'::text as subject where ${dollars('cash:promo')} * 100 <> ${lying('credits:promo-issued')}`,

  'nobody is owed less than nothing in pending or vesting, and nobody owes less than nothing': `
    select a.key as subject from ledger.accounts a join ledger.accruals x on x.account_id = a.id
    where a.series is not null or a.key like 'creator:%:receivable' group by a.id, a.key, a.series
    having case when a.series is null then sum(x.delta) > 0 else sum(x.delta) < 0 end`,
  'what waits of each day is what the lines of that day still are': `
    with left_of as (${LINES_LEFT}),
    said as (
      select person_id, day, 'pending' as half, sum(greatest(pending + case when vested then vesting else 0 end - held, 0)) as amount
      from left_of where not exists (select from earnings.matured_day m where m.day = left_of.day) group by 1, 2
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
  'each reversal is what the journal posted, and nothing else was reversed': `
    with said as (
      select r.id, r.paid_micros, r.promo_micros, r.cause, coalesce(sum(l.pending_micros + l.vesting_micros), 0) as taken
      from earnings.reversal r left join earnings.reversal_line l on l.reversal_id = r.id group by r.id),
    posted as (
      select e.id, -coalesce(sum(e.amount) filter (where a.key like any (array['creator:%', 'case:%'])), 0) as taken,
             coalesce(sum(e.amount) filter (where a.key like any (array['member:%:paid', 'credits:sold'])), 0) as paid,
             coalesce(sum(e.amount) filter (where a.key like any (array['member:%:promo', 'budget:%'])), 0) as promo
      from ledger.entries e join ledger.accounts a on a.id = e.account_id
      where e.kind in ('refund', 'clawback', 'forfeit', 'lapse') group by e.id)
    select coalesce(s.id, p.id)::text as subject from said s full join posted p on p.id = s.id
    where s.taken is distinct from p.taken or s.paid_micros is distinct from p.paid or s.promo_micros is distinct from p.promo`,
  'as many generations vested as were posted': `
    select 'vesting'::text as subject where (select count(*) from earnings.vested) <> (select count(distinct id) from ledger.rows where kind = 'vesting')`,
  'each adjustment was approved by a second person, and is what the journal posted': `
    with said as (
      select a.id, a.person_id, case a.direction when 'give' then a.amount_micros else -a.amount_micros end as amount, p.approved_by <> a.proposed_by as by_two
      from earnings.adjustment a join earnings.adjustment_approval p on p.adjustment_id = a.id),
    posted as (
      select e.id, split_part(a.key, ':', 2)::uuid as person_id, sum(e.amount) as amount
      from ledger.entries e join ledger.accounts a on a.id = e.account_id where e.kind = 'adjustment' and a.key like 'creator:%' group by 1, 2)
    select coalesce(s.id, p.id)::text as subject from said s full join posted p on p.id = s.id and p.person_id = s.person_id
    where s.amount is distinct from p.amount or not s.by_two`,
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

  'each day that was published says what the ledger owed at its end': `
    with moved as (
      select asset, day, sum(amount) as amount from (
        select 'CREDIT:earned' as asset, (to_timestamp(x.minute * 60.0) at time zone 'UTC')::date as day, x.delta as amount
        from ledger.accounts a join ledger.accruals x on x.account_id = a.id where a.series like 'creator:%'
        union all
        select ${TREE_OF}, (b.at at time zone 'UTC')::date, j.amt0
        from ledger.accounts a join ledger.rows j on j.acc0 = a.id join ledger.batches b on b.id = j.seq >> 20) m
      where asset is not null group by 1, 2),
    -- what came after its day was closed counts for a later one
    late as (
      select d.day, t.asset, sum(t.amount) as amount
      from (select b.id, b.at from ledger.batches b join earnings.closed_day d
              on d.day = greatest((b.at at time zone 'UTC')::date, (select min(day) from earnings.closed_day)) and b.id > d.batch) b
      join earnings.closed_day d on b.id > d.batch and b.at < (d.day + 1)::timestamp at time zone 'UTC'
      join (select e.batch_id, e.amount, case when a.series like 'creator:%' then 'CREDIT:earned' else ${TREE_OF} end as asset
            from ledger.entries e join ledger.accounts a on a.id = e.account_id) t on t.batch_id = b.id
      where t.asset is not null group by 1, 2)
    select l.asset || ' of ' || l.day as subject from earnings.liability_day l
    left join late on late.day = l.day and late.asset = l.asset
    where l.total_micros <> coalesce((select sum(m.amount) from moved m where m.asset = l.asset and m.day <= l.day), 0) - coalesce(late.amount, 0)`,
  'each day that was published is the sum of its leaves': `
    select l.asset || ' of ' || l.day as subject from earnings.liability_day l
    left join (select day, asset, count(*) as size, sum(amount_micros) as total from earnings.liability_leaf group by 1, 2) f using (day, asset)
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
