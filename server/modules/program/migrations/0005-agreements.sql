-- Terms: when a version was announced, from when it holds, which one it replaces and until when those who agreed to
-- that one may stay with it, and the share that is offered under it. A change of what exists is announced 30 days before.
alter table program.terms rename column published_at to announced_at;
alter table program.terms
  add column effective_from timestamptz,
  add column replaces text references program.terms,
  add column sunset_at timestamptz,
  add column share_ppm int4 not null default 700000 check (share_ppm between 0 and 1000000);
update program.terms set effective_from = announced_at;
alter table program.terms
  alter column effective_from set not null,
  alter column share_ppm drop default,
  add constraint terms_replaced_once unique (replaces),
  add constraint terms_notice check (effective_from >= announced_at
    and (replaces is null or effective_from >= announced_at + interval '720 hours')),
  add constraint terms_sunset check ((replaces is null) = (sunset_at is null) and sunset_at >= effective_from);
create unique index terms_begin_once on program.terms ((true)) where replaces is null;
create trigger terms_append_only before update or delete or truncate on program.terms
  for each statement execute function kit.refuse_change();

-- Terms that an agreement pinned hold until then, whatever is announced.
alter table program.agreement add column pinned_until timestamptz;
create index agreement_of_creator on program.agreement (creator_id);
create index agreement_of_terms on program.agreement (terms_version);
create function program.refuse_early_agreement() returns trigger language plpgsql as $$
begin
  if exists (select from program.agreement a where a.model_id = new.model_id and a.pinned_until > new.in_force_from) then
    raise exception 'the terms of this model are pinned' using errcode = 'check_violation', constraint = 'agreement_pinned';
  end if;
  return new;
end $$;
create trigger agreement_waits before insert on program.agreement
  for each row execute function program.refuse_early_agreement();
create trigger agreement_append_only before update or delete or truncate on program.agreement
  for each statement execute function kit.refuse_change();

-- What was offered to an applicant who was accepted: these terms, this share, these conditions, until then.
create table program.offer (
  id             uuid primary key,
  application_id uuid not null references program.application,
  revision_id    uuid not null references program.revision,
  terms_version  text not null references program.terms,
  share_ppm      int4 not null check (share_ppm between 0 and 1000000),
  conditions     text[] not null,
  -- so long the terms of the signature are guaranteed
  pinned_days    int4 not null check (pinned_days >= 0),
  state          text not null,
  version        int4 not null default 1,
  offered_at     timestamptz not null,
  expires_at     timestamptz not null check (expires_at > offered_at),
  answered_at    timestamptz
);
create unique index offer_open_once on program.offer (application_id) where state = 'open';
create index offer_of_application on program.offer (application_id, offered_at desc);

-- Who agreed to which terms, when and how. The hash is of the text beside it, which says everything that was agreed.
create table program.acceptance (
  id             uuid primary key,
  person_id      uuid not null references identity.account,
  terms_version  text not null references program.terms,
  terms_digest   text not null,
  method         text not null check (method in ('signature', 'renewal')),
  -- the offer that was signed, or the model whose agreement was renewed
  subject_id     uuid not null,
  evidence       text not null,
  evidence_hash  text not null check (evidence_hash ~ '^sha256:[0-9a-f]{64}$'),
  at             timestamptz not null,
  constraint acceptance_once unique (subject_id, terms_version, person_id)
);
create index acceptance_of_person on program.acceptance (person_id, at desc);
create trigger acceptance_append_only before update or delete or truncate on program.acceptance
  for each statement execute function kit.refuse_change();

-- A division of the creator's share that somebody proposed: for a model to come, or for one that is published.
create table program.split_proposal (
  id             uuid primary key,
  application_id uuid references program.application,
  revision_id    uuid references program.revision,
  model_id       uuid references registry.model,
  proposed_by    uuid not null references identity.account,
  state          text not null,
  version        int4 not null default 1,
  proposed_at    timestamptz not null,
  expires_at     timestamptz not null check (expires_at > proposed_at),
  -- from when it shall hold; null: from the signature on
  effective_from timestamptz,
  note           text not null default '',
  constraint split_proposal_is_for_one check ((application_id is null) <> (model_id is null)),
  constraint split_proposal_of_revision check ((application_id is null) = (revision_id is null)),
  constraint split_proposal_begins check ((model_id is null) = (effective_from is null))
);
create unique index split_proposal_once on program.split_proposal (coalesce(application_id, model_id))
  where state in ('proposed', 'accepted');
create index split_proposal_of on program.split_proposal (coalesce(application_id, model_id), proposed_at desc);

-- One row a person: which part they would have, which they had, and what they answered, if it needs their consent.
create table program.split_consent (
  proposal_id uuid not null references program.split_proposal,
  person_id   uuid not null references identity.account,
  ordinal     int2 not null,
  role        text not null check (role in ('creator', 'collaborator')),
  part_ppm    int4 not null check (part_ppm between 0 and 1000000),
  was_ppm     int4 check (was_ppm between 0 and 1000000),
  asked       boolean not null,
  answer      text check (answer in ('accepted', 'declined')),
  answered_at timestamptz,
  primary key (proposal_id, person_id),
  constraint split_consent_answered check ((answer is null) = (answered_at is null) and (asked or answer is null))
);
create index split_consent_of_person on program.split_consent (person_id) where asked;

-- How a creator stands. Who has no row is active: nobody has acted on them yet.
create table program.membership (
  id         uuid primary key,
  account_id uuid not null unique references identity.account,
  state      text not null,
  version    int4 not null default 1,
  reason     text not null default '',
  -- a termination that one person has proposed and another has to confirm
  proposed_by uuid references identity.account,
  since      timestamptz not null
);
