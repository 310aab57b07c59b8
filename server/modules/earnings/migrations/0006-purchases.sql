-- What members bought, written in the transaction that posts it, under the id that it is posted under: the credits
-- that a purchase may bring are those that stand here.
create table earnings.purchase (
  id           uuid primary key,
  buyer_id     uuid not null references identity.account,
  pack         text not null,
  paid_micros  int8 not null check (paid_micros > 0),
  promo_micros int8 not null check (promo_micros >= 0),
  -- who took the dollars for us
  provider     text not null check (provider in ('test')),
  bought_at    timestamptz not null
);
create index purchase_of_buyer on earnings.purchase (buyer_id, bought_at);
alter table earnings.case add constraint case_of_a_purchase foreign key (purchase_id) references earnings.purchase;

create trigger purchase_append_only before update or delete or truncate on earnings.purchase
  for each statement execute function kit.refuse_change();
