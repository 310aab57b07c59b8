import pg from 'pg';
import { type ModelId, newId } from '../server/ids.ts';
import { heatOf, termsOf } from '../server/modules/marketplace/index.ts';
import { round } from './quantile.ts';

/** What is typed, letter by letter: words that stand everywhere, rare ones, two at once, names, and mistakes. */
export const TYPED = [
  ...['portrait', 'landscape', 'watercolor', 'neon', 'forest', 'synthwave', 'drift', 'anime', 'cinematic'],
  ...['ambient', 'fog', 'portrat', 'landscpe', 'watercolour', 'soft fog', 'night city', 'creator 77'],
  ...['retro synthwave', 'slow piano', 'zzyzx'],
];

const COMMON = [
  ...['portrait', 'landscape', 'watercolor', 'neon', 'forest', 'synthwave', 'drift', 'anime', 'cinematic'],
  ...['ambient', 'fog', 'soft', 'night', 'city', 'retro', 'slow', 'piano', 'style', 'light', 'dream'],
];
const SYLLABLES = [
  'ka',
  'lo',
  'mi',
  'ra',
  'ten',
  'shi',
  'vor',
  'el',
  'an',
  'dru',
  'pes',
  'qui',
  'so',
  'wen',
  'hal',
];
const CREATORS = 20_000;
const BATCH = 5_000;
const DAY_MS = 86_400_000;

/** Numbers that look like chance and are the same each time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Words as they come in a language: a few all the time, most of them hardly ever. */
function vocabulary(): string[] {
  const made = SYLLABLES.flatMap((a) =>
    SYLLABLES.flatMap((b) => SYLLABLES.flatMap((c) => SYLLABLES.map((d) => `${a}${b}${c}${d}`))),
  );
  return [...COMMON, ...made];
}

/** Writes so many models that can be found straight into the tables, with the words that the product would give them. */
export async function fillMarketplace(url: string, models: number): Promise<Record<string, number>> {
  const began = performance.now();
  const client = new pg.Client(url);
  await client.connect();
  const ask = (text: string, values: unknown[] = []) => client.query(text, values);
  await ask('set synchronous_commit = off');
  await ask('drop index marketplace.listing_terms');
  const next = chances(7);
  const words = vocabulary();
  const some = (many: number) =>
    Array.from({ length: many }, () => words[Math.floor(words.length * next() ** 4)] ?? '').join(' ');
  const at = new Date();
  const creators = Array.from({ length: CREATORS }, (_, n) => ({
    id: newId<ModelId>(at),
    handle: `creator-${n}`,
  }));
  await ask(
    `insert into identity.account (id, handle, email, display_name, created_at)
     select id, handle, handle || '@example.org', initcap(replace(handle, '-', ' ')), $3
     from unnest($1::uuid[], $2::text[]) t(id, handle)`,
    [creators.map(({ id }) => id), creators.map(({ handle }) => handle), at],
  );
  for (let from = 0; from < models; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, models - from) }, (_, n) => {
      const place = from + n;
      const creator = creators[Math.floor(CREATORS * next() ** 2)] ?? creators[0];
      const modality = ['image', 'image', 'image', 'video', 'music'][place % 5] ?? 'image';
      const published_at = new Date(at.getTime() - Math.floor(next() * 700 * DAY_MS));
      const title = `${some(2)} ${place}`;
      const [summary, description] = [some(8), some(25)];
      const person = { handle: creator?.handle ?? '', display_name: creator?.handle ?? '' };
      const tags = place % 3 === 0 ? [some(1)] : [];
      const slug = `model-${place}`;
      const findable = { title, slug, tags, creator: person, summary, description, modality };
      const payers = place % 5 === 0 ? Math.floor(20 * next() ** 6) : 0;
      const heat = heatOf(
        Array.from({ length: payers }, () => new Date(at.getTime() - next() * 30 * DAY_MS)),
      );
      return {
        ...findable,
        id: newId<ModelId>(published_at),
        release: newId<ModelId>(published_at),
        creator: creator?.id,
        published_at,
        uses: Math.floor(1_000 * next() ** 8),
        heat: String(heat),
        price: String(1_000_000 + Math.floor(next() * 40) * 100_000),
        terms: termsOf({ ...findable, prompts: [some(5)], licence: place % 4 === 0 ? 'MIT' : 'own' }).join(
          '\n',
        ),
      };
    });
    await insert(ask, batch);
    if ((from / BATCH) % 20 === 0) process.stderr.write(`  ${from + batch.length} models written\n`);
  }
  const filled = performance.now();
  await ask(`set maintenance_work_mem = '512MB'`);
  await ask('create index listing_terms on marketplace.listing using gin (terms)');
  await ask(
    `insert into marketplace.word (kind, word, models)
     select split_part(word, ':', 1), substr(word, 3), ndoc from ts_stat('select terms from marketplace.listing')
     on conflict (kind, word) do update set models = excluded.models`,
  );
  await ask(`insert into marketplace.listed_creator (creator_id, models, terms)
    select l.creator_id, count(*), array_to_tsvector(array['n:' || replace(a.handle, 'creator-', ''), 'n:creator'])
    from marketplace.listing l join identity.account a on a.id = l.creator_id
    where a.handle like 'creator-%' group by l.creator_id, a.handle on conflict do nothing`);
  await ask('vacuum analyze marketplace.listing, marketplace.word, registry.model, registry.release');
  await client.end();
  return {
    words: words.length,
    fill_s: round((filled - began) / 1000),
    index_s: round((performance.now() - filled) / 1000),
  };
}

type Row = Record<string, unknown> & { tags: string[] };

async function insert(ask: (text: string, values: unknown[]) => Promise<unknown>, rows: readonly Row[]) {
  const column = (name: string) => rows.map((row) => row[name]);
  const tags = rows.map((row) => row.tags.join('\n'));
  await ask(
    `insert into registry.model (id, slug, title, modality, summary, description, creator_id, published_at, tags)
     select id, slug, title, modality, summary, description, creator_id, published_at, coalesce(string_to_array(nullif(tags, ''), E'\\n'), '{}')
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[], $9::text[])
       t(id, slug, title, modality, summary, description, creator_id, published_at, tags)`,
    [
      ...['id', 'slug', 'title', 'modality', 'summary', 'description', 'creator', 'published_at'].map(column),
      tags,
    ],
  );
  // all as the first of the house's is made, so that each has a price
  await ask(
    `insert into registry.release (id, model_id, version, digest, binding, files, input_schema, metering, price_class, licence, published_at)
     select t.id, t.model_id, '1.0.0', 'sha256:' || t.id, like_it.binding, like_it.files, like_it.input_schema, like_it.metering,
       like_it.price_class, like_it.licence, t.published_at
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) t(id, model_id, published_at),
       (select * from registry.release order by published_at, id limit 1) like_it`,
    [column('release'), column('id'), column('published_at')],
  );
  await ask(
    `insert into marketplace.listing (model_id, creator_id, published_at, from_micros, uses, heat, terms)
     select model_id, creator_id, published_at, from_micros, uses, heat, array_to_tsvector(string_to_array(terms, E'\\n'))
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int8[], $5::int8[], $6::float8[], $7::text[])
       t(model_id, creator_id, published_at, from_micros, uses, heat, terms)`,
    ['id', 'creator', 'published_at', 'price', 'uses', 'heat', 'terms'].map(column),
  );
}
