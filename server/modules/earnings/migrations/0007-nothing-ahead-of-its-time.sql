-- What is written once must not be written ahead: a day that is closed before it is over shuts out what it still
-- brings, and nobody can open it again. So each of these rows says when it was written, and that is after what it
-- closes; and they come one after the other, so that none skips ahead. That the time it says is not one to come only
-- a clock can tell: `verify` asks its own.
alter table earnings.closed_day add constraint closed_day_is_over
  check (closed_at >= (day + 1)::timestamp at time zone 'UTC');
alter table earnings.matured_day add constraint matured_day_is_over
  check (at >= (day + 1)::timestamp at time zone 'UTC');
alter table earnings.receipt_day add constraint receipt_day_is_over
  check (closed_at >= (day + 1)::timestamp at time zone 'UTC');

create function earnings.last_day_of(p_month text) returns date
language sql immutable parallel safe
return (make_date(left(p_month, 4)::int4, right(p_month, 2)::int4, 1) + interval '1 month' - interval '1 day')::date;

-- The day after the last one; the first is that of the first posting. Nothing newer than the newest batch is in it.
create function earnings.refuse_day_out_of_turn() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.day is distinct from coalesce((select max(day) + 1 from earnings.closed_day),
                                       (select (min(at) at time zone 'UTC')::date from ledger.batches)) then
    raise exception 'days are closed one after the other' using errcode = 'check_violation', constraint = 'closed_day_in_turn';
  end if;
  if new.batch is distinct from (select max(id) from ledger.batches) then
    raise exception 'a day ends with the newest batch' using errcode = 'check_violation', constraint = 'closed_day_at_newest_batch';
  end if;
  return new;
end $$;
create trigger closed_day_in_turn before insert on earnings.closed_day
  for each row execute function earnings.refuse_day_out_of_turn();

-- The same of days that mature; the first is that of the first line.
create function earnings.refuse_maturity_out_of_turn() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.day is distinct from coalesce((select max(day) + 1 from earnings.matured_day),
                                       (select (min(settled_at) at time zone 'UTC')::date from earnings.line)) then
    raise exception 'days mature one after the other' using errcode = 'check_violation', constraint = 'matured_day_in_turn';
  end if;
  return new;
end $$;
create trigger matured_day_in_turn before insert on earnings.matured_day
  for each row execute function earnings.refuse_maturity_out_of_turn();

-- A month is over when its last day is closed, and ends where that day ends. Each follows the one before.
create function earnings.refuse_month_out_of_turn() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from earnings.closed_day where day = earnings.last_day_of(new.month) and batch = new.batch) then
    raise exception 'a month is sealed where its last day ends' using errcode = 'check_violation', constraint = 'sealed_month_is_over';
  end if;
  if new.month is distinct from coalesce(
       (select to_char(earnings.last_day_of(max(month)) + 1, 'YYYY-MM') from earnings.sealed_month),
       (select to_char(min(at) at time zone 'UTC', 'YYYY-MM') from ledger.batches)) then
    raise exception 'months are sealed one after the other' using errcode = 'check_violation', constraint = 'sealed_month_in_turn';
  end if;
  return new;
end $$;
create trigger sealed_month_in_turn before insert on earnings.sealed_month
  for each row execute function earnings.refuse_month_out_of_turn();

create function earnings.refuse_statement_ahead() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from earnings.closed_day where day = earnings.last_day_of(new.month)) then
    raise exception 'a statement is of a month that is over' using errcode = 'check_violation', constraint = 'statement_of_month_that_is_over';
  end if;
  return new;
end $$;
create trigger statement_of_month_that_is_over before insert on earnings.statement
  for each row execute function earnings.refuse_statement_ahead();
