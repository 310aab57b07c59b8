-- By which way it was asked for, and the continent of the time zone that the browser told: what analytics counts by.
-- Nothing finer is kept.
alter table generation.generation add column via text check (via in ('page', 'api', 'replicate', 'openai', 'fal'));
alter table generation.generation add column region text;
