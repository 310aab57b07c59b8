-- What somebody earned in a time is read of their index alone: their lines lie among those of everybody, a page each.
drop index earnings.line_of_person;
create index line_of_person on earnings.line (person_id, settled_at desc, generation_id desc)
  include (role, model_id, pending_micros, vesting_micros);
