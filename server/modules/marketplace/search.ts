import { type RawBuilder, sql } from 'kysely';
import { type AccountId, asId, type AssetId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { CREATIONS, type List, MODELS } from './lists.ts';
import {
  countedAs,
  formsOf,
  isNear,
  type Kind,
  mayBeMistyped,
  term,
  type Typed,
  typedWords,
  wholeOf,
} from './words.ts';

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
  /** Only these, and everything of these modalities. */
  among: { modalities: readonly string[]; ids: readonly string[] } | null;
  /** By how well it fits and then by heat, where words were typed and no order was. */
  order: Order | 'fitting';
  without: readonly string[];
};

/** How it was found: by its name, by what is said of it, by what may have been meant. */
export type Tier = 'named' | 'said' | 'near' | 'all';
export type Place = { tier: number; value: string; id: string };
type Hit<Id> = { id: Id; tier: Tier; place: Place };
export type Found = Hit<ModelId>;
export type FoundCreation = Hit<AssetId>;
export type Spelling = { typed: string; taken: string[] };
type Search<Id> = { found: Hit<Id>[]; spelling: Spelling[] };

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
export const searchListings = (db: Db, wish: Wish, part: Part, bounds?: Bounds): Promise<Search<ModelId>> =>
  search<ModelId>(db, MODELS, wish, part, bounds);

/** The same for what people show; by use and by price it has no order. */
export const searchCreations = (
  db: Db,
  wish: Wish & { order: 'fitting' | 'trending' | 'newest' },
  part: Part,
  bounds?: Bounds,
): Promise<Search<AssetId>> => search<AssetId>(db, CREATIONS, wish, part, bounds);

type Part = { after: Place | null; limit: number };

async function search<Id extends AssetId | ModelId>(
  db: Db,
  list: List,
  wish: Wish,
  { after, limit }: Part,
  bounds: Bounds = BOUNDS,
): Promise<Search<Id>> {
  const { steps, spelling, listings } = await plan(db, list, wish);
  const found: Hit<Id>[] = [];
  for (const [tier, step] of steps.entries()) {
    if (after && tier < after.tier) continue;
    const rows = await take(db, list, wish, {
      step,
      before: steps.slice(0, tier),
      after: after?.tier === tier ? after : null,
      limit: limit - found.length,
      listings,
      bounds,
    });
    found.push(
      ...rows.map(({ id, value }) => ({ id: asId<Id>(id), tier: step.tier, place: { tier, value, id } })),
    );
    if (found.length >= limit) break;
  }
  return { found, spelling };
}

// what was wished for ------------------------------------------------------------------------------------------------

const NEAR_MAX = 4;
/** A word that stands in fewer models than this may be a mistake that somebody else made too. */
const RARE = 3;

type Plan = { steps: Step[]; spelling: Spelling[]; listings: number };

async function plan(db: Db, list: List, wish: Wish): Promise<Plan> {
  const typed = typedWords(wish.text);
  const whole: Alternative[][] = [
    ...(wish.modality ? [[exactly('m', wish.modality)]] : []),
    ...(wish.tag ? [[exactly('t', wish.tag)]] : []),
    ...(wish.licence ? [[exactly('l', wish.licence)]] : []),
  ];
  const named = typed.map((each) => asTyped(each, ['n']));
  const said = typed.map((each) => asTyped(each, wish.prompts ? ['s', 'q'] : ['s']));
  const itself = [exactly('e', wholeOf(wish.text))];
  const counts = await count(db, list, [...whole, itself, ...named, ...said]);
  const clause = (alternatives: Alternative[]): Clause => ({ alternatives, models: counts.of(alternatives) });
  const always = whole.map(clause);
  if (typed.length === 0)
    return { steps: [{ tier: 'all', clauses: always }], spelling: [], listings: counts.listings };

  const near = await nearWords(
    db,
    list,
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

async function count(db: Db, list: List, wishes: readonly Alternative[][]) {
  const asked = new Map<string, Alternative>();
  for (const each of wishes.flat()) asked.set(keyOf(each), each);
  const all = [...asked.values()];
  const ranges = all.map(({ kind, word, begins }) => {
    const whole = begins ? countedAs(kind, word) : kind;
    return { kind: whole ?? kind, last: whole ? word : word + LAST_LETTER };
  });
  const { rows } = await sql<{ place: bigint | null; models: bigint; words: bigint }>`
    select a.place, found.models, found.words
    from unnest(${ranges.map(({ kind }) => kind)}::text[], ${all.map(({ word }) => word)}::text[],
      ${ranges.map(({ last }) => last)}::text[])
      with ordinality a(kind, first, last, place),
    lateral (select coalesce(sum(few.models), 0) as models, count(*) as words from
      (select ${list.amount} as models from ${list.words} w
       where w.kind = a.kind and w.word >= a.first collate "C" and w.word <= a.last collate "C"
       limit ${sql.lit(WORDS_ALIKE_MAX)}) few) found
    union all
    select null, coalesce(sum(${list.amount}), 0), 0 from ${list.words} where kind = 'm'`.execute(db);
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
  list: List,
  typed: readonly Typed[],
): Promise<Map<string, { word: string; models: number }[]>> {
  const near = new Map<string, { word: string; models: number }[]>();
  for (const each of typed) {
    if (!mayBeMistyped(each.word)) continue;
    const { rows } = await sql<{ word: string; models: number }>`
      select word, ${list.amount} as models from ${list.words} where kind = 's' and word % ${each.word}
      order by similarity(word, ${each.word}) desc, 2 desc, word limit 40`.execute(db);
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
type Row = { id: string; value: string };

async function take(
  db: Db,
  list: List,
  wish: Wish,
  { step, before, after, limit, listings, bounds }: Take,
): Promise<Row[]> {
  const models = step.clauses.map((clause) => clause.models);
  const rarest = Math.min(listings, ...models);
  if (rarest === 0) return [];
  const expected = models.reduce((left, each) => (left * each) / Math.max(1, listings), listings);
  const isMany = rarest > bounds.few && expected > Math.sqrt(limit * listings);
  const asked = { list, wish, step, before, after, limit, bounds };
  if (step.clauses.length > 0 && !isMany) return fetched(db, asked);
  const rows = await walked(db, asked);
  // it may have been walked to the end of the list, or only as far as one walks
  if (rows.length >= limit || step.clauses.length === 0 || listings <= bounds.walk_max) return rows;
  return fetched(db, asked);
}

type Asked = Omit<Take, 'listings'> & { list: List; wish: Wish };

/** In the order of the list, looking at each whether it fits. Without words the list ends where it ends. */
async function walked(db: Db, { list, wish, step, before, after, limit, bounds }: Asked): Promise<Row[]> {
  const { columns, from, by } = orderOf(list, wish);
  const window = step.clauses.length > 0 ? sql`limit ${sql.lit(bounds.walk_max)}` : sql``;
  const { rows } = await sql<Row>`
    select ${list.id} as id, value::text from
      (select l.*, ${columns} as value from ${list.rows} l where ${from(after)} order by ${by} ${window}) l
    where ${fits(step.clauses, before)} and ${others(list, wish)}
    order by ${by} limit ${limit}`.execute(db);
  return rows;
}

/** All that fit, then put in order. */
async function fetched(db: Db, { list, wish, step, before, after, limit }: Asked): Promise<Row[]> {
  const { columns, from, sorted } = orderOf(list, wish);
  const { indexed, rest } = apart(step);
  const { rows } = await sql<Row>`
    with found as materialized (
      select ${list.id}, ${columns} as value from ${list.rows} l
      where l.terms @@ ${queryOf(indexed)}::tsquery and ${fits(rest, before)}
        and ${others(list, wish)} and ${from(after)})
    select ${list.id} as id, value::text from found l order by ${sorted} limit ${limit}`.execute(db);
  return rows;
}

/** `sorted` is for rows that carry the value already. */
function orderOf({ id }: List, { order }: Wish) {
  const by = (column: RawBuilder<unknown>, type: RawBuilder<unknown>, way: 'up' | 'down') => ({
    columns: column,
    from: (after: Place | null) => {
      const beyond = way === 'up' ? sql`>` : sql`<`;
      return after
        ? sql`(${column}, ${id}) ${beyond} (${after.value}::${type}, ${after.id}::uuid)`
        : sql`true`;
    },
    by: way === 'up' ? sql`${column}, ${id}` : sql`${column} desc, ${id} desc`,
    sorted: way === 'up' ? sql`l.value, ${id}` : sql`l.value desc, ${id} desc`,
  });
  if (order === 'newest') return by(sql`l.published_at`, sql`timestamptz`, 'down');
  if (order === 'used') return by(sql`l.payers`, sql`int8`, 'down');
  if (order === 'price') return by(sql`l.from_micros`, sql`int8`, 'up');
  return by(sql`l.heat`, sql`float8`, 'down');
}

/**
 * The index skips through a whole word, however much has it. The beginning of words it reads to the end: where that
 * finds so many times as much as the rarest clause, it costs less to ask each row.
 */
const BROAD = 4;

function apart({ clauses }: Step): { indexed: Clause[]; rest: Clause[] } {
  const rarest = Math.min(...clauses.map(({ models }) => models));
  const isBroad = ({ alternatives, models }: Clause) =>
    alternatives.some(({ begins }) => begins) && models > BROAD * rarest;
  return { indexed: clauses.filter((each) => !isBroad(each)), rest: clauses.filter(isBroad) };
}

/** It has what was wished for, and none of the better places in the list had it. `is true` is not for the index. */
function fits(clauses: readonly Clause[], before: readonly Step[]): RawBuilder<unknown> {
  const conditions = [
    ...(clauses.length === 0 ? [] : [sql`(l.terms @@ ${queryOf(clauses)}::tsquery) is true`]),
    ...before.map((better) => sql`not l.terms @@ ${queryOf(better.clauses)}::tsquery`),
  ];
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

const quoted = (each: Alternative) =>
  `'${term(each.kind, each.word).replaceAll('\\', '\\\\').replaceAll("'", "''")}'${each.begins ? ':*' : ''}`;
const queryOf = (clauses: readonly Clause[]): string =>
  clauses.map(({ alternatives }) => `(${alternatives.map(quoted).join(' | ')})`).join(' & ');

/** Asked of each row: the index knows what was typed better. */
const isAmong = (list: List, { modalities, ids }: NonNullable<Wish['among']>): RawBuilder<unknown> =>
  sql.join(
    [
      sql`${list.id} = any(${[...ids]}::uuid[])`,
      ...modalities.map((each) => sql`(l.terms @@ ${queryOf([of('m', each)])}::tsquery) is true`),
    ],
    sql` or `,
  );
const of = (kind: Kind, word: string): Clause => ({ alternatives: [exactly(kind, word)], models: 0 });

function others(list: List, wish: Wish): RawBuilder<unknown> {
  const { price_max, published_since, used_since, among, without } = wish;
  // as a value of each row, so that the list is still walked in its order
  const used =
    used_since &&
    sql`coalesce((select u.last_at >= ${used_since.at} from marketplace.model_use u where u.model_id = l.model_id), false)`;
  const conditions = [
    ...(price_max === null ? [] : [sql`${list.from_micros} <= ${price_max}`]),
    ...(published_since === null ? [] : [sql`l.published_at >= ${published_since}`]),
    ...(used ? [used_since.used ? used : sql`not ${used}`] : []),
    ...(among ? [sql`(${isAmong(list, among)})`] : []),
    ...(without.length === 0 ? [] : [sql`${list.by} <> all(${[...without]}::uuid[])`]),
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
    where terms @@ ${queryOf(clauses)}::tsquery and creator_id <> all(${[...without]}::uuid[])
    order by models desc, creator_id limit ${limit}`.execute(db);
  return rows.map(({ creator_id, models }) => ({ creator_id: asId<AccountId>(creator_id), models }));
}
