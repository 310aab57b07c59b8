-- Whose a wallet is, for ever: who was paid at it once is who is paid at it, and nobody collects the prizes of two.
-- A contract of the same address on another chain may have another owner, so it is a wallet of a chain.
create table rewards.wallet (
  chain_id  int8 not null check (chain_id > 0),
  address   text not null check (address ~ '^0x[0-9a-f]{40}$'),
  person_id uuid not null references identity.account,
  since     timestamptz not null,
  primary key (chain_id, address),
  unique (chain_id, address, person_id)
);

create table rewards.wallet_link (
  id          uuid primary key,
  chain_id    int8 not null,
  address     text not null,
  person_id   uuid not null,
  linked_at   timestamptz not null,
  -- nothing is cut for it before
  counts_from timestamptz not null,
  ended_at    timestamptz,
  -- what was signed, word by word
  message     text not null,
  signature   text not null,
  foreign key (chain_id, address, person_id) references rewards.wallet (chain_id, address, person_id),
  check (linked_at <= counts_from and linked_at <= ended_at)
);
create unique index wallet_link_one_at_once on rewards.wallet_link (person_id, chain_id) where ended_at is null;
create index wallet_link_of on rewards.wallet_link (person_id, chain_id, linked_at desc);

-- What somebody was asked to sign. The next question takes the place of the one before, and an answer uses it up.
create table rewards.wallet_challenge (
  person_id  uuid primary key references identity.account,
  id         uuid not null,
  chain_id   int8 not null,
  address    text not null,
  message    text not null,
  expires_at timestamptz not null
);
