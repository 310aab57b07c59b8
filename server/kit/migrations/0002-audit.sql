-- Who did what with whose things. Each row carries the hash of the one before it, so that a row cannot be
-- changed or taken out without changing all that follow; and what the newest hash was is signed and kept
-- outside this database (heads.ts), so that changing all of them shows as well.
create table kit.audit_log (
  id        int8 primary key,
  at        timestamptz not null,
  actor     text not null,
  act       text not null,
  subject   text not null,
  detail    jsonb not null,
  prev_hash bytea not null,
  hash      bytea not null,
  constraint audit_log_in_our_time check (isfinite(at)),
  -- no row has two successors
  constraint audit_log_one_chain unique (prev_hash)
);

-- What this transaction did so far. A row lives here until its transaction commits, so none ever outlives a crash.
create unlogged table kit.audit_draft (
  draft   int8 generated always as identity primary key,
  at      timestamptz not null,
  actor   text not null,
  act     text not null,
  subject text not null,
  detail  jsonb not null
);

-- sha256 of the hash before it and six fields, each as `<octets>:<text>,` (a netstring): no two rows read the same.
create function kit.audit_hash(p_prev bytea, p_id int8, p_at timestamptz, p_actor text, p_act text, p_subject text, p_detail jsonb) returns bytea
language sql stable parallel safe
return sha256(p_prev || convert_to(
  (select string_agg(octet_length(convert_to(f, 'UTF8')) || ':' || f || ',', '' order by place)
   from unnest(array[p_id::text, to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                     p_actor, p_act, p_subject, p_detail::text]) with ordinality fields(f, place)), 'UTF8'));

create function kit.append_audit(p_at timestamptz, p_actor text, p_act text, p_subject text, p_detail jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into kit.audit_draft (at, actor, act, subject, detail) values (p_at, p_actor, p_act, p_subject, p_detail);
end;

-- One writer at a time, or the chain would fork and the numbers have gaps. The lock is taken when the transaction
-- commits, after everything else that the act locks: whoever holds it waits for nobody, so it is in no deadlock,
-- and no act keeps the others waiting while it still works.
create function kit.chain_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_last kit.audit_log;
  v_id   int8;
  v_prev bytea;
begin
  perform pg_advisory_xact_lock(hashtext('kit.audit_log'));
  select * into v_last from kit.audit_log order by id desc limit 1;
  v_id := coalesce(v_last.id, 0) + 1;
  v_prev := coalesce(v_last.hash, '');
  insert into kit.audit_log (id, at, actor, act, subject, detail, prev_hash, hash)
  values (v_id, new.at, new.actor, new.act, new.subject, new.detail, v_prev,
          kit.audit_hash(v_prev, v_id, new.at, new.actor, new.act, new.subject, new.detail));
  delete from kit.audit_draft where draft = new.draft;
  return null;
end $$;
create constraint trigger audit_draft_is_chained after insert on kit.audit_draft
  deferrable initially deferred for each row execute function kit.chain_audit();

create function kit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on %.% is not allowed: it is append only', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger audit_log_append_only before update or delete or truncate on kit.audit_log
  for each statement execute function kit.refuse_change();

-- The newest signed heads as they lie in the files, some days of them: for those who ask for the newest, and so that
-- files that lost their end (a backup is a little older in its files than in its database) get it back.
create table kit.head (
  number int8 primary key,
  jws    text not null
);

create function kit.note_head(p_number int8, p_jws text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  -- files may be ahead of a database that was restored, but not by ages
  insert into kit.head (number, jws)
  select p_number, p_jws where p_number between 1 and coalesce((select max(number) from kit.head), p_number) + 1000000
  on conflict (number) do update set jws = excluded.jws;
  delete from kit.head where number <= (select number from kit.head order by number desc offset 20000 limit 1);
end;
