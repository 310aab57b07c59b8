import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../tests/setup/database.ts';
import { type AccountId, type ModelId, newId } from '../../ids.ts';
import { type Database, openDatabase } from '../../kit/database.ts';
import { countPayers, forgetPayer, type Listing, putCreators, putListings } from './listings.ts';
import { type Place, searchCreators, searchListings, type Wish } from './search.ts';
import { countUses } from './store.ts';
import { type Findable, termsOf } from './words.ts';

let fresh: FreshDatabase;
let database: Database;
const at = new Date('2026-06-01T12:00:00Z');
const creators: AccountId[] = [];
const models: (Findable & { id: ModelId; creator_id: AccountId; price: bigint })[] = [];
const SUBJECTS = ['portraits', 'fog', 'mountain', 'river', 'glass', 'portal'];
const MANNERS = ['soft', 'bright', 'slow'];

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
  for (const handle of ['ada', 'bruno', 'payer-a', 'payer-b']) creators.push(await account(handle));
  for (let n = 0; n < 90; n += 1) models.push(await model(n));
  await database.inTransaction(async (tx) => {
    await putListings(
      tx,
      models.map(({ id }) => id),
      models.map(listingOf),
    );
    await putCreators(tx, [
      { creator_id: creators[0]!, handle: 'ada', display_name: 'Ada of the River' },
      { creator_id: creators[1]!, handle: 'bruno', display_name: 'Bruno' },
    ]);
  });
}, 60_000);
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

async function account(handle: string): Promise<AccountId> {
  const id = newId<AccountId>(at);
  await database.db
    .insertInto('identity.account')
    .values({ id, handle, email: `${handle}@example.org`, display_name: handle, created_at: at })
    .execute();
  return id;
}

async function model(n: number) {
  const id = newId<ModelId>(at);
  const creator = n % 2;
  const creator_id = creators[creator]!;
  const title = `${MANNERS[n % 3]} ${SUBJECTS[n % 6]} ${n}`;
  const [slug, modality] = [`m-${n}`, n % 4 === 0 ? 'video' : 'image'];
  const texts = { summary: `Made for ${SUBJECTS[(n + 1) % 6]}.`, description: 'Nothing else is said.' };
  await database.db
    .insertInto('registry.model')
    .values({ id, slug, title, modality, ...texts, creator_id, published_at: new Date(at.getTime() + n) })
    .execute();
  return {
    ...{ id, creator_id, title, slug, modality, ...texts, price: BigInt(1 + (n % 7)) },
    tags: n % 5 === 0 ? ['film-noir'] : [],
    creator: { handle: creator === 0 ? 'ada' : 'bruno', display_name: creator === 0 ? 'Ada' : 'Bruno' },
    prompts: n === 3 ? ['a zebra crossing'] : [],
    licence: n % 2 === 0 ? 'MIT' : 'own',
  };
}

const listingOf = (each: (typeof models)[number], n: number): Listing => ({
  model_id: each.id,
  creator_id: each.creator_id,
  published_at: new Date(at.getTime() + n),
  from_micros: each.price,
  terms: termsOf(each),
});

const wish = (more: Partial<Wish> = {}): Wish => ({
  ...{ text: '', prompts: false, modality: null, tag: null, licence: null, price_max: null },
  ...{ published_since: null, used_since: null, among: null, order: 'fitting', without: [] },
  ...more,
});
const LONG_WAY = { few: 4_000, walk_max: 20_000 };
/** As if there were very many: the list is walked, and not to its end. */
const WALKING = { few: -1, walk_max: 30 };

async function all(wished: Wish, bounds = LONG_WAY, limit = 7) {
  const ids: string[] = [];
  const tiers: string[] = [];
  for (let after: Place | null = null; ;) {
    const { found } = await searchListings(database.db, wished, { after, limit }, bounds);
    ids.push(...found.map(({ id }) => id));
    tiers.push(...found.map(({ tier }) => tier));
    after = found.at(-1)?.place ?? null;
    if (found.length < limit) return { ids, tiers };
  }
}
const slugs = (ids: readonly string[]) =>
  ids.map((id) => models.find((each) => each.id === id)?.slug ?? 'none').sort();
const expected = (is: (each: (typeof models)[number], n: number) => boolean) =>
  models
    .filter(is)
    .map(({ slug }) => slug)
    .sort();

describe('what is typed finds', () => {
  test('names first, then what is said of it; a word may be unfinished', async () => {
    const { ids, tiers } = await all(wish({ text: 'riv' }));
    const named = expected((_, n) => n % 6 === 3);
    expect(slugs(ids.slice(0, named.length))).toEqual(named);
    expect(slugs(ids.slice(named.length))).toEqual(expected((_, n) => n % 6 === 2));
    expect(new Set(tiers.slice(0, named.length))).toEqual(new Set(['named']));
  });

  test('a finished word not as the beginning of another', async () => {
    const portal = await all(wish({ text: 'portal ' }));
    expect(slugs(portal.ids)).toEqual(expected((_, n) => n % 6 === 5 || n % 6 === 4));
    const one = await all(wish({ text: 'portrait ' }));
    expect(slugs(one.ids)).toEqual(expected((_, n) => n % 6 === 0 || n % 6 === 5));
  });

  test('a mistyped word what was meant, and says so', async () => {
    const { found, spelling } = await searchListings(database.db, wish({ text: 'portrat' }), {
      ...{ after: null, limit: 100 },
    });
    expect(spelling).toEqual([{ typed: 'portrat', taken: ['portraits'] }]);
    expect(slugs(found.map(({ id }) => id))).toEqual(expected((_, n) => n % 6 === 0 || n % 6 === 5));
    expect(new Set(found.map(({ tier }) => tier))).toEqual(new Set(['near']));
  });

  test('prompts only where they are asked for', async () => {
    expect((await all(wish({ text: 'zebra' }))).ids).toEqual([]);
    expect(slugs((await all(wish({ text: 'zebra', prompts: true }))).ids)).toEqual(['m-3']);
  });

  test('nothing dangerous and nothing at all', async () => {
    for (const text of ["'; drop table", "n:fog' | 's", '\\', ':*', '🙂', '%', '!!!'])
      await expect(all(wish({ text }))).resolves.toBeDefined();
    expect((await all(wish({ tag: "x' | 't:film-noir" }))).ids).toEqual([]);
  });
});

describe('lists', () => {
  test('are narrowed by everything at once', async () => {
    const narrowed = wish({ modality: 'image', tag: 'film-noir', licence: 'own', price_max: 4n });
    expect(slugs((await all(narrowed)).ids)).toEqual(
      expected((each, n) => n % 4 !== 0 && n % 5 === 0 && n % 2 === 1 && each.price <= 4n),
    );
    expect(slugs((await all(wish({ without: [creators[0]!] }))).ids)).toEqual(
      expected((_, n) => n % 2 === 1),
    );
    const since = new Date(at.getTime() + 80);
    expect(slugs((await all(wish({ published_since: since }))).ids)).toEqual(expected((_, n) => n >= 80));
  });

  test('walked or fetched, page by page, it is the same list, and nothing comes twice', async () => {
    const text = fc.constantFrom('', 'fog', 'po', 'soft riv', 'made ', 'glas', 'a', 'portrat', 'bruno mou');
    const order = fc.constantFrom('fitting', 'trending', 'newest', 'used', 'price' as const);
    const modality = fc.constantFrom(null, 'image', 'video');
    await fc.assert(
      fc.asyncProperty(
        text,
        order,
        modality,
        fc.integer({ min: 3, max: 40 }),
        async (words, by, kind, limit) => {
          const wished = wish({ text: words, order: by, modality: kind });
          const fetched = await all(wished, LONG_WAY, limit);
          const walked = await all(wished, WALKING, limit);
          expect(walked).toEqual(fetched);
          expect(new Set(fetched.ids).size).toBe(fetched.ids.length);
        },
      ),
      { numRuns: 40, endOnFailure: true },
    );
  });

  test('what trends goes by people: each counts once, and who got it back no longer does', async () => {
    const [first, second, third] = [models[10]!.id, models[20]!.id, models[30]!.id];
    const [a, b] = [creators[2]!, creators[3]!];
    const often = Array.from({ length: 1_000 }, () => ({ model_id: first, payer_id: a, at }));
    await database.inTransaction(async (tx) => {
      await countPayers(tx, often);
      await countPayers(tx, [
        { model_id: second, payer_id: a, at },
        { model_id: second, payer_id: b, at },
        { model_id: third, payer_id: b, at: new Date(at.getTime() - 9 * 86_400_000) },
      ]);
    });
    const top = async () => (await all(wish({ order: 'trending' }))).ids.slice(0, 3);
    expect(await top()).toEqual([second, first, third]);
    await database.inTransaction(async (tx) => {
      await forgetPayer(tx, second, a);
      await forgetPayer(tx, second, b);
      await countPayers(tx, [{ model_id: third, payer_id: b, at }]);
      await countPayers(tx, [{ model_id: third, payer_id: a, at }]);
    });
    expect((await top()).slice(0, 2)).toEqual([third, first]);
  });

  test('used and warm follow what was used', async () => {
    const model_id = models[7]!.id;
    await database.inTransaction(async (tx) => {
      await countUses(tx, new Map([[model_id, { generations: 12, last_at: at }]]));
      // more people than of any other
      await countPayers(
        tx,
        creators.map((payer_id) => ({ model_id, payer_id, at })),
      );
    });
    const [most] = (await all(wish({ order: 'used' }))).ids;
    expect(most).toBe(model_id);
    const before = new Date(at.getTime() - 1);
    expect((await all(wish({ used_since: { at: before, used: true } }))).ids).toEqual([model_id]);
    expect((await all(wish({ used_since: { at: before, used: false } }))).ids).toHaveLength(89);
  });

  test('creators are found by name while they have something listed', async () => {
    const find = (text: string) => searchCreators(database.db, text, { without: [], limit: 5 });
    expect(await find('riv')).toEqual([{ creator_id: creators[0], models: 45 }]);
    expect(await find('xyz')).toEqual([]);
  });

  // last, since it takes away what the others look at
  test('words are forgotten with the last model that had them', async () => {
    const gone = models[3]!.id;
    await database.inTransaction((tx) => putListings(tx, [gone], []));
    expect((await all(wish({ text: 'zebra', prompts: true }))).ids).toEqual([]);
    await database.inTransaction((tx) =>
      putListings(
        tx,
        models.map(({ id }) => id),
        [],
      ),
    );
    const left = await database.db.selectFrom('marketplace.word').selectAll().execute();
    expect(left).toEqual([]);
  });
});
