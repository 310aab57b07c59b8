-- What prizes are put aside out of is the pool, which has a bottom.
alter table competitions.award drop constraint award_source_check, drop constraint award_returned_to_check;
update competitions.award set
  source = case source when 'reserve' then 'pool' else source end,
  returned_to = case returned_to when 'reserve' then 'pool' else returned_to end
where source = 'reserve' or returned_to = 'reserve';
alter table competitions.award
  add constraint award_source check (source in ('escrow', 'pool')),
  add constraint award_returned_to check (returned_to in ('escrow', 'pool'));
