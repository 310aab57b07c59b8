-- Who took a release out of use, and as what: what an admin withdrew its creator does not publish again.
alter table registry.release add column withdrawn_by uuid references identity.account;
alter table registry.release add column withdrawn_as text check (withdrawn_as in ('creator', 'admin'));
alter table registry.release add constraint release_withdrawn_by_somebody
  check ((withdrawn_by is null) = (withdrawn_as is null) and (withdrawn_as is null or withdrawn_at is not null));

create or replace function registry.refuse_edit() returns trigger language plpgsql as $$
declare
  withdrawal constant text[] := '{withdrawn_at,withdrawal_reason,withdrawn_by,withdrawn_as}';
begin
  if (to_jsonb(new) - withdrawal) <> (to_jsonb(old) - withdrawal) or old.withdrawn_at is not null then
    raise exception 'a release is never edited' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
