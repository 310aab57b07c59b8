-- What was signed of an asset the moment it was made. Written once: a statement is never taken back, also not of an
-- asset that lies in the bin.
create table generation.statement (
  asset_id        uuid primary key references generation.asset,
  jws             text not null,
  issued_at       timestamptz not null,
  -- why a master whose format could carry a manifest carries none
  unsigned_because text
);
create index statement_unsigned on generation.statement (issued_at) where unsigned_because is not null;

-- Every file that was made with an asset, so that whoever holds one finds the asset by its digest. Several assets
-- may have made the same bytes.
create table generation.asset_file (
  digest   text not null,
  asset_id uuid not null references generation.asset,
  role     text not null,
  primary key (digest, asset_id, role)
);
create index asset_file_of_asset on generation.asset_file (asset_id);
insert into generation.asset_file (digest, asset_id, role)
select digest, id, 'master' from generation.asset
union select thumbnail->>'digest', id, 'thumbnail' from generation.asset where thumbnail is not null
union select poster->>'digest', id, 'poster' from generation.asset where poster is not null
union select c->>'digest', id, c->>'role' from generation.asset, jsonb_array_elements(companions) c;

-- What assets look like. `bands` are the four quarters of the 64 lowest bits of form, each with its place: of two
-- that differ in at most seven bits, one quarter differs in at most one.
create table generation.picture_print (
  asset_id uuid not null references generation.asset,
  variant  int2 not null,
  print    bytea not null check (length(print) = 64),
  bands    int4[] not null,
  primary key (asset_id, variant)
);
create index picture_print_bands on generation.picture_print using gin (bands);

-- What assets sound like: 32 bits for every 93 ms.
create table generation.sound_print (
  asset_id uuid primary key references generation.asset,
  print    int4[] not null
);
create index sound_print_pieces on generation.sound_print using gin (print);

-- Assets that nobody has looked at or listened to yet.
create table generation.unheard (
  asset_id uuid primary key references generation.asset
);
insert into generation.unheard (asset_id) select id from generation.asset;
