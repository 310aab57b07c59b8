-- Every step of everything that goes through states, whichever table its state stands in: written in the transaction
-- of the step and never changed. That a version comes once is the second promise that two who act at once cannot both
-- have acted; the first is the conditional update itself.
create table kit.transition (
  machine    text not null,
  subject_id uuid not null,
  version    int4 not null check (version > 0),
  act        text not null,
  from_state text,
  to_state   text not null,
  -- who did it, and in which capacity
  actor      text not null,
  capacity   text not null,
  at         timestamptz not null,
  detail     jsonb not null default '{}',
  primary key (machine, subject_id, version),
  constraint transition_begins_once check ((from_state is null) = (version = 1))
);
create trigger transition_append_only before update or delete or truncate on kit.transition
  for each statement execute function kit.refuse_change();

-- What is to happen at an instant unless something else happens first. A row fires once, in the transaction of what it
-- does. One that is paused keeps how much of its time is left.
create table kit.timer (
  id         uuid primary key,
  kind       text not null,
  subject_id uuid not null,
  due_at     timestamptz,
  left_ms    int8 check (left_ms >= 0),
  set_at     timestamptz not null,
  fired_at   timestamptz,
  dropped_at timestamptz,
  constraint timer_runs_or_rests check ((due_at is null) = (left_ms is not null)),
  constraint timer_ends_once check (fired_at is null or dropped_at is null)
);
create index timer_due on kit.timer (due_at) where fired_at is null and dropped_at is null and due_at is not null;
create unique index timer_once on kit.timer (kind, subject_id) where fired_at is null and dropped_at is null;
