-- The words of an offer are reported as messages are, so each offer has an id of its own.
alter table program.collaboration_offer add column id uuid not null unique default gen_random_uuid();
alter table program.collaboration_offer alter column id drop default;

-- What a moderator hid: a message or an offer. What was written stays as it was.
alter table program.hidden_message rename to hidden_words;
alter table program.hidden_words drop constraint hidden_message_message_id_fkey;
alter table program.hidden_words rename column message_id to said_id;
