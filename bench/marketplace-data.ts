import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type AccountId, type ModelId, newId, type ReleaseId } from '../server/ids.ts';
import { countedOf, heatOf, termsOf } from '../server/modules/marketplace/index.ts';
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
  ...['ka', 'lo', 'mi', 'ra', 'ten', 'shi', 'vor', 'el', 'an', 'dru', 'pes', 'qui', 'so', 'wen', 'hal'],
];
const CREATORS = 20_000;
const BATCH = 20_000;
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

type Ask = (text: string, values?: unknown[]) => Promise<pg.QueryResult<Record<string, string>>>;

/**
 * Writes so many models that can be found straight into the tables, with the terms that the product would give them
 * and the counts that it would keep. Only the order is another one: rows first, then the indexes over them. Each fifth
 * model has payers and a cover.
 */
export async function fillMarketplace(
  { url, folder }: { url: string; folder: string },
  models: number,
): Promise<Record<string, number>> {
  const began = performance.now();
  const client = new pg.Client(url);
  await client.connect();
  const ask: Ask = (text, values = []) => client.query<Record<string, string>>(text, values);
  for (const setting of [`synchronous_commit = off`, `maintenance_work_mem = '1GB'`])
    await ask(`set ${setting}`);
  await ask('set session_replication_role = replica'); // no row is held against others: they are made to fit
  const makeIndexes = await takeIndexesOff(ask);
  const counts = new Map<string, number>();
  const copy = copier(ask, folder);
  const write = await batchWriter(ask, copy);
  let copied = Promise.resolve();
  for (const batch of batches(models, await writeCreators(ask), counts)) {
    await copied;
    copied = write(batch);
    if (batch.last % 200_000 === 0) process.stderr.write(`  ${batch.last} models written\n`);
  }
  await copied;
  const filled = performance.now();
  await writeCounts(ask, copy, counts);
  await makeIndexes();
  await ask(
    `vacuum analyze marketplace.listing, marketplace.word, registry.model, registry.release, registry.sample`,
  );
  await client.end();
  return {
    words: counts.size,
    fill_s: round((filled - began) / 1000),
    index_s: round((performance.now() - filled) / 1000),
  };
}

const FILLED = [
  'marketplace.listing',
  'marketplace.word',
  'registry.model',
  'registry.release',
  'registry.sample',
];

/** Takes the indexes off that no key needs; answers how they are made again. */
async function takeIndexesOff(ask: Ask): Promise<() => Promise<void>> {
  const { rows } = await ask(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made from pg_index i
     where i.indrelid = any($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [FILLED],
  );
  for (const { name } of rows) await ask(`drop index ${name}`);
  return async () => {
    for (const { made = '' } of rows) await ask(made);
  };
}

type Creator = { id: AccountId; handle: string };

async function writeCreators(ask: Ask): Promise<Creator[]> {
  const at = new Date();
  const creators = Array.from({ length: CREATORS }, (_, n) => ({
    id: newId<AccountId>(at),
    handle: `creator-${n}`,
  }));
  await ask(
    `insert into identity.account (id, handle, email, display_name, created_at)
     select id, handle, handle || '@example.org', initcap(replace(handle, '-', ' ')), $3
     from unnest($1::uuid[], $2::text[]) t(id, handle)`,
    [creators.map(({ id }) => id), creators.map(({ handle }) => handle), at],
  );
  return creators;
}

/** Lines of the tables, as COPY reads them. */
type Batch = { models: string[]; releases: string[]; listings: string[]; last: number };

function* batches(
  models: number,
  creators: readonly Creator[],
  counts: Map<string, number>,
): Generator<Batch> {
  const next = chances(7);
  const words = vocabulary();
  const some = (many: number) =>
    Array.from({ length: many }, () => words[Math.floor(words.length * next() ** 4)] ?? '').join(' ');
  const at = Date.now();
  for (let first = 0; first < models; first += BATCH) {
    const last = Math.min(models, first + BATCH);
    const batch: Batch = { models: [], releases: [], listings: [], last };
    for (let place = first; place < last; place += 1) {
      const creator = creators[Math.floor(CREATORS * next() ** 2)] ?? { id: '', handle: '' };
      const published = new Date(at - Math.floor(next() * 700 * DAY_MS));
      const published_at = published.toISOString();
      const id = newId<ModelId>(published);
      const modality = ['image', 'image', 'image', 'video', 'music'][place % 5] ?? 'image';
      const slug = `${words[Math.floor(place / 1_000)] ?? place}-${words[place % 1_000] ?? ''}`;
      const [title, summary, description] = [`${some(2)} ${place % 997}`, some(8), some(25)];
      const tags = place % 3 === 0 ? [some(1)] : [];
      const terms = termsOf({
        ...{ title, slug, tags, summary, description, modality },
        creator: { handle: creator.handle, display_name: creator.handle },
        prompts: [some(5)],
        licence: place % 4 === 0 ? 'MIT' : 'own',
      });
      for (const term of countedOf(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
      const paid_at = Array.from(
        { length: place % 5 === 0 ? Math.floor(20 * next() ** 6) : 0 },
        () => at - next() * 30 * DAY_MS,
      );
      const heat = heatOf(paid_at.map((paid) => new Date(paid)));
      const price = 1_000_000 + Math.floor(next() * 40) * 100_000;
      const payers = Math.floor(1_000 * next() ** 8);
      batch.models.push(
        [id, slug, title, modality, summary, description, creator.id, published_at, `{${tags.join()}}`].join(
          '\t',
        ),
      );
      batch.releases.push([newId<ReleaseId>(published), id, published_at, place % 5 === 0].join('\t'));
      batch.listings.push(
        [id, creator.id, published_at, price, payers, heat, terms.map((term) => `'${term}'`).join(' ')].join(
          '\t',
        ),
      );
    }
    yield batch;
  }
}

type Copy = (table: string, lines: readonly string[]) => Promise<void>;

/** From files that PostgreSQL reads by itself: it runs on this machine, under another account. */
function copier(ask: Ask, folder: string): Copy {
  return async (table, lines) => {
    const file = path.join(folder, 'lines.tsv');
    await writeFile(file, `${lines.join('\n')}\n`);
    await ask(`copy ${table} from '${file}'`);
  };
}

async function batchWriter(ask: Ask, copy: Copy) {
  await ask(
    'create temp table new_release (id uuid, model_id uuid, published_at timestamptz, has_cover boolean)',
  );
  await ask('create temp table first as select * from registry.release order by published_at, id limit 1');
  return async ({ models, releases, listings }: Batch): Promise<void> => {
    await copy(
      'registry.model (id, slug, title, modality, summary, description, creator_id, published_at, tags)',
      models,
    );
    await copy(
      'marketplace.listing (model_id, creator_id, published_at, from_micros, payers, heat, terms)',
      listings,
    );
    await copy('new_release', releases);
    // all as the first of the house's is made, so that each has a price
    await ask(
      `insert into registry.release (id, model_id, version, digest, binding, files, input_schema, metering, price_class, licence, published_at)
       select n.id, n.model_id, '1.0.0', 'sha256:' || n.id, f.binding, f.files, f.input_schema, f.metering, f.price_class, f.licence,
         n.published_at from new_release n, first f`,
    );
    await ask(
      `insert into registry.sample (release_id, ordinal, modality, digest, extension, mime, bytes, width, height, thumbnail, thumbhash, input)
       select n.id, 0, s.modality, s.digest, s.extension, s.mime, s.bytes, s.width, s.height, s.thumbnail, s.thumbhash, s.input
       from new_release n, registry.sample s where n.has_cover and s.ordinal = 0 and s.release_id = (select id from first)`,
    );
    await ask('truncate new_release');
  };
}

/** Those of the house stand there already. */
async function writeCounts(ask: Ask, copy: Copy, counts: Map<string, number>): Promise<void> {
  const { rows } = await ask('delete from marketplace.word returning kind, word, models');
  for (const { kind, word, models } of rows)
    counts.set(`${kind}:${word}`, (counts.get(`${kind}:${word}`) ?? 0) + Number(models));
  const lines = [...counts].map(([term, models]) => {
    const end = term.indexOf(':');
    return `${term.slice(0, end)}\t${term.slice(end + 1)}\t${models}`;
  });
  await copy('marketplace.word (kind, word, models)', lines);
  await ask(
    `insert into marketplace.listed_creator (creator_id, models, terms)
     select l.creator_id, count(*), array_to_tsvector(array['n:' || replace(a.handle, 'creator-', ''), 'n:creator'])
     from marketplace.listing l join identity.account a on a.id = l.creator_id
     where a.handle like 'creator-%' group by l.creator_id, a.handle on conflict do nothing`,
  );
}
