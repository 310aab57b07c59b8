-- Intervals of one place must not overlap. It comes with PostgreSQL, and the owner of a database may add it.
create extension if not exists btree_gist with schema public;

-- A model that stands in a featured place for a while, and why: [from_at, until_at).
create table marketplace.slot_booking (
  id          uuid primary key,
  surface     text not null,
  position    int2 not null check (position >= 1),
  from_at     timestamptz not null,
  until_at    timestamptz not null,
  model_id    uuid not null references registry.model,
  kind        text not null check (kind in ('editorial', 'merit', 'campaign')),
  -- campaigns come later in the order of the modules
  campaign_id uuid,
  reason      text not null check (char_length(reason) between 1 and 200),
  -- null: the product itself, for a campaign that repeats
  booked_by   uuid references identity.account,
  booked_at   timestamptz not null,
  version     int4 not null default 1,
  -- taken out before it began; what is ended early keeps the time that it had
  cleared_at  timestamptz,
  -- since when its model may not be featured any more, as far as whoever booked it was told
  fallen_at   timestamptz,
  constraint booking_lasts check (from_at < until_at),
  constraint booking_of_campaign check ((kind = 'campaign') = (campaign_id is not null)),
  constraint booking_alone exclude using gist
    (surface with =, position with =, tstzrange(from_at, until_at) with &&) where (cleared_at is null)
);
create index slot_booking_by_time on marketplace.slot_booking (until_at) where cleared_at is null;
create index slot_booking_of_campaign on marketplace.slot_booking (campaign_id) where campaign_id is not null;
create index slot_booking_of_model on marketplace.slot_booking (model_id, from_at desc);

-- What editors did with bookings, and what these were like afterwards.
create table marketplace.slot_change (
  id         uuid primary key,
  booking_id uuid not null references marketplace.slot_booking,
  act        text not null check (act in ('book', 'move', 'end', 'clear')),
  by_id      uuid references identity.account,
  at         timestamptz not null,
  surface    text not null,
  position   int2 not null,
  from_at    timestamptz not null,
  until_at   timestamptz not null
);
create index slot_change_newest on marketplace.slot_change (at desc, id desc);

-- How many of all places are kept for new models, and what is new, from a day on.
create table marketplace.slot_quota (
  from_day  text primary key check (from_day ~ '^\d{4}-\d\d-\d\d$'),
  share_ppm int4 not null check (share_ppm between 0 and 1000000),
  new_days  int4 not null check (new_days between 1 and 365),
  set_by    uuid references identity.account,
  set_at    timestamptz not null
);
insert into marketplace.slot_quota (from_day, share_ppm, new_days, set_by, set_at)
  values ('2026-01-01', 250000, 30, null, '2026-01-01T00:00:00Z');

-- The seed of each day, drawn a day before. Its digest is public from then on, the seed itself when the day begins.
create table marketplace.rotation_seed (
  day      text primary key,
  seed     text not null,
  digest   text not null,
  drawn_at timestamptz not null
);

-- Which models took part in the rotation of a day, with what each had been seen by then: whoever has these and the seed
-- gets the same order.
create table marketplace.rotation_day (
  day        text primary key,
  candidates jsonb not null,
  -- how often a place of each surface had been seen within an hour
  expected   jsonb not null,
  made_at    timestamptz not null
);

-- A model in a place for a reason: what impressions are counted of. Its id is made of all of it.
create table marketplace.slot (
  id          uuid primary key,
  surface     text not null,
  position    int2 not null,
  kind        text not null,
  model_id    uuid not null references registry.model,
  booking_id  uuid references marketplace.slot_booking,
  campaign_id uuid
);
create index slot_of_campaign on marketplace.slot (campaign_id) where campaign_id is not null;

-- What became of a slot, by the day.
create table marketplace.slot_day (
  slot_id     uuid not null references marketplace.slot,
  day         text not null,
  model_id    uuid not null references registry.model,
  creator_id  uuid not null references identity.account,
  impressions int8 not null default 0,
  visits      int8 not null default 0,
  generations int8 not null default 0,
  primary key (slot_id, day)
);
create index slot_day_of_creator on marketplace.slot_day (creator_id, day);
create index slot_day_of_model on marketplace.slot_day (model_id, day);

-- Who saw which slot in which hour, or came by it: kept as long as they could be counted twice.
create table marketplace.slot_seen (
  hour    timestamptz not null,
  slot_id uuid not null references marketplace.slot,
  what    text not null check (what in ('impression', 'visit')),
  visitor uuid not null,
  primary key (hour, slot_id, what, visitor)
);

-- What the visitors of a day are told apart by; it is forgotten, and nobody can tell them any more.
create table marketplace.visitor_salt (
  day  text primary key,
  salt text not null
);

-- By which slot somebody came to a model last.
create table marketplace.slot_touch (
  person_id uuid not null references identity.account,
  model_id  uuid not null references registry.model,
  slot_id   uuid not null references marketplace.slot,
  at        timestamptz not null,
  primary key (person_id, model_id)
);
create index slot_touch_by_time on marketplace.slot_touch (at);

-- The generations that followed from a slot. They come later in the order of the modules; what they earned is read from
-- their receipts.
create table marketplace.slot_generation (
  generation_id uuid primary key,
  slot_id       uuid not null references marketplace.slot,
  day           text not null
);
create index slot_generation_of_slot on marketplace.slot_generation (slot_id, day);

create trigger refuse_change before update or delete or truncate on marketplace.slot_change
  for each statement execute function kit.refuse_change();
create trigger refuse_change before update or delete or truncate on marketplace.rotation_seed
  for each statement execute function kit.refuse_change();
create trigger refuse_change before update or delete or truncate on marketplace.rotation_day
  for each statement execute function kit.refuse_change();
create trigger refuse_change before update or delete or truncate on marketplace.slot
  for each statement execute function kit.refuse_change();
create trigger refuse_change before update or delete or truncate on marketplace.slot_generation
  for each statement execute function kit.refuse_change();
