import { type RawBuilder, sql } from 'kysely';

type Part = RawBuilder<unknown>;

/** A kind of thing that is found: its rows, what names one and whose it is, and the words with how many each finds. */
export type List = { rows: Part; id: Part; by: Part; from_micros: Part; words: Part; amount: Part };

export const MODELS: List = {
  rows: sql.table('marketplace.listing'),
  id: sql.ref('l.model_id'),
  by: sql.ref('l.creator_id'),
  from_micros: sql.ref('l.from_micros'),
  words: sql.table('marketplace.word'),
  amount: sql.ref('models'),
};

/** What people show costs what its model does. */
export const CREATIONS: List = {
  rows: sql.table('marketplace.creation_listing'),
  id: sql.ref('l.asset_id'),
  by: sql.ref('l.maker_id'),
  from_micros: sql`(select m.from_micros from marketplace.listing m where m.model_id = l.model_id)`,
  words: sql.table('marketplace.creation_word'),
  amount: sql.ref('creations'),
};
