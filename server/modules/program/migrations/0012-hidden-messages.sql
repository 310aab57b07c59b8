-- What a moderator hid of what two creators wrote to each other. The message itself stays as it was written.
create table program.hidden_message (
  message_id uuid primary key references program.collaboration_message,
  hidden_at  timestamptz not null
);
