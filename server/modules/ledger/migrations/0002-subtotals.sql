-- What everything that was posted up to a batch comes to, by the shape of accounts: their keys without the words that
-- have a digit in them, as all ids, days and addresses do ("creator:*:pending:*"). There are some dozen shapes, however many accounts. Made of the
-- journal, one after the other, when there is enough that is new; so whatever lay in kinds of accounts before an
-- instant is one of these and the rows since, and nobody adds up the whole journal for it.
create table ledger.subtotal (
  upto   int8 primary key,
  -- the latest time that any batch bears which it has and the one before it has not
  latest timestamptz not null
);
create table ledger.subtotal_line (
  upto   int8 not null references ledger.subtotal,
  shape  text not null,
  asset  text not null,
  amount int8 not null,
  primary key (upto, shape, asset)
);

-- Run for each account that moved: spelled out what an id looks like, it takes twenty times as long.
create function ledger.shape_of(p_key text) returns text
language sql immutable parallel safe
return regexp_replace(p_key, '[^:]*[0-9][^:]*', '*', 'g');

-- Makes the next subtotal, of as many batches as it takes for so many postings, none of them after p_upto: the caller
-- has seen, while nobody posted, that every batch up to it is there. Answers whether there were enough.
create function ledger.add_up(p_upto int8, p_postings int8) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
set jit = off as $$
declare
  v_last ledger.subtotal;
  v_upto int8;
begin
  perform pg_advisory_xact_lock(hashtext('ledger.subtotal'));
  select * into v_last from ledger.subtotal order by upto desc limit 1;
  v_last.upto := coalesce(v_last.upto, 0);
  select id into v_upto
  from (select id, sum(n) over (order by id) as postings from ledger.batch where id > v_last.upto and id <= p_upto) b
  where postings >= p_postings limit 1;
  if v_upto is null then return false; end if;

  insert into ledger.subtotal (upto, latest)
  select v_upto, max(at) from ledger.batch where id > v_last.upto and id <= v_upto;
  insert into ledger.subtotal_line (upto, shape, asset, amount)
  select v_upto, shape, asset, ledger.total(amount) from (
    select shape, asset, amount from ledger.subtotal_line where upto = v_last.upto
    union all
    select ledger.shape_of(a.key), (array['CREDIT', 'USD', 'STELAI'])[a.id & 3], m.amount
    from (select l.account_id, ledger.total(l.amount) as amount
          from ledger.journal j
          cross join lateral (values (j.acc0, j.amt0), (j.acc1, j.amt1), (j.acc2, j.amt2),
                                     (j.acc3, j.amt3), (j.acc4, j.amt4), (j.acc5, j.amt5)) l(account_id, amount)
          where j.seq >= (v_last.upto + 1) << 20 and j.seq < (v_upto + 1) << 20 and l.account_id is not null
          group by l.account_id) m
    join ledger.account a on a.id = m.account_id) moved
  group by shape, asset having ledger.total(amount) <> 0;
  return true;
end $$;

create view ledger.subtotals as select upto, latest from ledger.subtotal;
create view ledger.subtotal_lines as select upto, shape, asset, amount from ledger.subtotal_line;

-- what is new is looked up by batch all the time, long before it is a fifth of the table
alter index ledger.journal_of_batch set (autosummarize = on);
