-- What creators announce: an instant, and the zone in which they mean it. Its version is counted by its steps.
create table campaigns.event (
  id           uuid primary key,
  host_id      uuid not null references identity.account,
  kind         text not null check (kind in ('launch', 'live', 'challenge')),
  title        text not null check (char_length(title) between 1 and 100),
  words        text not null check (char_length(words) <= 4000),
  model_id     uuid references registry.model,
  -- where it takes place, if that is elsewhere
  place_url    text check (place_url ~ '^https://' and char_length(place_url) <= 500),
  starts_at    timestamptz not null,
  ends_at      timestamptz not null check (ends_at > starts_at),
  zone         text not null,
  state        text not null check (state in ('announced', 'cancelled')),
  version      int4 not null default 1,
  announced_at timestamptz not null,
  changed_at   timestamptz not null
);
create index event_by_start on campaigns.event (starts_at, id);
create index event_of_host on campaigns.event (host_id, starts_at, id);

create table campaigns.event_reminder (
  event_id  uuid not null references campaigns.event,
  person_id uuid not null references identity.account,
  asked_at  timestamptz not null,
  primary key (event_id, person_id)
);
create index event_reminder_of_person on campaigns.event_reminder (person_id, event_id);

-- The secret address of somebody's own calendar; only its digest is kept, and a new one ends the old.
create table campaigns.calendar_address (
  person_id   uuid primary key references identity.account,
  secret_hash bytea not null unique,
  made_at     timestamptz not null
);
