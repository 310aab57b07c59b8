create schema identity;

create table identity.account (
  id                uuid primary key,
  email             text not null unique check (email = lower(email)),
  handle            text not null unique check (handle ~ '^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$'),
  display_name      text not null check (char_length(display_name) between 1 and 60),
  bio               text not null default '',
  -- null: a house account, which nobody can sign in to
  password_hash     text,
  email_verified_at timestamptz,
  created_at        timestamptz not null,
  banned_at         timestamptz
);

create table identity.role (
  account_id uuid not null references identity.account,
  role       text not null check (role in ('member', 'creator', 'reviewer', 'judge', 'moderator', 'finance', 'admin')),
  granted_at timestamptz not null,
  granted_by text not null,
  primary key (account_id, role)
);
create index role_holders on identity.role (role, account_id);

-- Only the digest of a token is kept: whoever reads this table cannot act as anybody.
create table identity.session (
  id         uuid primary key,
  account_id uuid not null references identity.account,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null,
  user_agent text not null default ''
);
create index session_owner on identity.session (account_id, id);

create table identity.one_time_link (
  id         uuid primary key,
  purpose    text not null check (purpose in ('email_verification', 'password_reset', 'admin_claim')),
  account_id uuid references identity.account,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  check ((account_id is null) = (purpose = 'admin_claim'))
);
create index one_time_link_open on identity.one_time_link (purpose, account_id) where used_at is null;

create table identity.api_key (
  id           uuid primary key,
  account_id   uuid not null references identity.account,
  name         text not null,
  -- the first characters of the secret, for people to recognise it by
  prefix       text not null,
  secret_hash  bytea not null unique,
  scopes       text[] not null check (scopes <@ array['read', 'generate', 'purchase'] and cardinality(scopes) > 0),
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz
);
create index api_key_owner on identity.api_key (account_id, id);

-- Mail as it would have been sent.
create table identity.mail (
  id        uuid primary key,
  recipient text not null,
  subject   text not null,
  text      text not null,
  link      text,
  at        timestamptz not null
);
