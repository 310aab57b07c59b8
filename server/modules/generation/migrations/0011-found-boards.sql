-- Boards that everybody may look at are found by any part of what they are called and said to be.
create index board_found on generation.board using gin (name gin_trgm_ops, description gin_trgm_ops)
  where visibility = 'public' and deleted_at is null and hidden_at is null;
