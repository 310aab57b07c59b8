-- Keys may be given the right to edit the models of their account.
alter table identity.api_key drop constraint api_key_scopes_check;
alter table identity.api_key add constraint api_key_scopes_check
  check (scopes <@ array['read', 'generate', 'purchase', 'edit'] and cardinality(scopes) > 0);
