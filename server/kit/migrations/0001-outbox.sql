create schema kit;

-- News of what happened, written in the transaction in which it happened.
-- xid lets readers stop before transactions that are still open: an identity column alone is
-- handed out in another order than transactions commit, and a reader would skip the late ones.
create table kit.outbox (
  id      int8 generated always as identity primary key,
  xid     xid8 not null default pg_current_xact_id(),
  topic   text not null,
  payload jsonb not null,
  at      timestamptz not null
);
create index outbox_order on kit.outbox (xid, id);

-- Each subscriber has its own place in the news.
create table kit.subscriber (
  name text primary key,
  xid  xid8 not null default '0',
  id   int8 not null default 0,
  moved_at timestamptz not null default now()
);

-- Who asked for what by which key; written with the act itself, so that both are there or neither.
create table kit.idempotency (
  actor_id  uuid not null,
  key       text not null,
  endpoint  text not null,
  body_hash bytea not null,
  subject   text,
  at        timestamptz not null,
  primary key (actor_id, key)
);

-- Secrets that this installation made for itself. The keys that sign what others verify are not here but in files
-- (signing.ts): who can write the database must not be able to sign.
create table kit.secret (
  name  text primary key,
  value bytea not null,
  at    timestamptz not null default now()
);
