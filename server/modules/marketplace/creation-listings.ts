import { sql } from 'kysely';
import { type AccountId, asId, type AssetId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { heatAfter, heatOf } from './heat.ts';
import { CREATIONS } from './lists.ts';
import { countWords } from './listings.ts';

export type CreationListing = {
  asset_id: AssetId;
  maker_id: AccountId;
  model_id: ModelId;
  published_at: Date;
  terms: readonly string[];
};

/** Writes how these are found, and takes out of the lists those of `asset_ids` that have no listing any more. */
export async function putCreationListings(
  tx: Tx,
  asset_ids: readonly AssetId[],
  listings: readonly CreationListing[],
): Promise<void> {
  const ids = [...asset_ids];
  // the one who likes locks the creation first, too: its heat is not moved meanwhile
  await sql`select from marketplace.creation where asset_id = any(${ids}::uuid[]) order by asset_id for update`.execute(
    tx,
  );
  const { rows: before } = await sql<{ terms: string[] }>`
    delete from marketplace.creation_listing where asset_id = any(${ids}::uuid[])
    returning tsvector_to_array(terms) as terms`.execute(tx);
  const column = <Name extends keyof CreationListing>(name: Name) => listings.map((each) => each[name]);
  await sql`
    insert into marketplace.creation_listing (asset_id, maker_id, model_id, published_at, heat, terms)
    select t.asset_id, t.maker_id, t.model_id, t.published_at, c.heat,
      array_to_tsvector(string_to_array(t.terms, chr(10)))
    from unnest(${column('asset_id')}::uuid[], ${column('maker_id')}::uuid[], ${column('model_id')}::uuid[],
      ${column('published_at')}::timestamptz[], ${listings.map(({ terms }) => terms.join('\n'))}::text[])
      t(asset_id, maker_id, model_id, published_at, terms)
    join marketplace.creation c on c.asset_id = t.asset_id`.execute(tx);
  await countWords(
    tx,
    CREATIONS,
    before.map(({ terms }) => terms),
    listings.map(({ terms }) => terms),
  );
}

/** What of a person or of models stands in lists. */
export async function creationsListedOf(
  db: Db,
  { makers, models }: { makers: readonly AccountId[]; models: readonly ModelId[] },
): Promise<AssetId[]> {
  const { rows } = await sql<{ asset_id: string }>`
    select asset_id from marketplace.creation_listing where maker_id = any(${[...makers]}::uuid[])
    union select asset_id from marketplace.creation_listing where model_id = any(${[...models]}::uuid[])`.execute(
    db,
  );
  return rows.map(({ asset_id }) => asId<AssetId>(asset_id));
}

/** How many whose likes rank liked each of these since an instant. */
export async function likedSince(
  db: Db,
  asset_ids: readonly AssetId[],
  since: Date,
): Promise<Map<string, number>> {
  if (asset_ids.length === 0) return new Map();
  const { rows } = await sql<{ asset_id: string; people: bigint }>`
    select asset_id, count(*) as people from marketplace.creation_like
    where asset_id = any(${[...asset_ids]}::uuid[]) and ranks and at >= ${since} group by asset_id`.execute(
    db,
  );
  return new Map(rows.map(({ asset_id, people }) => [asset_id, Number(people)]));
}

/** Whether what somebody likes may rank: they paid for a generation themselves, with credits that they bought. */
export async function hasPaid(db: Db, person_id: AccountId): Promise<boolean> {
  const { rows } =
    await sql`select from marketplace.model_payer where payer_id = ${person_id} limit 1`.execute(db);
  return rows.length > 0;
}

/** After one more like that ranks, or after one was taken back; the creation is locked by the count that moved. */
export async function moveHeat(tx: Tx, asset_id: AssetId, liked_at: Date | null): Promise<void> {
  const heat = liked_at ? await withOneMore(tx, asset_id, liked_at) : await fromScratch(tx, asset_id);
  const value = sql`${String(heat)}::float8`;
  await sql`update marketplace.creation set heat = ${value} where asset_id = ${asset_id}`.execute(tx);
  await sql`update marketplace.creation_listing set heat = ${value} where asset_id = ${asset_id}`.execute(tx);
}

async function withOneMore(tx: Tx, asset_id: AssetId, at: Date): Promise<number> {
  const { heat } = await tx
    .selectFrom('marketplace.creation')
    .select('heat')
    .where('asset_id', '=', asset_id)
    .executeTakeFirstOrThrow();
  return heatAfter(heat, { before: null, at });
}

async function fromScratch(tx: Tx, asset_id: AssetId): Promise<number> {
  const likes = await tx
    .selectFrom('marketplace.creation_like')
    .select('at')
    .where('asset_id', '=', asset_id)
    .where('ranks', '=', true)
    .execute();
  return heatOf(likes.map(({ at }) => at));
}
