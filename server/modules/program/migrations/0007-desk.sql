-- the queue of one modality, whose clock runs out first
create index application_queue_modality on program.application (modality, due_at, id) where submitted_at is not null;
