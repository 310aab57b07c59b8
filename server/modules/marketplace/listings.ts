import { sql } from 'kysely';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import { COLD, heatAfter, heatOf, hourOf } from './heat.ts';
import { type List, MODELS } from './lists.ts';
import { countedOf, term, wordsOf } from './words.ts';

export type Listing = {
  model_id: ModelId;
  creator_id: AccountId;
  published_at: Date;
  from_micros: bigint;
  terms: readonly string[];
};

/** Writes how these models are found, and takes out of the lists those of `model_ids` that have no listing any more. */
export async function putListings(
  tx: Tx,
  model_ids: readonly ModelId[],
  listings: readonly Listing[],
): Promise<void> {
  const ids = [...model_ids];
  const { rows: before } = await sql<{ terms: string[] }>`
    select tsvector_to_array(terms) as terms from marketplace.listing
    where model_id = any(${ids}::uuid[]) order by model_id for update`.execute(tx);
  await sql`
    delete from marketplace.listing where model_id = any(${ids}::uuid[])
      and model_id <> all(${listings.map(({ model_id }) => model_id)}::uuid[])`.execute(tx);
  for (const { terms, ...listing } of listings)
    await sql`
      insert into marketplace.listing (model_id, creator_id, published_at, from_micros, terms, payers, heat)
      values (${listing.model_id}, ${listing.creator_id}, ${listing.published_at}, ${listing.from_micros},
        array_to_tsvector(${[...terms]}::text[]),
        coalesce((select payers from marketplace.model_heat where model_id = ${listing.model_id}), 0),
        coalesce((select heat from marketplace.model_heat where model_id = ${listing.model_id}), '-Infinity'))
      on conflict (model_id) do update set creator_id = excluded.creator_id,
        published_at = excluded.published_at, from_micros = excluded.from_micros, terms = excluded.terms`.execute(
      tx,
    );
  await countWords(
    tx,
    MODELS,
    before.map(({ terms }) => terms),
    listings.map(({ terms }) => terms),
  );
}

/** Keeps of every word how much it finds. */
export async function countWords(
  tx: Tx,
  { words, amount }: List,
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
): Promise<void> {
  const changes = new Map<string, number>();
  const add = (terms: readonly (readonly string[])[], by: number) => {
    for (const each of terms.flatMap(countedOf)) changes.set(each, (changes.get(each) ?? 0) + by);
  };
  add(before, -1);
  add(after, 1);
  const changed = [...changes].filter(([, by]) => by !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (changed.length === 0) return;
  await sql`
    insert into ${words} as w (kind, word, ${amount})
    select split_part(term, ':', 1), substr(term, strpos(term, ':') + 1), more
    from unnest(${changed.map(([each]) => each)}::text[], ${changed.map(([, by]) => by)}::int4[]) t(term, more)
    on conflict (kind, word) do update set ${amount} = w.${amount} + excluded.${amount}`.execute(tx);
  await sql`
    delete from ${words} w using unnest(${changed.map(([each]) => each)}::text[]) term
    where w.kind = split_part(term, ':', 1) and w.word = substr(term, strpos(term, ':') + 1)
      and w.${amount} <= 0`.execute(tx);
}

export type ListedCreator = { creator_id: AccountId; handle: string; display_name: string };

/** Writes how these creators are found: by their names, as long as anything of theirs stands in lists. */
export async function putCreators(tx: Tx, creators: readonly ListedCreator[]): Promise<void> {
  const ids = creators.map(({ creator_id }) => creator_id);
  for (const { creator_id, handle, display_name } of creators) {
    const words = new Set(wordsOf(`${handle} ${display_name}`).map((word) => term('n', word)));
    await sql`
      insert into marketplace.listed_creator (creator_id, models, terms)
      select ${creator_id}::uuid, count(*)::int4, array_to_tsvector(${[...words]}::text[])
      from marketplace.listing where creator_id = ${creator_id}
      on conflict (creator_id) do update set models = excluded.models, terms = excluded.terms`.execute(tx);
  }
  await sql`delete from marketplace.listed_creator where creator_id = any(${ids}::uuid[]) and models = 0`.execute(
    tx,
  );
}

/** Whose the listings of these models are now. */
export async function creatorsListed(db: Db, model_ids: readonly ModelId[]): Promise<AccountId[]> {
  const { rows } = await sql<{ creator_id: string }>`
    select distinct creator_id from marketplace.listing where model_id = any(${[...model_ids]}::uuid[])`.execute(
    db,
  );
  return rows.map(({ creator_id }) => asId<AccountId>(creator_id));
}

/** The models of a creator that stand in lists. */
export async function listedModelsOf(db: Db, creator_id: AccountId): Promise<ModelId[]> {
  const rows = await db
    .selectFrom('marketplace.listing')
    .select('model_id')
    .where('creator_id', '=', creator_id)
    .execute();
  return rows.map(({ model_id }) => asId<ModelId>(model_id));
}

export type Payment = { model_id: ModelId; payer_id: AccountId; at: Date };

/** Counts who paid for what: each person once, by the hour in which they last did. */
export async function countPayers(tx: Tx, payments: readonly Payment[]): Promise<void> {
  const latest = new Map<string, { model_id: ModelId; payer_id: AccountId; last_at: Date }>();
  for (const { model_id, payer_id, at } of payments) {
    const key = `${model_id} ${payer_id}`;
    const last_at = hourOf(at);
    if ((latest.get(key)?.last_at ?? last_at) <= last_at) latest.set(key, { model_id, payer_id, last_at });
  }
  const rows = [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (rows.length === 0) return;
  const { rows: counted } = await sql<{ model_id: string; before: Date | null; at: Date }>`
    insert into marketplace.model_payer as p (model_id, payer_id, last_at)
    select * from unnest(${rows.map(({ model_id }) => model_id)}::uuid[],
      ${rows.map(({ payer_id }) => payer_id)}::uuid[], ${rows.map(({ last_at }) => last_at)}::timestamptz[])
    on conflict (model_id, payer_id) do update set last_at = excluded.last_at
      where excluded.last_at > p.last_at
    returning new.model_id, old.last_at as before, new.last_at as at`.execute(tx);
  const heats = await heatsOf(
    tx,
    counted.map(({ model_id }) => model_id),
  );
  for (const { model_id, before, at } of counted) {
    const { heat, payers } = heats.get(model_id) ?? { heat: COLD, payers: 0 };
    heats.set(model_id, { heat: heatAfter(heat, { before, at }), payers: payers + (before ? 0 : 1) });
  }
  await putHeats(tx, heats);
}

/** Takes somebody out until they pay again: what they had paid came back to them. */
export async function forgetPayer(tx: Tx, model_id: ModelId, payer_id: AccountId): Promise<void> {
  const gone = await tx
    .deleteFrom('marketplace.model_payer')
    .where('model_id', '=', model_id)
    .where('payer_id', '=', payer_id)
    .returning('payer_id')
    .execute();
  if (gone.length === 0) return;
  const left = await tx
    .selectFrom('marketplace.model_payer')
    .select('last_at')
    .where('model_id', '=', model_id)
    .execute();
  const heat = heatOf(left.map(({ last_at }) => last_at));
  await putHeats(tx, new Map([[model_id, { heat, payers: left.length }]]));
}

/** What a model's places follow from: how many different people paid for it, and how lately. */
type Heat = { heat: number; payers: number };

async function heatsOf(tx: Tx, model_ids: readonly string[]): Promise<Map<string, Heat>> {
  const { rows } = await sql<{ model_id: string; heat: number; payers: bigint }>`
    select model_id, heat, payers from marketplace.model_heat where model_id = any(${[...model_ids]}::uuid[])
    order by model_id for update`.execute(tx);
  return new Map(rows.map(({ model_id, heat, payers }) => [model_id, { heat, payers: Number(payers) }]));
}

async function putHeats(tx: Tx, heats: ReadonlyMap<string, Heat>): Promise<void> {
  if (heats.size === 0) return;
  const written = [...heats].map(([model_id, { heat, payers }]) => ({
    model_id,
    payers,
    heat: String(heat),
  }));
  const models = sql`unnest(${written.map(({ model_id }) => model_id)}::uuid[],
    ${written.map(({ heat }) => heat)}::float8[], ${written.map(({ payers }) => payers)}::int8[])
    t(model_id, heat, payers)`;
  await sql`
    insert into marketplace.model_heat (model_id, heat, payers) select * from ${models}
    on conflict (model_id) do update set heat = excluded.heat, payers = excluded.payers`.execute(tx);
  await sql`
    update marketplace.listing l set heat = t.heat, payers = t.payers from ${models}
    where l.model_id = t.model_id`.execute(tx);
}

/** How many different people paid for each of these models, and were not paid back. */
export async function payersOf(db: Db, model_ids: readonly string[]): Promise<Map<string, number>> {
  if (model_ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('marketplace.model_heat')
    .select(['model_id', 'payers'])
    .where(isAnyOf('model_id', model_ids))
    .execute();
  return new Map(rows.map(({ model_id, payers }) => [model_id, Number(payers)]));
}

/** How many different people paid for each of these models since an instant. */
export async function payersSince(
  db: Db,
  model_ids: readonly string[],
  since: Date,
): Promise<Map<string, number>> {
  if (model_ids.length === 0) return new Map();
  const { rows } = await sql<{ model_id: string; payers: bigint }>`
    select model_id, count(*) as payers from marketplace.model_payer
    where model_id = any(${[...model_ids]}::uuid[]) and last_at >= ${since} group by model_id`.execute(db);
  return new Map(rows.map(({ model_id, payers }) => [model_id, Number(payers)]));
}

/** Those of these models that ran since an instant. */
export async function usedSince(db: Db, model_ids: readonly string[], since: Date): Promise<Set<string>> {
  if (model_ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('marketplace.model_use')
    .select('model_id')
    .where(isAnyOf('model_id', model_ids))
    .where('last_at', '>=', since)
    .execute();
  return new Set(rows.map(({ model_id }) => model_id));
}

/** Tags and licences that stand on most models. */
export async function commonTerms(db: Db, kind: 't' | 'l', limit: number) {
  return db
    .selectFrom('marketplace.word')
    .select(['word', 'models'])
    .where('kind', '=', kind)
    .orderBy('models', 'desc')
    .orderBy('word')
    .limit(limit)
    .execute();
}

/** Where each part of a list of all models begins, so that a map of the site can be read in parts. */
export async function partsOfListings(db: Db, per_part: number): Promise<{ first_id: string }[]> {
  const { rows } = await sql<{ first_id: string }>`
    select model_id as first_id from
      (select model_id, row_number() over (order by model_id) as place from marketplace.listing) l
    where place % ${per_part} = 1 order by model_id`.execute(db);
  return rows;
}

/** A part of that list. */
export async function listedFrom(db: Db, first_id: string, limit: number): Promise<ModelId[]> {
  const { rows } = await sql<{ model_id: string }>`
    select model_id from marketplace.listing where model_id >= ${first_id}::uuid order by model_id limit ${limit}`.execute(
    db,
  );
  return rows.map(({ model_id }) => asId<ModelId>(model_id));
}
