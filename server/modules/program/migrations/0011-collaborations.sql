-- Two creators talk about a model that they would share: one that is there, or one to come.
create table program.collaboration (
  id             uuid primary key,
  from_id        uuid not null references identity.account,
  to_id          uuid not null references identity.account,
  -- null: a model to come, for which its owner will apply
  model_id       uuid references registry.model,
  title          text not null check (char_length(title) between 1 and 80),
  state          text not null check (state in ('open', 'agreed', 'declined', 'withdrawn', 'expired')),
  version        int4 not null default 1,
  -- whose answer it waits for
  turn_id        uuid not null references identity.account,
  begun_at       timestamptz not null,
  expires_at     timestamptz not null,
  ended_at       timestamptz,
  -- what the agreement became
  split_id       uuid references program.split_proposal,
  application_id uuid references program.application,
  check (from_id <> to_id),
  check (turn_id in (from_id, to_id))
);
create unique index collaboration_open_once on program.collaboration
  (least(from_id, to_id), greatest(from_id, to_id), model_id, (case when model_id is null then title end)) nulls not distinct
  where state = 'open';
create index collaboration_begun on program.collaboration (from_id, begun_at desc, id desc);
create index collaboration_asked on program.collaboration (to_id, begun_at desc, id desc);

-- What was offered, one after the other.
create table program.collaboration_offer (
  collaboration_id uuid not null references program.collaboration,
  number           int4 not null check (number > 0),
  by_id            uuid not null references identity.account,
  words            text not null check (char_length(words) between 1 and 4000),
  -- whose the model is or will be; the other has the part
  owner_id         uuid not null references identity.account,
  partner_ppm      int4 not null check (partner_ppm between 100 and 999900),
  made_at          timestamptz not null,
  primary key (collaboration_id, number)
);
create trigger refuse_change before update or delete or truncate on program.collaboration_offer
  for each statement execute function kit.refuse_change();

create table program.collaboration_message (
  id               uuid primary key,
  collaboration_id uuid not null references program.collaboration,
  by_id            uuid not null references identity.account,
  text             text not null check (char_length(text) between 1 and 2000),
  at               timestamptz not null
);
create index collaboration_messages on program.collaboration_message (collaboration_id, at, id);
create trigger refuse_change before update or delete or truncate on program.collaboration_message
  for each statement execute function kit.refuse_change();
