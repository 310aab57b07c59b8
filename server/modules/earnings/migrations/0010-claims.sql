-- Somebody says that a published model, or one leg of its earnings, is theirs. While a claim is admitted, what its leg
-- earns is set aside when it is settled: in the claim's case, which is opened with the admission and grows.
create table earnings.claim (
  id                uuid primary key,
  model_id          uuid not null references registry.model,
  claimant_id       uuid not null references identity.account,
  -- the model: everybody's part in its split; a person: one collaborator's; a royalty: what one parent's owner gets
  leg               text not null check (leg in ('model', 'person', 'royalty')),
  -- whose earnings are claimed: of a model its owner's and everybody's in the split, and this names the owner
  respondent_id     uuid not null references identity.account,
  parent_model_id   uuid references registry.model,
  grounds           text not null,
  evidence          text not null,
  links             text[] not null,
  -- the work of the claimant that it rests on
  work              text not null,
  -- what the claimant affirmed, word by word
  statement_version text not null,
  statement         text not null,
  filed_at          timestamptz not null,
  state             text not null,
  version           int4 not null default 1,
  case_id           uuid references earnings.case,
  admitted_at       timestamptz,
  answer            text,
  answered_at       timestamptz,
  -- what shall become of what is claimed, as somebody proposed it and somebody else signs it
  remedy            text check (remedy in ('redirect', 'transfer', 'withdraw')),
  proposed_by       uuid references identity.account,
  ended_at          timestamptz,
  constraint claim_not_of_oneself check (claimant_id <> respondent_id),
  constraint claim_royalty_has_parent check ((leg = 'royalty') = (parent_model_id is not null)),
  constraint claim_admitted_has_case check ((case_id is null) = (admitted_at is null)
    and (case_id is not null or state in ('filed', 'dismissed', 'withdrawn'))),
  constraint claim_answered_has_text check ((answer is null) = (answered_at is null))
);
create unique index claim_open_once on earnings.claim (claimant_id, model_id)
  where state in ('filed', 'admitted', 'heard', 'awaiting_signature');
-- what is set aside is one claim's: others of the model wait
create unique index claim_admitted_once on earnings.claim (model_id) where state in ('admitted', 'heard', 'awaiting_signature');
create index claim_on_parent on earnings.claim (parent_model_id) where state in ('admitted', 'heard', 'awaiting_signature');
create unique index claim_of_case on earnings.claim (case_id);
create index claim_of_claimant on earnings.claim (claimant_id, filed_at desc);
create index claim_of_model on earnings.claim (model_id, filed_at desc);
create index claim_filed on earnings.claim (filed_at desc, id desc);

-- What was claimed stays as it was filed; only its way goes on.
create function earnings.refuse_other_claim() returns trigger language plpgsql as $$
begin
  if (new.id, new.model_id, new.claimant_id, new.leg, new.parent_model_id, new.grounds, new.evidence, new.links,
      new.work, new.statement_version, new.statement, new.filed_at)
     is distinct from (old.id, old.model_id, old.claimant_id, old.leg, old.parent_model_id, old.grounds, old.evidence,
      old.links, old.work, old.statement_version, old.statement, old.filed_at)
     -- what is claimed may change hands before it is admitted
     or (old.state <> 'filed' and new.respondent_id <> old.respondent_id)
     or (old.case_id is not null and new.case_id is distinct from old.case_id)
     or (old.answer is not null and new.answer is distinct from old.answer) then
    raise exception 'a claim stays as it was filed' using errcode = 'check_violation', constraint = 'claim_stays';
  end if;
  return new;
end $$;
create trigger claim_stays before update on earnings.claim for each row execute function earnings.refuse_other_claim();

-- A claim that is upheld takes what was set aside from whoever had earned it, and its claimant gets a line of it.
alter table earnings.reversal drop constraint reversal_cause_check;
alter table earnings.reversal add constraint reversal_cause_check check (cause in ('refund', 'chargeback', 'forfeit', 'lapse', 'claim'));
create unique index reversal_claim_once on earnings.reversal (generation_id) where cause = 'claim';
alter table earnings.line drop constraint line_role_check;
alter table earnings.line add constraint line_role_check check (role in ('creator', 'collaborator', 'parent', 'claimant'));
alter table earnings.resolution drop constraint resolution_outcome_check;
alter table earnings.resolution add constraint resolution_outcome_check
  check (outcome in ('cleared', 'forfeited', 'refunded', 'won', 'lost', 'upheld'));
