-- An asset in another format or size, made when somebody first asked for it and kept. Whoever makes it has
-- until `asked_at` and a while; after that somebody else may, so a process that died leaves nothing stuck.
create table generation.rendition (
  asset_id  uuid not null references generation.asset,
  format    text not null,
  side_max  int4 not null check (side_max >= 0), -- 0: as large as the original
  state     text not null check (state in ('making', 'ready', 'failed')),
  attempt   int2 not null default 1,
  asked_at  timestamptz not null,
  made_at   timestamptz,
  digest    text,
  extension text,
  mime      text,
  bytes     int8,
  failure   jsonb,
  primary key (asset_id, format, side_max),
  constraint ready_has_a_file check ((state = 'ready') = (digest is not null and bytes is not null)),
  constraint failed_says_why check ((state = 'failed') = (failure is not null))
);
