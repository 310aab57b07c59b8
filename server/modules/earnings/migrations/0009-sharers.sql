-- Who shares with whom, in any version of any split: asked at each look for conflicts of interest.
create index split_of_person on earnings.split using gin (parts jsonb_path_ops);
