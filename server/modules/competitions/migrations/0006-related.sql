-- Whoever turns out to be near to the author of an entry that they chose about.
alter table competitions.voter
  drop constraint voter_barred_check,
  add constraint voter_barred_check check (barred in ('ENTRANT', 'STAFF', 'JUDGE', 'BANNED', 'VOTE_FRAUD', 'RELATED'));
