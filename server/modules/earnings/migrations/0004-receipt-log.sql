-- The log of receipts: blocks of them under signed headers, each naming the hash of the one before, and days of
-- blocks. Whoever keeps one header can tell later whether anything before it was rewritten. Receipts themselves
-- stay as they were written; their place is a row of its own.

-- Lets whoever closes blocks look only at what was written since, transactions that committed late included.
alter table earnings.receipt add column xid xid8 not null default pg_current_xact_id();
create index receipt_in_order_written on earnings.receipt (xid);

create table earnings.receipt_block (
  number    int4 primary key check (number > 0),
  -- position of its first receipt among all receipts ever, from 0
  first     int8 not null check (first >= 0),
  size      int4 not null check (size > 0),
  root      text not null,
  -- the canonical text that is signed, and its hash, which the next header calls `previous`
  header    text not null,
  hash      text not null,
  jws       text not null,
  closed_at timestamptz not null,
  -- every receipt that an earlier transaction wrote has a place since this block
  seen_xid  xid8 not null
);
create index receipt_block_closed on earnings.receipt_block (closed_at);

create table earnings.receipt_place (
  generation_id uuid primary key references earnings.receipt,
  block         int4 not null references earnings.receipt_block,
  index         int4 not null check (index >= 0),
  constraint receipt_place_once unique (block, index)
);

-- A UTC day holds the blocks that were closed in it, whenever their receipts were settled.
create table earnings.receipt_day (
  day         date primary key,
  first_block int4 not null check (first_block > 0),
  blocks      int4 not null check (blocks >= 0),
  root        text not null,
  header      text not null,
  hash        text not null,
  jws         text not null,
  closed_at   timestamptz not null
);

create trigger receipt_append_only before update or delete or truncate on earnings.receipt
  for each statement execute function kit.refuse_change();
create trigger receipt_block_append_only before update or delete or truncate on earnings.receipt_block
  for each statement execute function kit.refuse_change();
create trigger receipt_place_append_only before update or delete or truncate on earnings.receipt_place
  for each statement execute function kit.refuse_change();
create trigger receipt_day_append_only before update or delete or truncate on earnings.receipt_day
  for each statement execute function kit.refuse_change();
