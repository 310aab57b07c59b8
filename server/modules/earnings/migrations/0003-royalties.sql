-- What the owners of parent releases get of the creator's share of a release, agreed when it was published and
-- then only by a new version; the one in force when a generation starts is frozen onto it. A royalty that was
-- given up is one of nothing.
create table earnings.royalty (
  release_id        uuid not null references registry.release,
  version           int4 not null,
  -- in the order of lineage, from 0
  position          int4 not null,
  parent_release_id uuid not null references registry.release,
  person_id         uuid not null references identity.account,
  royalty_ppm       int4 not null check (royalty_ppm between 0 and 1000000),
  agreed_at         timestamptz not null,
  in_force_from     timestamptz not null,
  primary key (release_id, version, position),
  constraint royalty_parent_once unique (release_id, version, parent_release_id),
  constraint royalty_not_of_itself check (release_id <> parent_release_id)
);
create trigger royalty_append_only before update or delete or truncate on earnings.royalty
  for each statement execute function kit.refuse_change();
