-- Places are written once, but for the names of people who left: these become the pseudonym, by this function alone.
create function competitions.keep_all_but_names() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - array['display_name', 'creator_name']) is distinct from (to_jsonb(old) - array['display_name', 'creator_name'])
    or coalesce(to_jsonb(new) ->> 'display_name', to_jsonb(new) ->> 'creator_name') <> 'A member who left' then
    raise exception '% on %.% is not allowed: it is append only', tg_op, tg_table_schema, tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger refuse_change on competitions.place;
drop trigger refuse_change on competitions.place_person;
create trigger refuse_change before delete or truncate on competitions.place
  for each statement execute function kit.refuse_change();
create trigger refuse_change before delete or truncate on competitions.place_person
  for each statement execute function kit.refuse_change();
create trigger keep_all_but_names before update on competitions.place
  for each row execute function competitions.keep_all_but_names();
create trigger keep_all_but_names before update on competitions.place_person
  for each row execute function competitions.keep_all_but_names();

-- p_models: what they made or had; works of others that won with it name its creator.
create function competitions.unname_winner(p_person uuid, p_name text, p_models uuid[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  update competitions.place_person set display_name = 'A member who left' where person_id = p_person;
  update competitions.place p set creator_name = 'A member who left' from competitions.entry e
    where e.id = p.entry_id and e.model_id = any(p_models) and p.creator_name = p_name;
end;
