-- The language that somebody reads the pages in, which letters to them follow; null: never chosen, so English.
alter table identity.account add column language text check (char_length(language) <= 35);
