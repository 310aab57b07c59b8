-- A line is written once. What was taken back of it is a row here, and the money is where the ledger says.
-- The id is that of the postings: each can be posted only once, and so each can be written only once.
create table earnings.reversal (
  id            uuid primary key,
  generation_id uuid not null references generation.generation,
  cause         text not null check (cause in ('refund', 'chargeback', 'forfeit', 'lapse')),
  -- the case that led to it, if one did
  case_id       uuid,
  reason        text not null,
  -- what no longer counts as charged: back with the payer, with whoever paid us, or with a budget
  paid_micros   int8 not null check (paid_micros >= 0),
  promo_micros  int8 not null check (promo_micros >= 0),
  at            timestamptz not null
);
create unique index reversal_refund_once on earnings.reversal (generation_id) where cause = 'refund';
create unique index reversal_lapse_once on earnings.reversal (generation_id) where cause = 'lapse';
create index reversal_of_generation on earnings.reversal (generation_id);
create index reversal_of_lost_dispute on earnings.reversal (case_id) where cause = 'chargeback';

-- What it took from each person.
create table earnings.reversal_line (
  reversal_id    uuid not null references earnings.reversal,
  generation_id  uuid not null,
  person_id      uuid not null,
  role           text not null,
  pending_micros int8 not null check (pending_micros >= 0),
  vesting_micros int8 not null check (vesting_micros >= 0),
  primary key (reversal_id, person_id, role),
  foreign key (generation_id, person_id, role) references earnings.line
);
create index reversal_line_of_line on earnings.reversal_line (generation_id, person_id, role);
create index reversal_line_of_person on earnings.reversal_line (person_id);

-- Generations whose promo half the payer's purchases came to cover.
create table earnings.vested (
  generation_id uuid primary key references generation.generation,
  promo_micros  int8 not null check (promo_micros > 0),
  at            timestamptz not null
);

-- UTC days that have matured, one after the other, every creator's at once.
create table earnings.matured_day (
  day      date primary key,
  creators int4 not null,
  at       timestamptz not null
);

-- A question about some earnings, which lie aside until it is resolved. Of a dispute it is the question
-- whether the payment stands; then it names the purchase.
create table earnings.case (
  id          uuid primary key,
  reason      text not null,
  purchase_id uuid unique,
  reference   text,
  opened_by   uuid not null references identity.account,
  opened_at   timestamptz not null,
  constraint case_dispute_has_reference check ((purchase_id is null) = (reference is null))
);
create index case_opened on earnings.case (opened_at desc, id desc);

-- What of each line it holds; nothing where it was no longer here to be held.
create table earnings.case_line (
  case_id       uuid not null references earnings.case,
  generation_id uuid not null,
  person_id     uuid not null,
  role          text not null,
  amount_micros int8 not null check (amount_micros >= 0),
  primary key (case_id, generation_id, person_id, role),
  foreign key (generation_id, person_id, role) references earnings.line
);
create index case_line_of_line on earnings.case_line (generation_id);
create index case_line_of_person on earnings.case_line (person_id);

create table earnings.resolution (
  case_id     uuid primary key references earnings.case,
  outcome     text not null check (outcome in ('cleared', 'forfeited', 'refunded', 'won', 'lost')),
  note        text not null,
  resolved_by uuid not null references identity.account,
  resolved_at timestamptz not null
);

-- A correction by hand: one person proposes it, another one approves it, and then it is posted under its id.
create table earnings.adjustment (
  id            uuid primary key,
  person_id     uuid not null references identity.account,
  direction     text not null check (direction in ('give', 'take')),
  amount_micros int8 not null check (amount_micros > 0),
  reason        text not null,
  memo          text not null,
  proposed_by   uuid not null references identity.account,
  proposed_at   timestamptz not null,
  constraint adjustment_not_own check (proposed_by <> person_id)
);
create index adjustment_proposed on earnings.adjustment (proposed_at desc, id desc);
create table earnings.adjustment_approval (
  adjustment_id uuid primary key references earnings.adjustment,
  approved_by   uuid not null references identity.account,
  approved_at   timestamptz not null
);
-- stated a second time, where no path through the code can forget it
create function earnings.refuse_own_approval() returns trigger language plpgsql as $$
begin
  if new.approved_by = (select proposed_by from earnings.adjustment where id = new.adjustment_id) then
    raise exception 'nobody approves what they proposed' using errcode = 'check_violation', constraint = 'adjustment_two_persons';
  end if;
  if new.approved_by = (select person_id from earnings.adjustment where id = new.adjustment_id) then
    raise exception 'nobody approves what they are given or lose' using errcode = 'check_violation', constraint = 'adjustment_not_own';
  end if;
  return new;
end $$;
create trigger adjustment_two_persons before insert or update on earnings.adjustment_approval
  for each row execute function earnings.refuse_own_approval();
