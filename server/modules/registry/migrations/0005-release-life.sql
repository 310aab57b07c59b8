-- What a release says of itself: what is new in it, and the words of its licence. Written once, as all of it.
alter table registry.release add column changelog text not null default '';
alter table registry.release add column licence_document jsonb;

-- The end of a release, announced ahead: until then it runs on, from then on nothing new begins with it.
create table registry.deprecation (
  id           uuid primary key,
  release_id   uuid not null references registry.release,
  reason       text not null,
  announced_at timestamptz not null,
  ends_at      timestamptz not null,
  state        text not null,
  version      int4 not null default 1,
  constraint deprecation_announced_ahead check (ends_at > announced_at)
);
create unique index deprecation_once on registry.deprecation (release_id) where state <> 'taken_back';
create index deprecation_due on registry.deprecation (ends_at) where state = 'announced';
