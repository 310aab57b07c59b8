-- An offer of a published model to somebody else, who sees all of it before they take it over.
create table program.transfer (
  id          uuid primary key,
  model_id    uuid not null references registry.model,
  from_id     uuid not null references identity.account,
  to_id       uuid not null references identity.account,
  note        text not null,
  state       text not null,
  version     int4 not null default 1,
  offered_at  timestamptz not null,
  expires_at  timestamptz not null check (expires_at > offered_at),
  answered_at timestamptz,
  constraint transfer_to_somebody_else check (from_id <> to_id)
);
create unique index transfer_waits_once on program.transfer (model_id) where state = 'offered';
create index transfer_of_sender on program.transfer (from_id, offered_at desc);
create index transfer_of_receiver on program.transfer (to_id, offered_at desc);

-- The agreement of whoever took a model over ends those before it, also those that were still to come into force, and
-- what was pinned for somebody else does not hold it up.
alter table program.agreement add column takes_over boolean not null default false;
create or replace function program.refuse_early_agreement() returns trigger language plpgsql as $$
begin
  if not new.takes_over and exists (
    select from program.agreement a where a.model_id = new.model_id and a.pinned_until > new.in_force_from
      and a.accepted_at >= coalesce(
        (select max(t.accepted_at) from program.agreement t where t.model_id = new.model_id and t.takes_over), '-infinity')
  ) then
    raise exception 'the terms of this model are pinned' using errcode = 'check_violation', constraint = 'agreement_pinned';
  end if;
  return new;
end $$;

-- Whoever gets a model back may accept again what they had accepted for it once; what is signed is signed once.
alter table program.acceptance
  drop constraint acceptance_method_check,
  add constraint acceptance_method_check check (method in ('signature', 'renewal', 'transfer')),
  drop constraint acceptance_once;
create unique index acceptance_once on program.acceptance (subject_id, terms_version, person_id)
  where method <> 'renewal';
