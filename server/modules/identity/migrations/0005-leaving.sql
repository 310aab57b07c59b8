-- Members who leave. What others have of them needs an account to refer to, so the row stays, under a pseudonym.
alter table identity.account add column left_at timestamptz;

create table identity.leaving (
  id         uuid primary key,
  account_id uuid not null references identity.account,
  state      text not null check (state in ('waiting', 'stayed', 'going', 'left')),
  version    int4 not null default 1,
  asked_at   timestamptz not null,
  due_at     timestamptz not null,
  -- since when there is no way back
  going_at   timestamptz,
  ended_at   timestamptz
);
create unique index leaving_once on identity.leaving (account_id) where state <> 'stayed';
create index leaving_under_way on identity.leaving (going_at) where state = 'going';

-- Names that belonged to somebody who left, as digests by a key of the installation: an address gets no second
-- welcome, and nobody takes the handle of somebody whom others knew.
create table identity.former_name (
  -- barred: the address of somebody who was banned, with which no account is opened again
  kind    text not null check (kind in ('email', 'handle', 'barred')),
  digest  bytea not null,
  left_at timestamptz not null,
  primary key (kind, digest)
);
