-- What people show, as it can be found: one row for each that stands in lists, written from the news like that of a
-- model, with its terms (words.ts).
create table marketplace.creation_listing (
  asset_id     uuid primary key references marketplace.creation,
  maker_id     uuid not null references identity.account,
  model_id     uuid not null references registry.model,
  published_at timestamptz not null,
  heat         float8 not null,
  terms        tsvector not null
);
create index creation_listing_terms on marketplace.creation_listing using gin (terms);
create index creation_listing_by_heat on marketplace.creation_listing (heat desc, asset_id desc);
create index creation_listing_by_date on marketplace.creation_listing (published_at desc, asset_id desc);
create index creation_listing_of_maker on marketplace.creation_listing (maker_id);
create index creation_listing_of_model on marketplace.creation_listing (model_id);

create table marketplace.creation_word (
  kind      text not null,
  word      text collate "C" not null,
  creations int4 not null,
  primary key (kind, word)
);
create index creation_word_alike on marketplace.creation_word using gin (word gin_trgm_ops) where kind = 's';

-- A like ranks if it is of somebody else, who had paid for something themselves when they liked.
alter table marketplace.creation_like add column ranks boolean not null default false;
create index creation_like_that_rank on marketplace.creation_like (asset_id, at desc) where ranks;
create index model_payer_of_person on marketplace.model_payer (payer_id);

-- The sum of those, halved as that of models is (heat.ts); moves in the transaction of the like.
alter table marketplace.creation add column heat float8 not null default '-Infinity';

-- Only of tags and licences the commonest are asked for; and what is counted by a beginning is found by the key.
drop index marketplace.word_by_models;
create index word_by_models on marketplace.word (kind, models desc, word) where kind in ('t', 'l');

-- How much has any word that begins with one or two letters: so many words begin so that they cannot be added up.
insert into marketplace.word (kind, word, models)
select left(term, 1) || '*', beginning, count(distinct model_id) from marketplace.listing,
  unnest(tsvector_to_array(terms)) term, unnest(array[substr(term, 3, 1), substr(term, 3, 2)]) beginning
where left(term, 2) in ('n:', 's:', 'q:') group by 1, 2;
