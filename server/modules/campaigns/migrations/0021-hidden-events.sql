-- By a moderator: it stands in no calendar, and nobody is reminded of it.
alter table campaigns.event add column hidden_at timestamptz;
