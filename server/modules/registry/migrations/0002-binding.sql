-- How a release is run stands in one place, with what the runner needs to know. What was there before are house models.
alter table registry.release add column binding jsonb not null default '{"kind": "house"}';
alter table registry.release alter column binding drop default;
alter table registry.release drop column runner;
