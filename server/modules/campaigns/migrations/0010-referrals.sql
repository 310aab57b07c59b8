-- A link that brings people: its code never changes, where it leads may, and each time that is another version.
create table campaigns.link (
  id       uuid primary key,
  code     text not null unique check (code ~ '^[a-z2-9]{10}$'),
  owner_id uuid not null references identity.account,
  label    text not null check (char_length(label) <= 80),
  made_at  timestamptz not null,
  ended_at timestamptz
);
create index link_of_owner on campaigns.link (owner_id, made_at desc, id desc);

create table campaigns.link_destination (
  link_id    uuid not null references campaigns.link,
  version    int4 not null check (version > 0),
  kind       text not null check (kind in ('model', 'creator', 'campaign', 'asset')),
  subject_id uuid not null,
  set_at     timestamptz not null,
  primary key (link_id, version)
);
create index link_destination_to on campaigns.link_destination (subject_id);
create trigger refuse_change before update or delete or truncate on campaigns.link_destination
  for each statement execute function kit.refuse_change();

create table campaigns.link_day (
  link_id uuid not null references campaigns.link,
  day     date not null,
  -- different browsers: one that comes again on the same day counts once
  clicks  int8 not null check (clicks > 0),
  primary key (link_id, day)
);

-- Who came by a link, as a browser and not as a person: only digests, and none older than the window.
create table campaigns.touch (
  id           uuid primary key,
  device_hash  bytea not null,
  link_id      uuid not null references campaigns.link,
  version      int4 not null,
  -- null: an address that says nothing, such as that of this machine
  network_hash bytea,
  first_at     timestamptz not null,
  last_at      timestamptz not null,
  unique (device_hash, link_id)
);
create index touch_age on campaigns.touch (last_at);

-- Which accounts signed in with which browser and from which network, for telling whether two people are one household.
create table campaigns.trace (
  kind       text not null check (kind in ('device', 'network')),
  hash       bytea not null,
  account_id uuid not null references identity.account,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  primary key (kind, hash, account_id)
);
create index trace_of_account on campaigns.trace (account_id, kind);
create index trace_age on campaigns.trace (last_at);

-- By which link an account came: once, when it was opened, for life.
create table campaigns.attribution (
  account_id uuid primary key references identity.account,
  link_id    uuid not null references campaigns.link,
  version    int4 not null,
  owner_id   uuid not null references identity.account,
  -- a touch brings one account, whoever copies its cookie
  touch_id   uuid not null,
  -- null: it counts
  excluded   text check (excluded in ('same_device', 'same_network', 'second_account')),
  evidence   jsonb not null,
  at         timestamptz not null
);
create unique index attribution_of_touch on campaigns.attribution (touch_id) where excluded is null;
create index attribution_of_link on campaigns.attribution (link_id, at desc);
create index attribution_of_owner on campaigns.attribution (owner_id, account_id);
create trigger refuse_change before update or delete or truncate on campaigns.attribution
  for each statement execute function kit.refuse_change();

-- What the first purchase of somebody who came by a link brings both.
create table campaigns.reward (
  id             uuid primary key,
  account_id     uuid not null unique references campaigns.attribution,
  link_id        uuid not null references campaigns.link,
  owner_id       uuid not null references identity.account,
  purchase_id    uuid not null unique references earnings.purchase,
  -- what each of the two is given
  amount_micros  int8 not null check (amount_micros > 0),
  state          text not null check (state in ('pending', 'settled', 'refused', 'reversed')),
  version        int4 not null default 1,
  begun_at       timestamptz not null,
  due_at         timestamptz not null,
  settled_at     timestamptz,
  ended_at       timestamptz,
  -- why it was refused or reversed
  reason         text check (reason in ('same_device', 'same_network', 'team', 'banned', 'budget', 'payment_taken_back'))
);
create index reward_of_owner on campaigns.reward (owner_id, begun_at desc, id desc);
create index reward_of_link on campaigns.reward (link_id);
