-- What somebody has against a ruling on their dispute: once, and somebody else answers it.
alter table competitions.dispute
  drop constraint dispute_state_check,
  add constraint dispute_state check (state in ('open', 'upheld', 'rejected', 'appealed', 'dismissed')),
  add column appeal          text check (char_length(appeal) between 1 and 2000),
  add column appealed_at     timestamptz,
  add column appeal_ruling   text,
  add column appeal_ruled_by uuid references identity.account,
  add column appeal_ruled_at timestamptz,
  add constraint dispute_appealed check ((appeal is null) = (appealed_at is null)
    and (state not in ('appealed', 'dismissed') or appeal is not null)),
  add constraint dispute_appeal_ruled check ((appeal_ruled_at is null) = (appeal_ruling is null)
    and (appeal_ruled_at is null) = (appeal_ruled_by is null) and (state = 'appealed') = (appeal is not null and appeal_ruled_at is null)),
  add constraint dispute_appeal_by_another check (appeal_ruled_by <> ruled_by);

alter table competitions.award
  -- what it was minted out of: what its round put aside, or the reserve where that is not enough any more
  add column source  text not null default 'escrow' check (source in ('escrow', 'reserve')),
  -- of somebody who was paid and has a better place now: what is missing to it
  add column tops_up uuid references competitions.award;
alter table competitions.award alter column source drop default;
drop index competitions.award_once, competitions.award_of_place;
create unique index award_once on competitions.award (category_id, person_id)
  where state in ('created', 'accepted', 'payable', 'paid') and tops_up is null;
create unique index award_of_place on competitions.award (category_id, place_slot, person_id)
  where state in ('created', 'accepted', 'payable', 'paid') and tops_up is null;
create unique index award_topped_up_once on competitions.award (tops_up)
  where state in ('created', 'accepted', 'payable', 'paid');

-- What somebody was paid beyond what the standings owe them by now, change by change: their sum is owed back.
create table competitions.recovery (
  id           uuid primary key,
  round_id     uuid not null references competitions.round,
  category_id  uuid not null references competitions.category,
  person_id    uuid not null references identity.account,
  -- more than before, or less
  amount_nanos int8 not null check (amount_nanos <> 0),
  at           timestamptz not null
);
create index recovery_of_person on competitions.recovery (person_id, category_id);
create index recovery_of_round on competitions.recovery (round_id);
create trigger recovery_written_once before update or delete or truncate on competitions.recovery
  for each statement execute function kit.refuse_change();

-- A control that was shown is not exchanged for another.
create trigger damaged_copy_written_once before update or delete or truncate on competitions.damaged_copy
  for each statement execute function kit.refuse_change();
