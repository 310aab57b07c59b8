-- A board is a named place for assets. Deleting one leaves its assets where they are.
create table generation.board (
  id         uuid primary key,
  owner_id   uuid not null references identity.account,
  name       text not null check (length(name) between 1 and 60),
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index board_name_once on generation.board (owner_id, lower(name)) where deleted_at is null;

create table generation.board_asset (
  board_id uuid not null references generation.board,
  asset_id uuid not null references generation.asset,
  added_at timestamptz not null,
  primary key (board_id, asset_id)
);
create index board_asset_of_asset on generation.board_asset (asset_id);

-- What one press started together, and the board that it is for.
alter table generation.generation add column batch_id uuid;
alter table generation.generation add column board_id uuid references generation.board;
create index generation_of_batch on generation.generation (payer_id, batch_id) where batch_id is not null;
create index generation_of_board on generation.generation (board_id, id desc) where board_id is not null;
