-- "Most used" goes by how many different people paid for a model, the same people who make it trend: how often it ran
-- says only how much somebody was ready to run it.
alter table marketplace.model_heat add column payers int8 not null default 0;
update marketplace.model_heat h set payers = (
  select count(*) from marketplace.model_payer p where p.model_id = h.model_id);

alter table marketplace.listing rename column uses to payers;
alter index marketplace.listing_by_uses rename to listing_by_payers;
update marketplace.listing l set payers = coalesce(
  (select h.payers from marketplace.model_heat h where h.model_id = l.model_id), 0);
