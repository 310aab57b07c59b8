-- What a release of the house makes of the prompts and seeds of the bench: written once, as it is run, cell by cell.
create table program.house_cell (
  release_id uuid not null references registry.release,
  suite      text not null,
  ordinal    int2 not null,
  prompt_key text not null,
  seed       int8 not null,
  input      jsonb not null,
  -- the file and its thumbnail, or why there is none
  made       jsonb,
  failure    text,
  compute_ms int4,
  ended_at   timestamptz not null,
  primary key (release_id, suite, ordinal),
  constraint house_cell_whole check ((made is null) <> (failure is null))
);
create trigger house_cell_written_once before update or delete or truncate on program.house_cell
  for each statement execute function kit.refuse_change();
