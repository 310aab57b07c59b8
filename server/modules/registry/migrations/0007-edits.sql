-- What a creator may change of a published model. `version` counts its edits, so that nobody writes over what they did
-- not see.
alter table registry.model
  add column tags       text[] not null default '{}',
  add column visibility text not null default 'listed',
  add column version    int4 not null default 1,
  add constraint model_tags_few check (cardinality(tags) <= 10),
  add constraint model_visibility_known check (visibility in ('listed', 'unlisted'));
create index model_tagged on registry.model using gin (tags);

-- One set of edits: all of it holds or none of it. Undoing is another set, which names the one that it undoes.
create table registry.edit_set (
  id        uuid primary key,
  owner_id  uuid not null references identity.account,
  at        timestamptz not null,
  undoes_id uuid references registry.edit_set constraint edit_set_undone_once unique
);
create index edit_set_of_owner on registry.edit_set (owner_id, at desc, id desc);
create trigger edit_set_append_only before update or delete or truncate on registry.edit_set
  for each statement execute function kit.refuse_change();

-- What became of one field of one model; `version` is the model's after it, so later edits have a greater one.
create table registry.edit (
  edit_set_id uuid not null references registry.edit_set,
  model_id    uuid not null references registry.model,
  field       text not null check (field in ('title', 'summary', 'description', 'tags', 'visibility')),
  old_value   jsonb not null,
  new_value   jsonb not null,
  version     int4 not null,
  primary key (edit_set_id, model_id, field),
  constraint edit_of_version_once unique (model_id, field, version),
  constraint edit_changes check (old_value <> new_value)
);
create trigger edit_append_only before update or delete or truncate on registry.edit
  for each statement execute function kit.refuse_change();
