-- Models that their creators entered in competitions take turns in places of their own, by the same seed: who took part
-- in them on a day, with how often each had been seen there since its round opened.
alter table marketplace.rotation_day add column entered jsonb not null default '[]';
