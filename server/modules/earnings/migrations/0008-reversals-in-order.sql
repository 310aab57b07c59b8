-- finance looks through all of them, the newest first
create index reversal_in_order on earnings.reversal (at desc, id desc);
create index reversal_of_case on earnings.reversal (case_id) where case_id is not null;
