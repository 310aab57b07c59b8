-- What somebody says is not as it should be. One a person and thing until it was ruled on.
create table moderation.report (
  id          uuid primary key,
  reporter_id uuid not null references identity.account,
  kind        text not null check (kind in ('creation', 'comment', 'rating', 'model', 'person')),
  -- lies in modules that come later
  subject_id  uuid not null,
  -- whose it is
  owner_id    uuid not null references identity.account,
  reason      text not null,
  text        text not null check (char_length(text) <= 1000),
  at          timestamptz not null
);
create index report_of_subject on moderation.report (kind, subject_id, at);
create index report_of_reporter on moderation.report (reporter_id, at desc);

-- What a moderator decided, with the reason that its maker is told.
create table moderation.ruling (
  id         uuid primary key,
  kind       text not null check (kind in ('creation', 'comment', 'rating', 'model', 'person')),
  subject_id uuid not null,
  owner_id   uuid not null references identity.account,
  decision   text not null check (decision in ('nothing', 'hide', 'restore')),
  reason     text not null check (char_length(reason) between 1 and 1000),
  by_id      uuid not null references identity.account,
  -- the objection that it answers
  answers    uuid,
  at         timestamptz not null,
  constraint ruling_by_another check (by_id <> owner_id)
);
create index ruling_of_subject on moderation.ruling (kind, subject_id, at desc, id desc);
create index ruling_of_owner on moderation.ruling (owner_id, at desc);

-- What the maker says against a ruling, once; somebody else answers it.
create table moderation.objection (
  id        uuid primary key,
  ruling_id uuid not null references moderation.ruling constraint objection_once unique,
  by_id     uuid not null references identity.account,
  text      text not null check (char_length(text) between 1 and 1000),
  at        timestamptz not null
);
alter table moderation.ruling add constraint ruling_answers foreign key (answers) references moderation.objection;
create unique index ruling_answers_once on moderation.ruling (answers) where answers is not null;

create trigger report_written_once before update or delete or truncate on moderation.report
  for each statement execute function kit.refuse_change();
create trigger ruling_written_once before update or delete or truncate on moderation.ruling
  for each statement execute function kit.refuse_change();
create trigger objection_written_once before update or delete or truncate on moderation.objection
  for each statement execute function kit.refuse_change();
