import { type RawBuilder, sql } from 'kysely';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { formsOf, isNear, type Kind, mayBeMistyped, term, type Typed, typedWords, wholeOf } from './words.ts';

export const ORDERS = ['trending', 'newest', 'used', 'price'] as const;
export type Order = (typeof ORDERS)[number];

export type Wish = {
  text: string;
  /** Also what was asked for in the samples is looked at. */
  prompts: boolean;
  modality: string | null;
  tag: string | null;
  licence: string | null;
  price_max: bigint | null;
  published_since: Date | null;
  /** Used since an instant, or not. */
  used_since: { at: Date; used: boolean } | null;
  /** By how well it fits and then by heat, where words were typed and no order was. */
  order: Order | 'fitting';
  without: readonly string[];
};

/** How it was found: by its name, by what is said of it, by what may have been meant. */
export type Tier = 'named' | 'said' | 'near' | 'all';
export type Place = { tier: number; value: string; model_id: string };
export type Found = { model_id: ModelId; creator_id: AccountId; tier: Tier; place: Place };
export type Spelling = { typed: string; taken: string[] };
export type Search = { found: Found[]; spelling: Spelling[] };

/** One wish for a word, as alternatives of which one must be there. */
type Alternative = { kind: Kind; word: string; begins: boolean };
type Clause = { alternatives: Alternative[]; models: number };
type Step = { tier: Tier; clauses: Clause[] };

/** `few`: so many are always fetched at once. `walk_max`: so far the list is walked before they are fetched. */
export type Bounds = { few: number; walk_max: number };
const BOUNDS: Bounds = { few: 4_000, walk_max: 20_000 };

/**
 * Finds models, up to `limit` from a place on, in an order in which nothing comes twice.
 *
 * What finds a model is held in one index of terms, and how many models each term finds in a small table beside it. Of
 * two ways the cheaper one is taken, and both are bounded: where many models fit, the list is walked in its order until
 * enough do; where few do, all of them are fetched and put in order. Which it is is decided here from the counts, since
 * PostgreSQL does not know how many models a beginning of a word finds.
 */
export async function searchListings(
  db: Db,
  wish: Wish,
  { after, limit }: { after: Place | null; limit: number },
  bounds: Bounds = BOUNDS,
): Promise<Search> {
  const { steps, spelling, listings } = await plan(db, wish);
  const found: Found[] = [];
  for (const [tier, step] of steps.entries()) {
    if (after && tier < after.tier) continue;
    const rows = await take(db, wish, {
      step,
      before: steps.slice(0, tier),
      after: after?.tier === tier ? after : null,
      limit: limit - found.length,
      listings,
      bounds,
    });
    found.push(
      ...rows.map(({ model_id, creator_id, value }) => ({
        model_id: asId<ModelId>(model_id),
        creator_id: asId<AccountId>(creator_id),
        tier: step.tier,
        place: { tier, value, model_id },
      })),
    );
    if (found.length >= limit) break;
  }
  return { found, spelling };
}

// what was wished for ------------------------------------------------------------------------------------------------

const NEAR_MAX = 4;
/** A word that stands in fewer models than this may be a mistake that somebody else made too. */
const RARE = 3;

async function plan(db: Db, wish: Wish): Promise<{ steps: Step[]; spelling: Spelling[]; listings: number }> {
  const typed = typedWords(wish.text);
  const whole: Alternative[][] = [
    ...(wish.modality ? [[exactly('m', wish.modality)]] : []),
    ...(wish.tag ? [[exactly('t', wish.tag)]] : []),
    ...(wish.licence ? [[exactly('l', wish.licence)]] : []),
  ];
  const named = typed.map((each) => asTyped(each, ['n']));
  const said = typed.map((each) => asTyped(each, wish.prompts ? ['s', 'q'] : ['s']));
  const itself = [exactly('e', wholeOf(wish.text))];
  const counts = await count(db, [...whole, itself, ...named, ...said]);
  const clause = (alternatives: Alternative[]): Clause => ({ alternatives, models: counts.of(alternatives) });
  const always = whole.map(clause);
  if (typed.length === 0)
    return { steps: [{ tier: 'all', clauses: always }], spelling: [], listings: counts.listings };

  const near = await nearWords(
    db,
    typed.filter((_, place) => counts.of(said[place] ?? []) < RARE),
  );
  const meant = said.map((alternatives, place): Clause => {
    const others = near.get(typed[place]?.word ?? '') ?? [];
    const more = others.map(({ word }) => exactly('s', word));
    const models = others.reduce((total, other) => total + other.models, counts.of(alternatives));
    return { alternatives: [...alternatives, ...more], models };
  });
  const steps: Step[] = [
    { tier: 'named', clauses: [...always, clause(itself)] },
    { tier: 'named', clauses: [...always, ...named.map(clause)] },
    { tier: 'said', clauses: [...always, ...said.map(clause)] },
    ...(near.size > 0 ? [{ tier: 'near' as const, clauses: [...always, ...meant] }] : []),
  ];
  const spelling = [...near].map(([word, others]) => ({
    typed: word,
    taken: others.map((other) => other.word),
  }));
  return { steps: wish.order === 'fitting' ? steps : steps.slice(-1), spelling, listings: counts.listings };
}

const exactly = (kind: Kind, word: string): Alternative => ({ kind, word, begins: false });

const asTyped = ({ word, finished }: Typed, kinds: readonly Kind[]): Alternative[] =>
  kinds.flatMap((kind) =>
    finished ? formsOf(word).map((form) => exactly(kind, form)) : [{ kind, word, begins: true }],
  );

/** So many words are looked at that begin alike; where there are more, they find so much that it does not matter. */
const WORDS_ALIKE_MAX = 2_000;
const LAST_LETTER = '\u{10FFFF}';

async function count(db: Db, wishes: readonly Alternative[][]) {
  const asked = new Map<string, Alternative>();
  for (const each of wishes.flat()) asked.set(keyOf(each), each);
  const all = [...asked.values()];
  const { rows } = await sql<{ place: bigint | null; models: bigint; words: bigint }>`
    select a.place, found.models, found.words
    from unnest(${all.map(({ kind }) => kind)}::text[], ${all.map(({ word }) => word)}::text[],
      ${all.map(({ word, begins }) => (begins ? word + LAST_LETTER : word))}::text[])
      with ordinality a(kind, first, last, place),
    lateral (select coalesce(sum(models), 0) as models, count(*) as words from
      (select w.models from marketplace.word w
       where w.kind = a.kind and w.word >= a.first collate "C" and w.word <= a.last collate "C"
       limit ${sql.lit(WORDS_ALIKE_MAX)}) few) found
    union all
    select null, coalesce(sum(models), 0), 0 from marketplace.word where kind = 'm'`.execute(db);
  const listings = Number(rows.find(({ place }) => place === null)?.models ?? 0n);
  const models = new Map(
    all.map((each, index) => {
      const row = rows.find(({ place }) => Number(place) === index + 1);
      const many = Number(row?.words ?? 0n) >= WORDS_ALIKE_MAX;
      return [keyOf(each), many ? listings : Number(row?.models ?? 0n)];
    }),
  );
  return {
    listings,
    of: (alternatives: readonly Alternative[]) =>
      Math.min(
        listings,
        alternatives.reduce((total, each) => total + (models.get(keyOf(each)) ?? 0), 0),
      ),
  };
}

const keyOf = ({ kind, word, begins }: Alternative) => `${term(kind, word)}${begins ? '*' : ''}`;

/** What may have been meant by words that find next to nothing. */
async function nearWords(
  db: Db,
  typed: readonly Typed[],
): Promise<Map<string, { word: string; models: number }[]>> {
  const near = new Map<string, { word: string; models: number }[]>();
  for (const each of typed) {
    if (!mayBeMistyped(each.word)) continue;
    const { rows } = await sql<{ word: string; models: number }>`
      select word, models from marketplace.word where kind = 's' and word % ${each.word}
      order by similarity(word, ${each.word}) desc, models desc, word limit 40`.execute(db);
    const others = rows.filter(({ word }) => word !== each.word && isNear(each, word)).slice(0, NEAR_MAX);
    if (others.length > 0) near.set(each.word, others);
  }
  return near;
}

// the two ways -------------------------------------------------------------------------------------------------------

type Take = {
  step: Step;
  before: readonly Step[];
  after: Place | null;
  limit: number;
  listings: number;
  bounds: Bounds;
};
type Row = { model_id: string; creator_id: string; value: string };

async function take(
  db: Db,
  wish: Wish,
  { step, before, after, limit, listings, bounds }: Take,
): Promise<Row[]> {
  const models = step.clauses.map((clause) => clause.models);
  const rarest = Math.min(listings, ...models);
  if (rarest === 0) return [];
  const expected = models.reduce((left, each) => (left * each) / Math.max(1, listings), listings);
  const isMany = rarest > bounds.few && expected > Math.sqrt(limit * listings);
  const asked = { wish, step, before, after, limit, bounds };
  if (step.clauses.length > 0 && !isMany) return fetched(db, asked);
  const rows = await walked(db, asked);
  // it may have been walked to the end of the list, or only as far as one walks
  if (rows.length >= limit || step.clauses.length === 0 || listings <= bounds.walk_max) return rows;
  return fetched(db, asked);
}

type Asked = Omit<Take, 'listings'> & { wish: Wish };

/** In the order of the list, looking at each whether it fits. Without words the list ends where it ends. */
async function walked(db: Db, { wish, step, before, after, limit, bounds }: Asked): Promise<Row[]> {
  const { columns, from, by } = orderOf(wish);
  const window = step.clauses.length > 0 ? sql`limit ${sql.lit(bounds.walk_max)}` : sql``;
  const { rows } = await sql<Row>`
    select model_id, creator_id, value::text from
      (select l.*, ${columns} as value from marketplace.listing l where ${from(after)} order by ${by} ${window}) l
    where ${fits(step, before)} and ${others(wish)}
    order by ${by} limit ${limit}`.execute(db);
  return rows;
}

/** All that fit, then put in order. */
async function fetched(db: Db, { wish, step, before, after, limit }: Asked): Promise<Row[]> {
  const { columns, from, by } = orderOf(wish);
  const { rows } = await sql<Row>`
    with found as materialized (
      select l.model_id, l.creator_id, l.heat, l.published_at, l.uses, l.from_micros from marketplace.listing l
      where ${fits(step, before)} and ${others(wish)})
    select model_id, creator_id, (${columns})::text as value from found l
    where ${from(after)} order by ${by} limit ${limit}`.execute(db);
  return rows;
}

function orderOf({ order }: Wish) {
  const down = (column: RawBuilder<unknown>, type: RawBuilder<unknown>) => ({
    columns: column,
    from: (after: Place | null) =>
      after ? sql`(${column}, l.model_id) < (${after.value}::${type}, ${after.model_id}::uuid)` : sql`true`,
    by: sql`${column} desc, l.model_id desc`,
  });
  if (order === 'newest') return down(sql`l.published_at`, sql`timestamptz`);
  if (order === 'used') return down(sql`l.uses`, sql`int8`);
  if (order !== 'price') return down(sql`l.heat`, sql`float8`);
  return {
    columns: sql`l.from_micros`,
    from: (after: Place | null) =>
      after ? sql`(l.from_micros, l.model_id) > (${after.value}::int8, ${after.model_id}::uuid)` : sql`true`,
    by: sql`l.from_micros, l.model_id`,
  };
}

/** A clause that finds so many times as much as the rarest is asked of each row: to read all of it costs more. */
const BROAD = 4;

/** It has what was wished for, and none of the better places in the list had it. */
function fits(step: Step, before: readonly Step[]): RawBuilder<unknown> {
  if (step.clauses.length === 0) return sql`true`;
  const rarest = Math.min(...step.clauses.map(({ models }) => models));
  const isBroad = ({ models }: Clause) => models > BROAD * rarest;
  const broad = step.clauses.filter(isBroad);
  const narrow = { ...step, clauses: step.clauses.filter((clause) => !isBroad(clause)) };
  // `is true` keeps it out of the index
  const more =
    broad.length > 0 ? [sql`(l.terms @@ ${queryOf({ ...step, clauses: broad })}::tsquery) is true`] : [];
  const not = before.map((better) => sql`not l.terms @@ ${queryOf(better)}::tsquery`);
  return sql.join([sql`l.terms @@ ${queryOf(narrow)}::tsquery`, ...more, ...not], sql` and `);
}

const quoted = (each: Alternative) =>
  `'${term(each.kind, each.word).replaceAll('\\', '\\\\').replaceAll("'", "''")}'${each.begins ? ':*' : ''}`;
const queryOf = ({ clauses }: Step): string =>
  clauses.map(({ alternatives }) => `(${alternatives.map(quoted).join(' | ')})`).join(' & ');

function others({ price_max, published_since, used_since, without }: Wish): RawBuilder<unknown> {
  // as a value of each row, so that the list is still walked in its order
  const used =
    used_since &&
    sql`coalesce((select u.last_at >= ${used_since.at} from marketplace.model_use u where u.model_id = l.model_id), false)`;
  const conditions = [
    ...(price_max === null ? [] : [sql`l.from_micros <= ${price_max}`]),
    ...(published_since === null ? [] : [sql`l.published_at >= ${published_since}`]),
    ...(used ? [used_since.used ? used : sql`not ${used}`] : []),
    ...(without.length === 0 ? [] : [sql`l.creator_id <> all(${[...without]}::uuid[])`]),
  ];
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

// creators -----------------------------------------------------------------------------------------------------------

/** Creators whose names have these words, those with most models first. */
export async function searchCreators(
  db: Db,
  text: string,
  { without, limit }: { without: readonly string[]; limit: number },
): Promise<{ creator_id: AccountId; models: number }[]> {
  const clauses = typedWords(text).map(({ word }) => ({
    alternatives: [{ kind: 'n' as const, word, begins: true }],
    models: 0,
  }));
  if (clauses.length === 0) return [];
  const { rows } = await sql<{ creator_id: string; models: number }>`
    select creator_id, models from marketplace.listed_creator
    where terms @@ ${queryOf({ tier: 'named', clauses })}::tsquery and creator_id <> all(${[...without]}::uuid[])
    order by models desc, creator_id limit ${limit}`.execute(db);
  return rows.map(({ creator_id, models }) => ({ creator_id: asId<AccountId>(creator_id), models }));
}
