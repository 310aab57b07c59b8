-- UTC days that are closed, one after the other. What had been posted by then is what the day says for ever: a
-- batch that bears an earlier time and came later than `batch` belongs to the day that was open when it came.
create table earnings.closed_day (
  day       date primary key,
  -- the newest batch of the ledger when it was closed, and how many batches and postings there were up to it
  batch     int8 not null,
  batches   int8 not null,
  postings  int8 not null,
  closed_at timestamptz not null
);

-- What was owed at the end of a day, as a Merkle sum tree that is signed and published; of each liability the days are chained.
create table earnings.liability_day (
  day          date not null references earnings.closed_day,
  liability    text not null,
  size         int4 not null,
  root         text not null,
  total_micros int8 not null check (total_micros >= 0),
  -- of the canonical header, which the next one names
  hash         text not null,
  jws          text not null,
  primary key (day, liability)
);

-- The leaves in the order of the tree. Those without a holder are padding of nothing.
create table earnings.liability_leaf (
  day           date not null,
  liability     text not null,
  place         int4 not null,
  holder_id     uuid references identity.account,
  amount_micros int8 not null check (amount_micros >= 0),
  commitment    text not null,
  primary key (day, liability, place),
  foreign key (day, liability) references earnings.liability_day deferrable initially deferred,
  constraint liability_leaf_once unique (day, liability, holder_id),
  constraint liability_leaf_padding check (holder_id is not null or amount_micros = 0)
);
create index liability_leaf_of_holder on earnings.liability_leaf (holder_id, day) where holder_id is not null;

-- Months of which everybody's statement is sealed.
create table earnings.sealed_month (
  month     text primary key check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  -- where the month ends in the ledger
  batch     int8 not null,
  persons   int4 not null,
  sealed_at timestamptz not null
);

-- What moved on one person's accounts in a month, as it was sealed.
create table earnings.statement (
  person_id uuid not null references identity.account,
  month     text not null check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  canonical text not null,
  digest    text not null,
  jws       text not null,
  sealed_at timestamptz not null,
  primary key (person_id, month)
);

create trigger closed_day_append_only before update or delete or truncate on earnings.closed_day
  for each statement execute function kit.refuse_change();
create trigger liability_day_append_only before update or delete or truncate on earnings.liability_day
  for each statement execute function kit.refuse_change();
create trigger liability_leaf_append_only before update or delete or truncate on earnings.liability_leaf
  for each statement execute function kit.refuse_change();
create trigger sealed_month_append_only before update or delete or truncate on earnings.sealed_month
  for each statement execute function kit.refuse_change();
create trigger statement_append_only before update or delete or truncate on earnings.statement
  for each statement execute function kit.refuse_change();
