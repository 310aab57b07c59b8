/**
 * What must hold between epochs, awards, claims and the books of $STELAI, each as a query that finds the exceptions. What
 * is posted for each of them is in `explained.ts`; what the chain says is held against the books by whoever can ask it.
 */
const STANDING = `
  select distinct on (wallet) wallet, cumulative_nanos, number from rewards.leaf l join rewards.epoch e on e.id = l.epoch_id
  where e.state <> 'voided' order by wallet, number desc`;
const PAID = `
  select wallet, max(cumulative_nanos) as cumulative, sum(amount_nanos) as paid from rewards.chain_event where kind = 'claimed' group by 1`;

export const REWARD_CHECKS: Record<string, string> = {
  'each leaf is what epochs up to it committed to its wallet, and none is missing': `
    with counted as (select id, number from rewards.epoch where state not in ('drafted', 'voided')),
    committed as (select c.wallet, e.number, sum(c.amount_nanos) as amount from rewards.commitment c join counted e on e.id = c.epoch_id group by 1, 2),
    due as (
      select e.number, c.wallet, sum(c.amount) as amount from counted e join committed c on c.number <= e.number group by 1, 2 having sum(c.amount) > 0),
    leaves as (select e.number, l.wallet, l.cumulative_nanos as amount from rewards.leaf l join counted e on e.id = l.epoch_id)
    select coalesce(d.number, l.number) || ' ' || coalesce(d.wallet, l.wallet) as subject
    from due d full join leaves l on l.number = d.number and l.wallet = d.wallet where d.amount is distinct from l.amount`,
  'no leaf is smaller than in an epoch before, and no wallet is left out': `
    select b.number || ' ' || l.wallet as subject from rewards.leaf l join rewards.epoch a on a.id = l.epoch_id and a.state not in ('drafted', 'voided')
    join rewards.epoch b on b.number = a.number + 1 and b.state not in ('drafted', 'voided')
    left join rewards.leaf n on n.epoch_id = b.id and n.wallet = l.wallet
    where n.cumulative_nanos is null or n.cumulative_nanos < l.cumulative_nanos`,
  'an epoch says how many leaves it has, what they come to and what of it is new': `
    select e.id::text as subject from rewards.epoch e
    left join lateral (select count(*) as n, sum(l.cumulative_nanos) as total from rewards.leaf l where l.epoch_id = e.id) l on true
    left join lateral (select sum(c.amount_nanos) as added from rewards.commitment c where c.epoch_id = e.id) c on true
    where e.root is not null and (e.leaves <> l.n or e.total_nanos is distinct from l.total or e.added_nanos is distinct from c.added)`,
  'a commitment is of the awards that it names': `
    select c.epoch_id || ' ' || c.person_id as subject from rewards.commitment c where c.awarded_nanos <> coalesce((
      select sum(a.amount_nanos) from rewards.commitment_award a where a.epoch_id = c.epoch_id and a.person_id = c.person_id), 0)
    union all
    select a.award_id::text from rewards.commitment_award a join competitions.award w on w.id = a.award_id
    where (a.person_id, a.amount_nanos) is distinct from (w.person_id, w.amount_nanos)`,
  'what lies with each wallet is its newest leaf less what it was paid': `
    with books as (
      select split_part(a.key, ':', 2) as wallet, b.posted from ledger.balances b join ledger.accounts a on a.id = b.account_id
      where a.key like 'wallet:%:committed'),
    standing as (${STANDING}), paid as (${PAID})
    select coalesce(s.wallet, b.wallet) as subject from standing s full join books b on b.wallet = s.wallet
    left join paid p on p.wallet = coalesce(s.wallet, b.wallet)
    where coalesce(s.cumulative_nanos, 0) - coalesce(p.paid, 0) <> coalesce(b.posted, 0)
    union all
    select p.wallet from paid p left join standing s on s.wallet = p.wallet where p.cumulative <> p.paid or p.paid > coalesce(s.cumulative_nanos, 0)`,
  'all leaves come to what is committed and what was claimed': `
    select 'total' as subject where
      coalesce((select sum(cumulative_nanos) from (${STANDING}) s), 0)
      <> coalesce((select sum(b.posted) from ledger.balances b join ledger.accounts a on a.id = b.account_id where a.key like 'wallet:%:committed'), 0)
       + coalesce((select sum(amount_nanos) from rewards.chain_event where kind = 'claimed'), 0)`,
  'each claim is of a leaf of an epoch that was live': `
    select c.block_number || ' ' || c.log_index as subject from rewards.chain_event c
    left join rewards.epoch e on e.number = c.epoch and e.active_at is not null
    left join rewards.leaf l on l.epoch_id = e.id and l.wallet = c.wallet
    where c.kind = 'claimed' and l.cumulative_nanos is distinct from c.cumulative_nanos`,
  'an award is committed by one epoch at most, payable while it is unpaid and paid when it is': `
    with committed as (
      select a.award_id, count(*) as n, bool_or(e.active_at is not null and c.cumulative_nanos <= coalesce(p.cumulative, 0)) as paid
      from rewards.commitment_award a join rewards.commitment c on c.epoch_id = a.epoch_id and c.person_id = a.person_id
      join rewards.epoch e on e.id = a.epoch_id and e.state <> 'voided' left join (${PAID}) p on p.wallet = c.wallet group by 1)
    select w.id::text as subject from competitions.award w left join committed c on c.award_id = w.id
    where (c.award_id is not null or w.state in ('payable', 'paid'))
      and (c.n is distinct from 1 or w.state <> case when c.paid then 'paid' else 'payable' end)`,
  'what people owe back is what the pool will get of it': `
    select 'recoverable' as subject from (
      select coalesce(sum(e.amount) filter (where a.key like 'person:%:owed-back'), 0) as owed,
             coalesce(sum(e.amount) filter (where a.key = 'prizes:recoverable'), 0) as recoverable
      from ledger.entries e join ledger.accounts a on a.id = e.account_id where a.key like 'person:%:owed-back' or a.key = 'prizes:recoverable') s
    where owed + recoverable <> 0`,
  'nobody was awarded less than nothing': `
    select a.key as subject from ledger.entries e join ledger.accounts a on a.id = e.account_id
    where a.key like 'person:%:awarded' group by a.key having sum(e.amount) < 0`,
};
