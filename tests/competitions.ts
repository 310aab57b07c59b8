import { createHash, randomBytes } from 'node:crypto';
import { canonical, panelCommitment } from '@stellary/judging';
import sharp from 'sharp';
import { countCategories } from '../server/flows/count-categories.ts';
import { poolPromised, prizeEscrowFunded } from '../server/flows/postings/index.ts';
import {
  type AccountId,
  asId,
  type AssetId,
  type CategoryId,
  type EntryId,
  type GenerationId,
  type JudgeId,
  newId,
  type RoundId,
  type TallyId,
} from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import { insertAll } from '../server/kit/insert-all.ts';
import * as ledger from '../server/modules/ledger/index.ts';
import * as rewards from '../server/modules/rewards/index.ts';
import type { World as WholeWorld } from './world.ts';

type World = Pick<WholeWorld, 'context'>;

/** Rounds for stories that begin where entries are eligible: written into the tables as they are by then. */

export type MadeRound = {
  id: RoundId;
  slug: string;
  category_id: CategoryId;
  /** in ascending order of their ids */
  entries: { id: EntryId; author_id: AccountId; digest: string }[];
};

type Wanted = {
  slug: string;
  kind?: 'image' | 'video' | 'music';
  /** of accounts that are made for it, one each, unless they are given */
  entries: number;
  authors?: readonly AccountId[];
  opens_at: Date;
  locks_at: Date;
  qualifying_at: Date;
  final_at: Date;
  tally_at: Date;
  state?: string;
  /** small real pictures; without, files that are not there */
  with_files?: boolean;
};

const HOUR_MS = 3_600_000;
const after = (at: Date, hours: number) => new Date(at.getTime() + hours * HOUR_MS);

export async function roundIn(world: World, wanted: Wanted): Promise<MadeRound> {
  const { database, clock } = world.context;
  const at = clock.now();
  const { kind = 'image', state = 'qualifying', with_files = true, opens_at, tally_at } = wanted;
  const [id, category_id] = [newId<RoundId>(at), newId<CategoryId>(at)];
  const seed = randomBytes(32);
  const authors =
    wanted.authors ?? (await people(world, wanted.slug, wanted.entries, after(opens_at, -9_000)));
  const { release_id, model_id } = await somebodysModel(world);
  const files = await Promise.all(
    Array.from({ length: wanted.entries }, (_, place) =>
      with_files ? picture(world, place) : hashed(wanted.slug, place),
    ),
  );
  await database.inTransaction(async (tx) => {
    const organiser = present(authors[0], 'an author');
    await tx
      .insertInto('competitions.round')
      .values({
        ...{ id, slug: wanted.slug, title: `Round ${wanted.slug}`, theme: 'Light', story: '', state },
        ...{ month: opens_at.toISOString().slice(0, 7), opens_at, locks_at: wanted.locks_at, tally_at },
        ...{ qualifying_at: wanted.qualifying_at, final_at: wanted.final_at },
        ...{ provisional_at: after(tally_at, 24), disputes_until: after(tally_at, 96) },
        ...{ announced_at: after(opens_at, -240), rules_text: '{}', rules_digest: sha('{}') },
        ...{ seed, seed_commitment: createHash('sha256').update(seed).digest() },
        ...{ written_by: organiser, written_at: at, funded_nanos: 0n, funded_at: at },
      })
      .execute();
    await tx
      .insertInto('competitions.category')
      .values({ id: category_id, round_id: id, kind, theme: '', entries_max: 3, rules: '[]' })
      .execute();
  });
  const entries = files.map((digest, place) => ({
    ...{ id: newId<EntryId>(at), asset_id: newId<AssetId>(at), digest },
    author_id: present(authors[place % authors.length], 'an author'),
  }));
  // one that made all of their assets
  const generation_id = await usedBy(world, present(authors[0], 'an author'), release_id, at, {
    promo: true,
  });
  await database.inTransaction(async (tx) => {
    await insertAll(
      tx,
      'generation.asset',
      entries.map(({ asset_id, author_id, digest }, ordinal) => ({
        ...{ id: asset_id, generation_id, owner_id: author_id, ordinal, modality: kind, digest },
        ...{
          extension: 'webp',
          mime: 'image/webp',
          bytes: 1n,
          companions: [],
          prompt: '',
          created_at: opens_at,
        },
      })),
    );
    await insertAll(
      tx,
      'competitions.entry',
      entries.map(({ id: entry_id, asset_id, author_id, digest }, place) => ({
        ...{ id: entry_id, round_id: id, category_id, person_id: author_id, asset_id, release_id, model_id },
        ...{
          title: `Secret title ${place}`,
          asset_digest: sha(`${wanted.slug} ${place}`),
          state: 'eligible',
          version: 1,
        },
        ...{ generated_at: opens_at, submitted_at: opens_at, show_attempts: 1 },
        ...{ show_digest: digest, show_extension: 'webp', show_mime: 'image/webp', show_bytes: 1n },
      })),
    );
    await insertAll(
      tx,
      'competitions.entry_person',
      entries.map(({ id: entry_id, author_id }) => ({
        ...{ entry_id, person_id: author_id, category_id, entries_max: 3, display_name: 'An author' },
        ...{ ordinal: 0, share_ppm: 1_000_000, accepted_at: opens_at },
      })),
    );
  });
  return {
    ...{ id, slug: wanted.slug, category_id },
    entries: entries.map(({ id: entry_id, author_id, digest }) => ({ id: entry_id, author_id, digest })),
  };
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const hashed = async (slug: string, place: number) => sha(`file ${slug} ${place}`);

/** Pictures that differ, and in which one can see that something was done to them. */
async function picture({ context }: World, place: number): Promise<string> {
  const create = {
    width: 96,
    height: 64,
    channels: 3 as const,
    background: { r: 20, g: (place * 37) % 255, b: 90 },
  };
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 50 };
  return context.media.put(
    await sharp({ create: { ...create, noise } })
      .webp()
      .toBuffer(),
  );
}

/** Something for prizes, as the operator's word. */
export async function fundPool({ context }: World, amount_nanos: bigint): Promise<void> {
  const { database, db, clock } = context;
  const at = clock.now();
  const operator = await db
    .selectFrom('identity.account')
    .select('id')
    .orderBy('id')
    .executeTakeFirstOrThrow();
  const id = newId(at);
  await database.inTransaction(async (tx) => {
    await rewards.insertPromise(tx, { id, amount_nanos, by_id: asId(operator.id) }, at);
    await ledger.post(tx, poolPromised(id, amount_nanos), at);
  });
}

/** Rules that a count goes by, and what the places of its categories bring, put aside in full. */
export async function fundRound(
  world: World,
  { id }: Pick<MadeRound, 'id'>,
  categories: readonly CategoryId[],
  prizes: readonly bigint[],
): Promise<void> {
  const { context } = world;
  const rules_text = canonical({ judging: { judge: 'stellar-judge/1', ties: 'lots', samples: 20 } });
  const rows = categories.flatMap((category_id) =>
    prizes.map((amount_nanos, place) => ({ category_id, place: place + 1, amount_nanos })),
  );
  const funded_nanos = rows.reduce((sum, { amount_nanos }) => sum + amount_nanos, 0n);
  await fundPool(world, funded_nanos);
  await context.database.inTransaction(async (tx) => {
    await tx
      .updateTable('competitions.round')
      .set({ rules_text, rules_digest: sha(rules_text), funded_nanos })
      .where('id', '=', id)
      .execute();
    await insertAll(tx, 'competitions.prize', rows);
    await ledger.post(tx, prizeEscrowFunded(id, funded_nanos), context.clock.now());
  });
}

/** Accounts of members, without a password to sign in with. */
export async function people(
  { context }: World,
  prefix: string,
  count: number,
  joined_at: Date,
): Promise<AccountId[]> {
  const ids = Array.from({ length: count }, () => newId<AccountId>(joined_at));
  await context.database.inTransaction(async (tx) => {
    for (let from = 0; from < count; from += 1_000)
      await insertAll(
        tx,
        'identity.account',
        ids.slice(from, from + 1_000).map((id, place) => ({
          ...{ id, email: `${prefix}-${from + place}@example.org`, handle: `${prefix}-${from + place}` },
          ...{ display_name: `Secret author ${from + place}`, bio: '', password_hash: 'none' },
          ...{ created_at: joined_at, email_verified_at: joined_at },
        })),
      );
    await insertAll(
      tx,
      'identity.role',
      ids.map((account_id) => ({ account_id, role: 'member', granted_at: joined_at, granted_by: 'a test' })),
    );
  });
  return ids;
}

async function somebodysModel({ context }: World) {
  const row = await context.db
    .selectFrom('registry.release')
    .select(['id', 'model_id'])
    .orderBy('id')
    .executeTakeFirstOrThrow();
  return { release_id: row.id, model_id: row.model_id };
}

/** A generation with a release that succeeded then, paid with bought credits unless it is said otherwise. */
export async function usedBy(
  { context }: World,
  payer_id: AccountId,
  release_id: string,
  at: Date,
  change: { promo?: boolean; related?: boolean } = {},
): Promise<GenerationId> {
  const id = newId<GenerationId>(at);
  const [promo_micros, paid_micros] = change.promo ? [1n, 0n] : [0n, 1n];
  await context.db
    .insertInto('generation.generation')
    .values({
      ...{ id, payer_id, release_id, modality: 'image', input: '{}', seed: 1n, pool: 'embedded' },
      ...{
        terms: JSON.stringify({ related: change.related ?? false }),
        price_micros: 1n,
        charged_micros: 1n,
      },
      ...{ promo_micros, paid_micros, state: 'succeeded', fair_tag: 0n, fair_cost: 1n },
      ...{ not_before: at, deadline_at: at, created_at: at, ended_at: at, delivered_at: at },
    })
    .execute();
  return id;
}

/** A model that was entered into the contest of models of a round. */
export async function enteredModel(
  { context }: World,
  round: MadeRound,
  author_id: AccountId,
  { release_id, model_id }: { release_id: string; model_id: string },
  at: Date,
): Promise<{ category_id: CategoryId; entry_id: EntryId }> {
  const [category_id, entry_id] = [newId<CategoryId>(at), newId<EntryId>(at)];
  const { database } = context;
  return database.inTransaction(async (tx) => {
    const category = await tx
      .insertInto('competitions.category')
      .values({ id: category_id, round_id: round.id, kind: 'models', theme: '', entries_max: 3, rules: '[]' })
      .onConflict((conflict) => conflict.columns(['round_id', 'kind']).doUpdateSet({ theme: '' }))
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('competitions.entry')
      .values({
        ...{ id: entry_id, round_id: round.id, category_id: category.id, person_id: author_id, release_id },
        ...{ model_id, title: 'A model', asset_digest: sha(release_id), state: 'eligible' },
        ...{ generated_at: at, submitted_at: at },
      })
      .execute();
    await tx
      .insertInto('competitions.entry_person')
      .values({
        ...{ entry_id, person_id: author_id, category_id: category.id, entries_max: 3, ordinal: 0 },
        ...{ display_name: 'An author', share_ppm: 1_000_000, accepted_at: at },
      })
      .execute();
    return { category_id: asId<CategoryId>(category.id), entry_id };
  });
}

/** Makes a member one who votes and is established: there for long, known by their e-mail, and a buyer. */
export async function established({ context }: World, person_id: AccountId, joined_at: Date): Promise<void> {
  await context.db
    .updateTable('identity.account')
    .set({ created_at: joined_at, email_verified_at: joined_at })
    .where('id', '=', person_id)
    .execute();
  await context.db
    .insertInto('earnings.purchase')
    .values({
      ...{ id: newId(joined_at), buyer_id: person_id, pack: 'pack-1000', paid_micros: 1n, promo_micros: 0n },
      ...{ provider: 'test', bought_at: joined_at },
    })
    .execute();
}

/** The round is in another state from now on, as its timers would have it. */
export async function nowIn({ context }: World, { id }: Pick<MadeRound, 'id'>, state: string): Promise<void> {
  const still = state === 'suspended';
  await context.db
    .updateTable('competitions.round')
    .set({ state, came_from: still ? 'tally' : null, suspended_at: still ? context.clock.now() : null })
    .where('id', '=', asId(id))
    .execute();
}

/** Its results are out: nobody voted, and these judges ranked its works in their order. Of each round one category. */
export async function judgedRound(
  world: World,
  round: MadeRound,
  judges: readonly AccountId[],
): Promise<void> {
  const { context } = world;
  const { database, media, clock } = context;
  const [at, { id: round_id, category_id, entries }] = [clock.now(), round];
  const ranking = entries.map(({ id }) => id);
  const sheets = judges.map((person_id, place) => {
    const said = { judge: newId<JudgeId>(at), ranking, salt: sha(`salt ${place}`) };
    return { ...said, person_id, name: `Judge ${place + 1}`, commitment: panelCommitment(said) };
  });
  const heard = {
    judges: sheets.map(({ judge: id, name, salt, commitment }) => ({
      ...{ id, name, salt, commitment, ranking, barred: null },
    })),
    sheets: sheets.map(({ judge }) => ({ judge, notes: {}, salt: null })),
  };
  const digest = await media.put(Buffer.from(JSON.stringify(heard)));
  const tally_id = newId<TallyId>(at);
  await database.inTransaction(async (tx) => {
    await insertAll(
      tx,
      'competitions.judge',
      sheets.map(({ judge: id, person_id, name }) => ({
        ...{ id, round_id, category_id, person_id, display_name: name, state: 'accepted', emergency: false },
        ...{ invited_by: present(entries[0], 'an entry').author_id, invited_at: at, answered_at: at },
      })),
    );
    await tx
      .insertInto('competitions.tally')
      .values({ id: tally_id, category_id, version: 1, reason: 'first', says: 'First.', asked_at: at })
      .execute();
    await tx
      .insertInto('competitions.tally_step')
      .values({ tally_id, step: 'panel_heard', digest, fence: 0n, at })
      .execute();
  });
  await nowIn(world, round, 'tally');
  while ((await countCategories(context)) > 0);
}
