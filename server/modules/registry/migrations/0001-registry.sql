create schema registry;

create table registry.model (
  id           uuid primary key,
  slug         text not null constraint model_slug_once unique,
  title        text not null,
  modality     text not null check (modality in ('image', 'video', 'music')),
  summary      text not null,
  description  text not null,
  creator_id   uuid not null references identity.account,
  published_at timestamptz not null
);
create index model_of_creator on registry.model (creator_id);

-- A release is never edited: it is withdrawn, or a newer one takes its place.
create table registry.release (
  id           uuid primary key,
  model_id     uuid not null references registry.model,
  version      text not null,
  digest       text not null,
  runner       text not null,
  files        jsonb not null,
  input_schema jsonb not null,
  metering     jsonb not null,
  price_class  text not null,
  licence      text not null,
  parents      uuid[] not null default '{}',
  published_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawal_reason text,
  constraint release_version_once unique (model_id, version)
);
create index release_in_use on registry.release (model_id, published_at desc) where withdrawn_at is null;

create function registry.refuse_edit() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'withdrawn_at' - 'withdrawal_reason') <> (to_jsonb(old) - 'withdrawn_at' - 'withdrawal_reason')
     or old.withdrawn_at is not null then
    raise exception 'a release is never edited' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger release_immutable before update on registry.release for each row execute function registry.refuse_edit();

-- What the model made, shown on its page. The bytes lie in the media store.
create table registry.sample (
  release_id  uuid not null references registry.release,
  ordinal     int2 not null,
  modality    text not null,
  digest      text not null,
  extension   text not null,
  mime        text not null,
  bytes       int8 not null,
  width       int4,
  height      int4,
  duration_ms int4,
  thumbnail   jsonb,
  thumbhash   text,
  waveform    real[],
  input       jsonb not null,
  primary key (release_id, ordinal)
);
