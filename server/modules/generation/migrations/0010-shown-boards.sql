-- Who sees a board besides its owner: nobody, whoever has its link, or everybody. Of what lies on it, others see what
-- its maker shows.
alter table generation.board
  add column visibility  text not null default 'private' check (visibility in ('private', 'unlisted', 'public')),
  add column description text not null default '' check (char_length(description) <= 500),
  -- what its owner chose; where that is gone or not shown, the first that is
  add column cover_id    uuid references generation.asset,
  add column shown_at    timestamptz,
  -- by a moderator
  add column hidden_at   timestamptz,
  add constraint board_shown_since check ((visibility = 'private') = (shown_at is null));
create index board_shown on generation.board (shown_at desc, id desc)
  where visibility = 'public' and deleted_at is null and hidden_at is null;

-- The owner's order, from 1 on; 0 is what was added since, the newest first.
alter table generation.board_asset add column place int4 not null default 0 check (place >= 0);
create index board_asset_in_order on generation.board_asset (board_id, place, added_at desc, asset_id desc);
