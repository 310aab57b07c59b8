-- A promotion. Its plan is written while it is a draft; once submitted only its way goes on.
create table campaigns.campaign (
  id              uuid primary key,
  slug            text not null,
  title           text not null,
  tagline         text not null,
  story           text not null,
  goal_kind       text not null check (goal_kind in ('generate', 'return', 'buy')),
  goal_people     int4 not null check (goal_people > 0),
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  budget_micros   int8 not null check (budget_micros >= 0),
  -- what one person gets of the budget
  credits_micros  int8 not null check (credits_micros >= 0),
  audience        jsonb not null,
  holdout_ppm     int4 not null check (holdout_ppm between 0 and 500000),
  banner_days_max int2 not null check (banner_days_max between 0 and 14),
  slots           jsonb not null,
  repeats         text not null check (repeats in ('no', 'draft', 'scheduled')),
  -- those that repeat count through: the first of a series gives it its id, and its day of the month
  series_id       uuid not null,
  series_no       int4 not null check (series_no >= 0),
  series_starts_at timestamptz not null,
  written_by      uuid not null references identity.account,
  written_at      timestamptz not null,
  submitted_by    uuid references identity.account,
  -- null: by itself, as what it repeats was approved
  approved_by     uuid references identity.account,
  -- what decides who is held out; drawn when it is scheduled
  seed            text,
  -- how many people are in either group
  shown_people    int4,
  held_out_people int4,
  scheduled_at    timestamptz,
  started_at      timestamptz,
  ended_at        timestamptz,
  settled_at      timestamptz,
  returned_micros int8,
  state           text not null,
  version         int4 not null default 1,
  constraint campaign_lasts check (starts_at < ends_at),
  constraint campaign_of_series unique (series_id, series_no),
  constraint campaign_scheduled_has_seed check ((scheduled_at is null) = (seed is null)),
  constraint campaign_started_was_scheduled check (started_at is null or scheduled_at is not null),
  constraint campaign_settled_says_what_went_back check ((settled_at is null) = (returned_micros is null))
);
-- one that was called off before it began gives its address back
create unique index campaign_address on campaigns.campaign (slug) where ended_at is null or started_at is not null;
create index campaign_by_state on campaigns.campaign (state, starts_at desc);
create index campaign_newest on campaigns.campaign (written_at desc, id desc);
create index campaign_measured on campaigns.campaign (started_at) where started_at is not null;

create function campaigns.refuse_other_plan() returns trigger language plpgsql as $$
begin
  if old.state <> 'draft' and (new.id, new.slug, new.title, new.tagline, new.story, new.goal_kind, new.goal_people,
      new.starts_at, new.ends_at, new.budget_micros, new.credits_micros, new.audience, new.holdout_ppm, new.banner_days_max,
      new.slots, new.series_id, new.series_no, new.written_by)
     is distinct from (old.id, old.slug, old.title, old.tagline, old.story, old.goal_kind, old.goal_people,
      old.starts_at, old.ends_at, old.budget_micros, old.credits_micros, old.audience, old.holdout_ppm, old.banner_days_max,
      old.slots, old.series_id, old.series_no, old.written_by) then
    raise exception 'a campaign stays as it was submitted' using errcode = 'check_violation', constraint = 'campaign_stays';
  end if;
  if old.scheduled_at is not null and (new.scheduled_at, new.seed) is distinct from (old.scheduled_at, old.seed) then
    raise exception 'an audience is frozen once' using errcode = 'check_violation', constraint = 'campaign_stays';
  end if;
  return new;
end $$;
create trigger campaign_stays before update on campaigns.campaign for each row execute function campaigns.refuse_other_plan();

-- The models of a campaign, and what their creators say to it.
create table campaigns.feature (
  campaign_id uuid not null references campaigns.campaign,
  model_id    uuid not null references registry.model,
  position    int2 not null,
  answer      text not null default 'open' check (answer in ('open', 'accepted', 'declined')),
  -- null while it is open, and of a model of the house, which agrees with itself
  answered_by uuid references identity.account,
  answered_at timestamptz,
  primary key (campaign_id, model_id)
);
create index feature_of_model on campaigns.feature (model_id);

-- Its audience as it was on the day of scheduling. Who is held out sees nothing of it.
create table campaigns.person (
  campaign_id uuid not null references campaigns.campaign,
  person_id   uuid not null references identity.account,
  held_out    boolean not null,
  primary key (campaign_id, person_id)
);
create index person_campaigns on campaigns.person (person_id, campaign_id) include (held_out);

-- Who was notified of it, or would have been but for their switches.
create table campaigns.told (
  campaign_id uuid not null references campaigns.campaign,
  person_id   uuid not null references identity.account,
  at          timestamptz not null,
  heard       boolean not null,
  primary key (campaign_id, person_id)
);

-- On which days somebody saw its banner: the days are limited.
create table campaigns.showing (
  campaign_id uuid not null references campaigns.campaign,
  person_id   uuid not null references identity.account,
  day         date not null,
  primary key (campaign_id, person_id, day)
);
create table campaigns.dismissal (
  campaign_id uuid not null references campaigns.campaign,
  person_id   uuid not null references identity.account,
  at          timestamptz not null,
  primary key (campaign_id, person_id)
);

-- Promo credits out of its budget, once for each person.
create table campaigns.credit_grant (
  campaign_id   uuid not null references campaigns.campaign,
  person_id     uuid not null references identity.account,
  amount_micros int8 not null check (amount_micros > 0),
  at            timestamptz not null,
  primary key (campaign_id, person_id),
  foreign key (campaign_id, person_id) references campaigns.person
);

-- Who of the audience did what it is for while it ran, shown or held out alike; and by which generation or purchase.
create table campaigns.conversion (
  campaign_id uuid not null references campaigns.campaign,
  person_id   uuid not null references identity.account,
  cause_id    uuid not null,
  at          timestamptz not null,
  primary key (campaign_id, person_id),
  foreign key (campaign_id, person_id) references campaigns.person
);
create index conversion_by_cause on campaigns.conversion (cause_id);

create trigger person_stays before update or delete or truncate on campaigns.person
  for each statement execute function kit.refuse_change();
create trigger told_stays before update or delete or truncate on campaigns.told
  for each statement execute function kit.refuse_change();
create trigger showing_stays before update or delete or truncate on campaigns.showing
  for each statement execute function kit.refuse_change();
create trigger credit_grant_stays before update or delete or truncate on campaigns.credit_grant
  for each statement execute function kit.refuse_change();
