import { NAMESPACE } from '../ids.ts';
import { HOLD_DAYS, WELCOME } from '../offers.ts';

/**
 * Why each row of the journal is there: one table, kind -> what explains it. Whoever may post can post what sums to
 * zero; here every leg, on whosever account and of the house, has to be what a record says of it, and every record
 * has to be posted. A kind that is not in the table is explained by nothing.
 */
type Explanation = {
  /** In words: which record. */
  by: string;
  /** What finds the record of a posting, and the posting of a record; `e` is a leg. */
  link?: string;
  /** Which accounts count as one place, where the record does not say which of them; `a` is the account. */
  place?: string;
  /** link, place, amount: what the legs must be. What is not said must not be posted, and the other way round. */
  said: string;
};

/** The id that follows from words (server/ids.ts), for SQL; each word is an expression. */
const idOf = (...words: string[]) => `(
  select encode(set_byte(set_byte(h, 6, get_byte(h, 6) & 15 | 128), 8, get_byte(h, 8) & 63 | 128), 'hex')::uuid
  from (select substr(sha256(${[`'${NAMESPACE}'`, ...words].map((word) => `convert_to(${word}, 'UTF8')`).join(` || '\\x00'::bytea || `)}), 1, 16) as h offset 0) d)`;

/** What a person earned, wherever it rests; what waits to vest is by its day. */
const AT_REST = `case when a.key like 'creator:%:vesting:%' then a.key when a.key like 'creator:%' then 'creator:' || split_part(a.key, ':', 2) else a.key end`;
/** The same wherever it lies: in the account of a case, too. What went to several budgets counts as one. */
const WHEREVER = `case when a.key like 'creator:%' then 'creator:' || split_part(a.key, ':', 2)
  when a.key like 'case:%' then 'creator:' || split_part(a.key, ':', 4)
  when a.key like 'budget:%' then 'budgets' else a.key end`;

/** A reversal of one cause with what it took, and what the promo half was when it did. */
const reversed = (cause: string, legs: string) => `
  select r.id, v.place, v.amount from (
    select r.id, r.paid_micros as paid, r.promo_micros as promo, g.payer_id, w.generation_id is not null as vested,
           coalesce(lapse.promo_micros, 0) as lapsed, coalesce(l.pending, 0) as pending, coalesce(l.vesting, 0) as vesting
    from earnings.reversal r
    join generation.generation g on g.id = r.generation_id
    left join earnings.vested w on w.generation_id = r.generation_id
    left join earnings.reversal lapse on lapse.generation_id = r.generation_id and lapse.cause = 'lapse'
    left join (select reversal_id, sum(pending_micros) as pending, sum(vesting_micros) as vesting from earnings.reversal_line group by 1) l
      on l.reversal_id = r.id
    where r.cause = '${cause}') r
  cross join lateral (values ${legs}) v(place, amount)
  union all
  select l.reversal_id, 'creator:' || l.person_id, -(l.pending_micros + l.vesting_micros)
  from earnings.reversal_line l join earnings.reversal r on r.id = l.reversal_id where r.cause = '${cause}'`;

/** What rewards set aside out of the referral budget, or give back to it. */
const rewards = (word: string, where: string, sign: 1 | -1) => `
  select r.id, v.place, v.amount from (
    select ${idOf(`'${word}'`, 'r.id::text')} as id, ${sign} * 2 * r.amount_micros as amount from campaigns.reward r where ${where}) r
  cross join lateral (values ('budget:referral', r.amount), ('budget:referral:reserved', -r.amount)) v(place, amount)`;

/** Before there was a pool prizes were put aside out of a reserve, and came back to it. */
const POOL = `case a.key when 'prizes:reserve' then 'prizes:pool' else a.key end`;

/** What our contract holds is in one account; `d` is the deployment. */
const ON_CHAIN = `'chain:' || d.chain_id || ':' || d.distributor`;

/** What epochs commit of each person, or take back. */
const committed = (word: string, where: string, sign: 1 | -1) => `
  select ${idOf(`'${word}'`, 'c.epoch_id::text', 'c.person_id::text')}, v.place, ${sign} * v.amount
  from rewards.commitment c join rewards.epoch e on e.id = c.epoch_id
  cross join lateral (values ('person:' || c.person_id || ':awarded', -c.awarded_nanos), ('person:' || c.person_id || ':owed-back', c.set_off_nanos),
    ('prizes:recoverable', -c.set_off_nanos), ('prizes:pool', c.set_off_nanos), ('wallet:' || c.wallet || ':committed', c.amount_nanos)) v(place, amount)
  where ${where}`;

/** Disputes with whose purchase it is and what was frozen, as the audit log has it. */
const DISPUTES = `
  select c.purchase_id as purchase, p.buyer_id as buyer, p.paid_micros as paid, p.provider, z.outcome,
         coalesce((opened.detail->>'frozen_micros')::int8, 0) as frozen,
         coalesce((resolved.detail->>'fee_micro_usd')::int8, 0) as fee,
         coalesce((select sum(r.paid_micros) from earnings.reversal r where r.case_id = c.id and r.cause = 'chargeback'), 0) as clawed_back
  from earnings.case c join earnings.purchase p on p.id = c.purchase_id
  left join earnings.resolution z on z.case_id = c.id
  left join kit.audit_log opened on opened.act = 'dispute.open' and opened.subject = c.purchase_id::text
  left join kit.audit_log resolved on resolved.act = 'dispute.resolve' and resolved.subject = c.purchase_id::text`;

/** What resolved cases held in the end: what they set aside, less what was taken out of it. */
const RELEASED = `
  select z.case_id, h.person_id, sum(h.amount) as amount from earnings.resolution z join (
    select case_id, person_id, amount_micros as amount from earnings.case_line
    union all
    select split_part(a.key, ':', 2)::uuid, split_part(a.key, ':', 4)::uuid, e.amount
    from ledger.entries e join ledger.accounts a on a.id = e.account_id
    where e.kind in ('refund', 'clawback', 'forfeit', 'claim-upheld') and a.key like 'case:%') h on h.case_id = z.case_id
  group by 1, 2`;

const EXPLAINED_BY: Record<string, Explanation> = {
  fund: {
    by: 'a funding in the audit log',
    link: 'e.at',
    said: `
      select l.at, v.place, v.amount from (
        select at, subject, (detail->>'amount_micros')::int8 as amount from kit.audit_log where act = 'budget.fund') l
      cross join lateral (values ('credits:promo-issued', -l.amount), (l.subject, l.amount),
                                 ('cash:promo', -l.amount / 100), ('promo-reserve', l.amount / 100)) v(place, amount)`,
  },
  purchase: {
    by: 'a purchase: its buyer, and a cent for each credit',
    said: `
      select p.id, v.place, v.amount from earnings.purchase p cross join lateral (values
        ('credits:sold', -p.paid_micros), ('member:' || p.buyer_id || ':paid', p.paid_micros),
        ('cash:' || p.provider, -p.paid_micros / 100), ('deferred-revenue', p.paid_micros / 100)) v(place, amount)`,
  },
  grant: {
    by: 'the bonus of a purchase, an account that was opened, a campaign that somebody took part in, or a reward that was settled',
    // whoever came when the budget was empty was given nothing
    said: `
      select g.id, v.place, v.amount from (
        select ${idOf(`'pack bonus'`, 'p.id::text')} as id, p.buyer_id as member, 'budget:pack-bonus' as budget, p.promo_micros as amount
        from earnings.purchase p where p.promo_micros > 0
        union all
        select w.id, w.member, 'budget:welcome', ${WELCOME.amount_micros}
        from (select c.id as member, ${idOf(`'welcome'`, 'c.id::text')} as id from identity.account c) w
        where exists (select from ledger.rows j where j.id = w.id)
        union all
        select ${idOf(`'campaign grant'`, 'c.campaign_id::text', 'c.person_id::text')}, c.person_id, 'budget:campaign:' || c.campaign_id, c.amount_micros
        from campaigns.credit_grant c
        union all
        select ${idOf(`'referral grant'`, 'r.id::text', 'r.person::text')}, r.person, 'budget:referral', r.amount_micros
        from (select r.id, r.amount_micros, p.person from campaigns.reward r
              cross join lateral (values (r.owner_id), (r.account_id)) p(person) where r.settled_at is not null) r) g
      cross join lateral (values (g.budget, -g.amount), ('member:' || g.member || ':promo', g.amount)) v(place, amount)`,
  },
  'campaign-budget': {
    by: 'a campaign that was scheduled: its whole budget',
    said: `
      select ${idOf(`'campaign budget'`, 'c.id::text')}, v.place, v.amount from campaigns.campaign c
      cross join lateral (values ('budget:campaigns', -c.budget_micros), ('budget:campaign:' || c.id, c.budget_micros)) v(place, amount)
      where c.scheduled_at is not null`,
  },
  'campaign-rest': {
    by: 'a campaign that was settled: what went back of its budget',
    said: `
      select ${idOf(`'campaign rest'`, 'c.id::text')}, v.place, v.amount from campaigns.campaign c
      cross join lateral (values ('budget:campaigns', c.returned_micros), ('budget:campaign:' || c.id, -c.returned_micros)) v(place, amount)
      where c.settled_at is not null`,
  },
  escrow: {
    by: 'a round that was approved: all of its prizes',
    place: POOL,
    said: `
      select ${idOf(`'prize escrow'`, 'r.id::text')}, v.place, v.amount from competitions.round r
      cross join lateral (values ('prizes:pool', -r.funded_nanos), ('round:' || r.id || ':escrow', r.funded_nanos)) v(place, amount)
      where r.funded_at is not null`,
  },
  award: {
    by: 'an award',
    place: POOL,
    said: `
      select a.id, v.place, v.amount from competitions.award a
      cross join lateral (values (case a.source when 'escrow' then 'round:' || a.round_id || ':escrow' else 'prizes:pool' end, -a.amount_nanos),
        ('person:' || a.person_id || ':awarded', a.amount_nanos)) v(place, amount)`,
  },
  'award-owed-back': {
    by: 'what somebody was given beyond what the standings owe them by now',
    said: `
      select r.id, v.place, v.amount from competitions.recovery r
      cross join lateral (values ('person:' || r.person_id || ':owed-back', -r.amount_nanos), ('prizes:recoverable', r.amount_nanos)) v(place, amount)`,
  },
  'award-return': {
    by: 'an award that was not taken',
    place: POOL,
    said: `
      select ${idOf(`'award taken back'`, 'a.id::text')}, v.place, v.amount from competitions.award a
      cross join lateral (values ('person:' || a.person_id || ':awarded', -a.amount_nanos),
        (case a.returned_to when 'escrow' then 'round:' || a.round_id || ':escrow' else 'prizes:pool' end, a.amount_nanos)) v(place, amount)
      where a.returned_to is not null`,
  },
  'escrow-return': {
    by: 'a round that was settled or called off: what it did not award',
    place: POOL,
    said: `
      select ${idOf(`'prize escrow returned'`, 'r.id::text')}, v.place, v.amount from competitions.round r
      cross join lateral (values ('round:' || r.id || ':escrow', -r.returned_nanos), ('prizes:pool', r.returned_nanos)) v(place, amount)
      where r.returned_at is not null`,
  },
  'pool-deposit': {
    by: 'a deposit in a final block; what was promised before is made good first',
    said: `
      select ${idOf(`'pool funded'`, 'e.block_hash', 'e.log_index::text')}, v.place, v.amount from rewards.chain_event e cross join rewards.deployment d
      cross join lateral (values (${ON_CHAIN}, -e.amount_nanos), ('treasury:promised', e.promised_nanos), ('prizes:pool', e.amount_nanos - e.promised_nanos)) v(place, amount)
      where e.kind = 'deposited'`,
  },
  'pool-promise': {
    by: 'the operator of an installation without a chain',
    said: `
      select p.id, v.place, v.amount from rewards.promise p
      cross join lateral (values ('treasury:promised', -p.amount_nanos), ('prizes:pool', p.amount_nanos)) v(place, amount)`,
  },
  'pool-surplus': {
    by: 'what the admin took out, in a final block',
    said: `
      select ${idOf(`'surplus taken'`, 'e.block_hash', 'e.log_index::text')}, v.place, v.amount from rewards.chain_event e cross join rewards.deployment d
      cross join lateral (values ('prizes:pool', -e.amount_nanos), (${ON_CHAIN}, e.amount_nanos)) v(place, amount)
      where e.kind = 'surplus_recovered'`,
  },
  commitment: {
    by: 'an epoch that was cut: what it commits of a person',
    said: committed('commitment', 'true', 1),
  },
  'commitment-void': {
    by: 'an epoch that was voided',
    said: committed('commitment voided', 'e.voided_at is not null', -1),
  },
  claim: {
    by: 'a claim in a final block',
    said: `
      select ${idOf(`'claim'`, 'd.chain_id::text', 'd.distributor', 'e.wallet', 'e.cumulative_nanos::text')}, v.place, v.amount
      from rewards.chain_event e cross join rewards.deployment d
      cross join lateral (values ('wallet:' || e.wallet || ':committed', -e.amount_nanos), (${ON_CHAIN}, e.amount_nanos)) v(place, amount)
      where e.kind = 'claimed'`,
  },
  reserve: {
    by: 'a reward for a first purchase: what it brings both',
    said: rewards('referral reserved', `r.state <> 'refused'`, -1),
  },
  'reserve-return': {
    by: 'a reward that was settled or reversed',
    said: rewards('referral returned', `r.settled_at is not null or r.state = 'reversed'`, 1),
  },
  revenue: {
    by: 'the paid credits that were charged in the same batch, a cent each',
    link: 'e.batch_id',
    said: `
      select c.batch, v.place, v.amount from (
        select j.seq >> 20 as batch, -sum(j.amt0) / 100 as amount from ledger.rows j join ledger.accounts a on a.id = j.acc0
        where j.kind = 'charge' and a.key like 'member:%:paid' group by 1) c
      cross join lateral (values ('deferred-revenue', -c.amount), ('earned-revenue', c.amount)) v(place, amount)`,
  },
  vesting: {
    by: 'a generation that purchases came to cover: its lines',
    place: AT_REST,
    said: `
      with vested as (
        select ${idOf(`'vesting'`, 'v.generation_id::text')} as id, v.generation_id, v.promo_micros from earnings.vested v),
      lines as (
        -- what a claim took is a line of its claimant's
        select v.id, l.person_id, (l.settled_at at time zone 'UTC')::date as day, l.vesting_micros - coalesce((
          select sum(x.vesting_micros) from earnings.reversal_line x join earnings.reversal r on r.id = x.reversal_id and r.cause = 'claim'
          where x.generation_id = l.generation_id and x.person_id = l.person_id and x.role = l.role), 0) as amount
        from vested v join earnings.line l using (generation_id))
      select id, 'creator:' || person_id || ':vesting:' || to_char(day, 'YYYY-MM-DD') as place, -amount as amount from lines
      union all select id, 'creator:' || person_id, amount from lines
      union all
      select v.id, x.place, x.amount from (
        select id, promo_micros as promo, promo_micros - coalesce((select sum(amount) from lines where lines.id = vested.id), 0) as ours from vested) v
      cross join lateral (values ('platform:promo-earned', -v.ours), ('platform:earned', v.ours),
                                 ('promo-reserve', -v.promo / 100), ('earned-revenue', v.promo / 100)) x(place, amount)`,
  },
  refund: {
    by: 'a reversal: payer, persons and amounts',
    place: WHEREVER,
    // promo credits come from whoever has them: from earnings, vested or not, or out of the budgets that they lapsed into
    said: reversed(
      'refund',
      `('member:' || r.payer_id || ':paid', r.paid), ('platform:earned', r.pending - r.paid),
       ('member:' || r.payer_id || ':promo', r.promo + r.lapsed), ('budgets', -r.lapsed),
       (case when r.vested then 'platform:earned' else 'platform:promo-earned' end, r.vesting - r.promo),
       ('earned-revenue', -(r.paid + case when r.vested then r.promo else 0 end) / 100), ('deferred-revenue', r.paid / 100),
       ('promo-reserve', case when r.vested then r.promo else 0 end / 100)`,
    ),
  },
  clawback: {
    by: 'a reversal of a payment that was taken back',
    place: WHEREVER,
    said: reversed(
      'chargeback',
      `('credits:sold', r.paid), ('platform:earned', r.pending - r.paid), ('earned-revenue', -r.paid / 100), ('cash:test', r.paid / 100)`,
    ),
  },
  forfeit: {
    by: 'a reversal by a case that was confirmed',
    place: WHEREVER,
    said: reversed('forfeit', `('platform:earned', r.pending + r.vesting)`),
  },
  lapse: {
    by: 'a reversal of what was not covered in time',
    place: WHEREVER,
    said: reversed('lapse', `('platform:promo-earned', r.vesting - r.promo), ('budgets', r.promo)`),
  },
  freeze: {
    by: 'a dispute and what it froze',
    said: `
      select ${idOf(`'dispute'`, 'd.purchase::text')}, v.place, v.amount from (${DISPUTES}) d
      cross join lateral (values ('member:' || d.buyer || ':paid', -d.frozen), ('purchase:' || d.purchase || ':frozen', d.frozen)) v(place, amount)`,
  },
  unfreeze: {
    by: 'a dispute that was won',
    said: `
      select ${idOf(`'dispute won'`, 'd.purchase::text')}, v.place, v.amount from (${DISPUTES}) d
      cross join lateral (values ('member:' || d.buyer || ':paid', d.frozen), ('purchase:' || d.purchase || ':frozen', -d.frozen)) v(place, amount)
      where d.outcome = 'won'`,
  },
  chargeback: {
    by: 'a dispute that was lost: what was frozen, what the buyer had left, and the dollars of all that was not clawed back',
    // how much the wallet still had is for the posting to say, as far as the purchase goes
    said: `
      select d.id, v.place, v.amount from (
        select d.*, least(greatest(d.in_wallet, 0), d.paid - d.clawed_back - d.frozen) + d.frozen as unspent
        from (select d.*, coalesce((select -sum(j.amt0) from ledger.rows j join ledger.accounts a on a.id = j.acc0
                                    where j.id = d.id and a.key = 'member:' || d.buyer || ':paid'), 0) as in_wallet
              from (select d.*, ${idOf(`'dispute lost'`, 'd.purchase::text')} as id from (${DISPUTES}) d where d.outcome = 'lost') d) d) d
      cross join lateral (values
        ('purchase:' || d.purchase || ':frozen', -d.frozen), ('member:' || d.buyer || ':paid', d.frozen - d.unspent), ('credits:sold', d.unspent),
        ('deferred-revenue', -d.unspent / 100), ('cash:' || d.provider, (d.paid - d.clawed_back) / 100 + d.fee),
        ('losses:chargebacks', -((d.paid - d.clawed_back - d.unspent) / 100 + d.fee))) v(place, amount)`,
  },
  'hold-for-case': {
    by: 'a case: what it holds of whom; of a claim, generation by generation',
    place: AT_REST,
    said: `
      select c.id, v.place, v.amount from (
        select case when k.id is null then ${idOf(`'case hold'`, 'c.case_id::text')}
                    else ${idOf(`'case hold'`, 'c.case_id::text', 'c.generation_id::text')} end as id, c.case_id, c.person_id, c.amount_micros as amount
        from earnings.case_line c left join earnings.claim k on k.case_id = c.case_id) c
      cross join lateral (values ('case:' || c.case_id || ':creator:' || c.person_id, c.amount), ('creator:' || c.person_id, -c.amount)) v(place, amount)`,
  },
  'claim-upheld': {
    by: 'a reversal by a claim that was upheld: what it took of each is its claimant’s, or ours where the claimant had paid',
    place: WHEREVER,
    said: `
      select r.id, v.place, v.amount from (
        select r.id, sum(l.pending_micros) as earned, sum(l.vesting_micros) as unvested, g.payer_id = k.claimant_id as own
        from earnings.reversal r join earnings.reversal_line l on l.reversal_id = r.id join earnings.claim k on k.case_id = r.case_id
        join generation.generation g on g.id = r.generation_id
        where r.cause = 'claim' group by r.id, own) r
      cross join lateral (values ('platform:earned', r.earned), ('platform:promo-earned', r.unvested)) v(place, amount) where r.own
      union all
      select r.id, 'creator:' || l.person_id, l.amount_micros
      from earnings.reversal r join earnings.line l on l.generation_id = r.generation_id and l.role = 'claimant' where r.cause = 'claim'
      union all
      select l.reversal_id, 'creator:' || l.person_id, -(l.pending_micros + l.vesting_micros)
      from earnings.reversal_line l join earnings.reversal r on r.id = l.reversal_id where r.cause = 'claim'`,
  },
  'release-of-case': {
    by: 'a case that was resolved: what it still held goes to whoever it was held of',
    place: AT_REST,
    said: `
      select ${idOf(`'case release'`, 'c.case_id::text')}, v.place, v.amount from (${RELEASED}) c
      cross join lateral (values ('case:' || c.case_id || ':creator:' || c.person_id, -c.amount), ('creator:' || c.person_id, c.amount)) v(place, amount)`,
  },
  adjustment: {
    by: 'a proposal that was approved',
    place: AT_REST,
    said: `
      select s.id, v.place, v.amount from (
        select s.id, s.person_id, s.reason, case s.direction when 'give' then s.amount_micros else -s.amount_micros end as amount
        from earnings.adjustment s join earnings.adjustment_approval p on p.adjustment_id = s.id) s
      cross join lateral (values ('adjustments:' || s.reason, -s.amount), ('creator:' || s.person_id, s.amount)) v(place, amount)`,
  },
};

/** The legs of a kind, but for transit, which comes to nothing. */
const legsOf = (...kinds: string[]) => `
  ledger.entries e join ledger.accounts a on a.id = e.account_id
  where e.kind in (${kinds.map((kind) => `'${kind}'`).join(', ')}) and a.key not like 'transit:%'`;

/** Both sides by link and place: what differs is a violation. */
const differences = (kind: string, { link = 'e.id', place = 'a.key', said }: Explanation) => `
  with said(link, place, amount) as (
    select link, place, sum(amount) from (${said}) s(link, place, amount) group by 1, 2 having sum(amount) <> 0),
  posted as (
    select ${link} as link, ${place} as place, sum(e.amount) as amount from ${legsOf(kind)} group by 1, 2 having sum(e.amount) <> 0)
  select coalesce(s.link, p.link) || ': ' || coalesce(s.place, p.place) as subject
  from said s full join posted p on p.link = s.link and p.place = s.place where s.amount is distinct from p.amount`;

/**
 * A day matures once for each creator, when its time has come, all of it into what they have; who owes pays back with
 * half of it at most. That it was all, the account of the day says, which is empty from then on.
 */
const MATURITIES = `
  with legs as (
    select e.id, e.seq, e.at, e.amount, a.day, split_part(a.key, ':', 2) as person,
           case when a.key like 'creator:%:pending:%' then 'pending' when a.key like 'creator:%:available' then 'available'
                when a.key like 'creator:%:receivable' then 'receivable' end as place
    from ${legsOf('maturity')}),
  matured as (
    select id, min(seq) as seq, min(at) as at, min(person) as person, min(day) as day,
           count(distinct person) + count(distinct day) + count(*) filter (where place is null) as named,
           -coalesce(sum(amount) filter (where place = 'pending'), 0) as amount,
           coalesce(sum(amount) filter (where place = 'available'), 0) as available,
           coalesce(sum(amount) filter (where place = 'receivable'), 0) as recouped
    from legs group by id),
  owing as (
    select split_part(a.key, ':', 2) as person, e.seq, e.amount
    from ledger.entries e join ledger.accounts a on a.id = e.account_id where e.kind <> 'charge' and a.key like 'creator:%:receivable'),
  owed as (
    select m.id, -sum(o.amount) as amount from matured m join owing o on o.person = m.person and o.seq < m.seq group by 1)
  select m.id || ': ' || coalesce(m.person || ' ' || m.day, '') as subject
  from matured m left join owed o on o.id = m.id left join earnings.matured_day d on d.day = m.day
  where m.named <> 2 or m.id is distinct from ${idOf(`'maturity'`, 'm.person', `to_char(m.day, 'YYYY-MM-DD')`)}
     or m.at is distinct from d.at or m.day > (m.at at time zone 'UTC')::date - ${HOLD_DAYS + 1}
     or m.amount <= 0 or m.available < 0 or m.recouped is distinct from least(coalesce(o.amount, 0), div(m.amount, 2))
  union all
  select 'matured ' || d.day from earnings.matured_day d left join (select day, count(*) as creators from matured group by 1) m on m.day = d.day
  where d.creators <> coalesce(m.creators, 0)`;

/** What goes back is of one grant, from its member to its budget (of a settled campaign to that of all), and no more than was granted. */
const EXPIRIES = `
  with legs as (
    select e.id, e.amount, a.key from ${legsOf('expiry')}),
  expired as (
    select id, min(key) filter (where amount < 0) as purse, min(key) filter (where amount > 0) as budget, count(distinct key) as named,
           sum(amount) filter (where amount > 0) as amount from legs group by id),
  often as (select purse, count(*) as times from expired group by 1),
  granted as (
    select j.id, min(a.key) filter (where j.amt0 > 0) as purse, min(a.key) filter (where j.amt0 < 0) as budget, sum(j.amt0) filter (where j.amt0 > 0) as amount
    from ledger.rows j join ledger.accounts a on a.id = j.acc0 where j.kind = 'grant' group by 1),
  due as (
    select g.*, ${idOf(`'promo expiry'`, 'g.id::text', 'n::text')} as expiry
    from granted g join often o using (purse) cross join lateral generate_series(0, o.times - 1) n)
  select x.id::text as subject from expired x left join due d on d.expiry = x.id and d.purse = x.purse
    and (d.budget = x.budget or (x.budget = 'budget:campaigns' and d.budget in (
      select 'budget:campaign:' || c.id from campaigns.campaign c where c.settled_at is not null)))
  where x.named <> 2 or d.id is null
  union all
  select d.id::text from due d join expired x on x.id = d.expiry group by d.id, d.amount having sum(x.amount) > d.amount`;

/** Kinds that are argued for elsewhere: charges generation by generation (money-checks.ts), the other two above. */
const ARGUED_ELSEWHERE = ['charge', 'maturity', 'expiry'];
const KNOWN = [...Object.keys(EXPLAINED_BY), ...ARGUED_ELSEWHERE].map((kind) => `'${kind}'`).join(', ');

export const nameOf = (kind: string) => `each ${kind} is explained by ${EXPLAINED_BY[kind]?.by}`;

export const UNEXPLAINED = 'each row of the journal is of a kind that something explains';

export const EXPLAINED: Record<string, string> = {
  [UNEXPLAINED]: `
    select kind || ' ' || id as subject from ledger.rows where kind not in (${KNOWN})`,
  ...Object.fromEntries(
    Object.entries(EXPLAINED_BY).map(([kind, explanation]) => [nameOf(kind), differences(kind, explanation)]),
  ),
  'each round put aside what its prizes sum to': `
    select r.id::text as subject from competitions.round r where r.funded_at is not null and r.funded_nanos <> coalesce((
      select sum(p.amount_nanos) from competitions.prize p join competitions.category c on c.id = p.category_id where c.round_id = r.id), 0)`,
  'what is owed back of a category is no more than was given there, and not less than nothing': `
    select r.category_id || ' ' || r.person_id as subject from competitions.recovery r group by r.category_id, r.person_id
    having sum(r.amount_nanos) < 0 or sum(r.amount_nanos) > coalesce((
      select sum(a.amount_nanos) from competitions.award a
      where a.category_id = r.category_id and a.person_id = r.person_id and a.state in ('accepted', 'payable', 'paid')), 0)`,
  'each maturity is explained by a day that matured: all that waited, when its time had come': MATURITIES,
  'each expiry is explained by a grant of which something was left': EXPIRIES,
};
