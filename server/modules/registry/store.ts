import { type Expression, type SqlBool, sql } from 'kysely';
import * as z from 'zod';
import { Modality } from '#api/base.ts';
import { Binding } from '#api/registry/binding.ts';
import { LicenceDocument } from '#api/registry/release-input.ts';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { onePer } from '../../kit/batcher.ts';
import type { Db, Tx } from '../../kit/database.ts';
import type { MediaFile } from '../../kit/media-file.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';

const Files = z.array(z.object({ role: z.string(), name: z.string(), sha256: z.string(), bytes: z.int() }));
const JsonObject = z.record(z.string(), z.unknown());

/** How the units of the price come from the input: pixels of one picture, or seconds. */
export const Metering = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pixels'), width: z.string(), height: z.string() }),
  z.object({ kind: z.literal('seconds'), field: z.string() }),
]);
export type Metering = z.infer<typeof Metering>;

export type NewModel = {
  id: ModelId;
  slug: string;
  title: string;
  modality: Modality;
  summary: string;
  description: string;
  creator_id: AccountId;
  published_at: Date;
};

export type NewRelease = {
  id: ReleaseId;
  model_id: ModelId;
  version: string;
  digest: string;
  binding: Binding;
  files: z.infer<typeof Files>;
  input_schema: Record<string, unknown>;
  metering: Metering;
  price_class: string;
  licence: string;
  licence_document?: LicenceDocument | undefined;
  changelog?: string | undefined;
  /** Releases that it was made from, in the order of lineage. */
  parents: ReleaseId[];
  published_at: Date;
};

export type NewSample = MediaFile & {
  ordinal: number;
  modality: Modality;
  input: Record<string, unknown>;
};

export async function insertModel(tx: Tx, model: NewModel): Promise<void> {
  await tx.insertInto('registry.model').values(model).execute();
}

export async function insertRelease(
  tx: Tx,
  release: NewRelease,
  samples: readonly NewSample[],
): Promise<void> {
  const { files, input_schema, metering, binding, licence_document, changelog } = release;
  await tx
    .insertInto('registry.release')
    .values({
      ...release,
      files: JSON.stringify(files),
      input_schema: JSON.stringify(input_schema),
      metering: JSON.stringify(metering),
      binding: JSON.stringify(binding),
      licence_document: licence_document ? JSON.stringify(licence_document) : null,
      changelog: changelog ?? '',
    })
    .execute();
  if (samples.length === 0) return;
  await tx
    .insertInto('registry.sample')
    .values(
      samples.map((sample) => ({
        ...sample,
        release_id: release.id,
        thumbnail: sample.thumbnail && JSON.stringify(sample.thumbnail),
        input: JSON.stringify(sample.input),
      })),
    )
    .execute();
}

/** Takes a release out of use; answers whether it was in use. */
export async function withdraw(
  tx: Tx,
  id: ReleaseId,
  { reason, by, as, at }: { reason: string; by: AccountId; as: 'creator' | 'admin'; at: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('registry.release')
    .set({ withdrawn_at: at, withdrawal_reason: reason, withdrawn_by: by, withdrawn_as: as })
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whoever made the model, or an admin. */
const WithdrawnAs = z.enum(['creator', 'admin']);

const joined = (db: Db) =>
  db
    .selectFrom('registry.release as r')
    .innerJoin('registry.model as m', 'm.id', 'r.model_id')
    .leftJoin('registry.deprecation as ending', (join) =>
      join.onRef('ending.release_id', '=', 'r.id').on('ending.state', '<>', 'taken_back'),
    );

const ALL_OF_IT = [
  'r.id',
  'r.model_id',
  'r.version',
  'r.digest',
  'r.binding',
  'r.files',
  'r.input_schema',
  'r.metering',
  'r.price_class',
  'r.licence',
  'r.licence_document',
  'r.changelog',
  'r.published_at',
  'r.withdrawn_at',
  'r.withdrawal_reason',
  'r.withdrawn_as',
  'ending.ends_at',
  'm.slug',
  'm.title',
  'm.modality',
  'm.creator_id',
] as const;

const releases = (db: Db) => joined(db).select(ALL_OF_IT);

type ReleaseRow = Awaited<ReturnType<ReturnType<typeof releases>['executeTakeFirstOrThrow']>>;

const readRelease = (row: ReleaseRow) => ({
  ...row,
  id: asId<ReleaseId>(row.id),
  model_id: asId<ModelId>(row.model_id),
  creator_id: asId<AccountId>(row.creator_id),
  modality: Modality.parse(row.modality),
  files: Files.parse(row.files),
  licence_document: LicenceDocument.nullable().parse(row.licence_document),
  input_schema: JsonObject.parse(row.input_schema),
  metering: Metering.parse(row.metering),
  binding: Binding.parse(row.binding),
  withdrawn_as: WithdrawnAs.nullable().parse(row.withdrawn_as),
});
export type Release = ReturnType<typeof readRelease>;

export async function releaseById(db: Db, id: ReleaseId): Promise<Release | undefined> {
  const row = await releases(db).where('r.id', '=', id).executeTakeFirst();
  return row && readRelease(row);
}

export async function releasesByIds(db: Db, ids: readonly ReleaseId[]): Promise<Release[]> {
  if (ids.length === 0) return [];
  const rows = await releases(db).where(isAnyOf('r.id', ids)).execute();
  return rows.map(readRelease);
}

/** What the licences of these say. */
export async function licencesOf(db: Db, ids: readonly ReleaseId[]): Promise<Map<ReleaseId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('registry.release')
    .select(['id', 'licence'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, licence }) => [asId<ReleaseId>(id), licence]));
}

/** The same, kept as it is until the end of the transaction. */
export async function releaseToChange(tx: Tx, id: ReleaseId): Promise<Release | undefined> {
  await tx.selectFrom('registry.release').select('id').where('id', '=', id).forUpdate().execute();
  return releaseById(tx, id);
}

export const releasesOfModel = (db: Db, model_id: ModelId): Promise<Release[]> =>
  releasesOfModels(db, [model_id]);

/** Of each model the newest first. */
export async function releasesOfModels(db: Db, model_ids: readonly ModelId[]): Promise<Release[]> {
  const rows = await releases(db)
    .where(isAnyOf('r.model_id', model_ids))
    .orderBy('r.published_at', 'desc')
    .orderBy('r.id', 'desc')
    .execute();
  return rows.map(readRelease);
}

/** The newest release in use of each model of the house; pictures are made soonest, films last. */
export async function houseReleases(db: Db): Promise<Release[]> {
  const rows = await releases(db)
    .distinctOn('r.model_id')
    .where(sql<boolean>`r.binding ->> 'kind' = 'house'`)
    .where('r.withdrawn_at', 'is', null)
    .orderBy('r.model_id')
    .orderBy('r.published_at', 'desc')
    .orderBy('r.id', 'desc')
    .execute();
  const place = ({ modality, slug }: ReleaseRow) => `${modality} ${slug}`;
  return rows.toSorted((one, other) => (place(one) < place(other) ? -1 : 1)).map(readRelease);
}

/** Releases that the house did not make, newest first. */
export async function releasesOfOthers(
  db: Db,
  { after, limit }: { after: { published_at: Date; id: ReleaseId } | null; limit: number },
) {
  let query = releases(db).where(sql<boolean>`r.binding ->> 'kind' <> 'house'`);
  if (after)
    query = query.where(
      sql<boolean>`(r.published_at, r.id) < (${after.published_at}::timestamptz, ${after.id}::uuid)`,
    );
  const rows = await query.orderBy('r.published_at', 'desc').orderBy('r.id', 'desc').limit(limit).execute();
  return rows.map(readRelease);
}

const inUse = (db: Db, model_ids: readonly ModelId[], at: Date) =>
  joined(db)
    .distinctOn('r.model_id')
    .where(isAnyOf('r.model_id', model_ids))
    .where('r.withdrawn_at', 'is', null)
    .where((eb) => eb.or([eb('ending.ends_at', 'is', null), eb('ending.ends_at', '>', at)]))
    .orderBy('r.model_id')
    .orderBy('r.published_at', 'desc')
    .orderBy('r.id', 'desc');

/** The newest release of each model that was not withdrawn and has not ended by `at`, written down or not. */
export async function releasesInUse(
  db: Db,
  model_ids: readonly ModelId[],
  at: Date,
): Promise<Map<string, Release>> {
  if (model_ids.length === 0) return new Map();
  const rows = await inUse(db, model_ids, at).select(ALL_OF_IT).execute();
  return new Map(rows.map((row) => [row.model_id, readRelease(row)]));
}

/** What a card says of a release. */
export type ReleaseOnCard = Pick<Release, 'id' | 'price_class' | 'metering' | 'input_schema' | 'licence'>;

const ON_CARDS_MAX = 5_000;
/** A release never changes: what was read of it once is not fetched and parsed for each card again. */
const readBefore = onePer((_db: Db) => new Map<string, ReleaseOnCard>());

/** The same, as far as cards need it. */
export async function releasesOnCards(
  db: Db,
  model_ids: readonly ModelId[],
  at: Date,
): Promise<Map<string, ReleaseOnCard>> {
  if (model_ids.length === 0) return new Map();
  const found = await inUse(db, model_ids, at).select(['r.id', 'r.model_id']).execute();
  const read = readBefore(db);
  const known = found.map(({ id }) => read.get(id));
  const missing = found.filter((_, place) => !known[place]).map(({ id }) => id);
  const fresh = new Map((await onCards(db, missing)).map((one): [string, ReleaseOnCard] => [one.id, one]));
  if (read.size > ON_CARDS_MAX) read.clear();
  for (const [id, one] of fresh) read.set(id, one);
  return new Map(
    found.map(({ id, model_id }, place) => [
      model_id,
      present(known[place] ?? fresh.get(id), 'a release in use'),
    ]),
  );
}

async function onCards(db: Db, ids: readonly string[]): Promise<ReleaseOnCard[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('registry.release')
    .select(['id', 'price_class', 'metering', 'input_schema', 'licence'])
    .where(isAnyOf('id', ids))
    .execute();
  return rows.map((row) => ({
    ...row,
    id: asId<ReleaseId>(row.id),
    metering: Metering.parse(row.metering),
    input_schema: JsonObject.parse(row.input_schema),
  }));
}

/** Listed models of one modality whose newest release in use came at an instant or later. */
export async function modelsReleasedSince(
  db: Db,
  { modality, since }: { modality: string; since: Date },
  at: Date,
): Promise<ModelId[]> {
  const { rows } = await sql<{ model_id: string }>`
    select distinct r.model_id from registry.release r
    join registry.model m on m.id = r.model_id and m.modality = ${modality} and m.visibility = 'listed'
    where r.published_at >= ${since} and r.withdrawn_at is null and not exists (
      select from registry.deprecation d
      where d.release_id = r.id and d.state <> 'taken_back' and d.ends_at <= ${at})`.execute(db);
  return rows.map(({ model_id }) => asId<ModelId>(model_id));
}

/** The models that a release was made from. */
export async function parentsOf(db: Db, id: ReleaseId) {
  return db
    .selectFrom('registry.release as r')
    .innerJoin('registry.release as parent', (join) => join.on(sql<boolean>`parent.id = any(r.parents)`))
    .innerJoin('registry.model as m', 'm.id', 'parent.model_id')
    .select(['m.slug', 'm.title'])
    .where('r.id', '=', id)
    .orderBy('m.slug')
    .execute();
}

/** The models that the house made itself. */
export async function houseModels(db: Db): Promise<{ id: ModelId; creator_id: AccountId }[]> {
  const { rows } = await sql<{ id: string; creator_id: string }>`
    select m.id, m.creator_id from registry.model m
    where exists (select from registry.release r where r.model_id = m.id and r.binding ->> 'kind' = 'house')`.execute(
    db,
  );
  return rows.map(({ id, creator_id }) => ({
    id: asId<ModelId>(id),
    creator_id: asId<AccountId>(creator_id),
  }));
}

/** When the last model was published, if there was one. */
export async function lastPublished(db: Db): Promise<Date | null> {
  const row = await db
    .selectFrom('registry.model')
    .select(({ fn }) => fn.max('published_at').as('at'))
    .executeTakeFirst();
  return row?.at ?? null;
}

const modelColumns = [
  'id',
  'slug',
  'title',
  'modality',
  'summary',
  'description',
  'creator_id',
  'published_at',
  'tags',
  'visibility',
  'version',
] as const;

export async function modelBySlug(db: Db, slug: string) {
  return db.selectFrom('registry.model').select(modelColumns).where('slug', '=', slug).executeTakeFirst();
}

export async function modelsByIds(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db.selectFrom('registry.model').select(modelColumns).where(isAnyOf('id', ids)).execute();
}

/** The same of one, kept from everybody who would add to it until the end of the transaction: it may change hands. */
export const modelToHandOver = (tx: Tx, id: ModelId) => modelRow(tx, id).forUpdate().executeTakeFirst();

/** The same of one, whose owner stays who it is until the end of the transaction. */
export const modelToAddTo = (tx: Tx, id: ModelId) => modelRow(tx, id).forShare().executeTakeFirst();

const modelRow = (db: Db, id: ModelId) =>
  db.selectFrom('registry.model').select(modelColumns).where('id', '=', id);

/** The owners of these releases' models stay who they are until the end of the transaction. */
export async function keepOwners(tx: Tx, release_ids: readonly ReleaseId[]): Promise<void> {
  if (release_ids.length === 0) return;
  await sql`select m.id from registry.model m
    where m.id in (select r.model_id from registry.release r where r.id = any(${[...release_ids]}::uuid[]))
    order by m.id for share`.execute(tx);
}

export async function giveModelTo(tx: Tx, id: ModelId, creator_id: AccountId): Promise<void> {
  await tx.updateTable('registry.model').set({ creator_id }).where('id', '=', id).execute();
}

export type ModelFilter = {
  modality?: Modality;
  creator_id?: AccountId;
  search?: string;
  slugs?: readonly string[];
  /** Left out: whether it stands in lists or not. */
  visibility?: 'listed' | 'unlisted';
};

/** All models that fit, newest first, up to a bound that a page can order by itself. */
export async function findModels(db: Db, filter: ModelFilter) {
  const { modality, creator_id, search, slugs, visibility } = filter;
  const conditions: Expression<SqlBool>[] = [];
  if (modality) conditions.push(sql<SqlBool>`modality = ${modality}`);
  if (creator_id) conditions.push(sql<SqlBool>`creator_id = ${creator_id}`);
  if (slugs) conditions.push(sql<SqlBool>`slug = any(${[...slugs]}::text[])`);
  if (visibility) conditions.push(sql<SqlBool>`visibility = ${visibility}`);
  if (search) {
    const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(
      sql<SqlBool>`(title ilike ${like} or summary ilike ${like} or description ilike ${like})`,
    );
  }
  return db
    .selectFrom('registry.model')
    .select(modelColumns)
    .where((eb) => eb.and(conditions))
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1_000)
    .execute();
}

const Thumbnail = z.object({ digest: z.string(), width: z.int(), height: z.int() });

export async function samplesOf(db: Db, release_ids: readonly string[], per_release: number) {
  if (release_ids.length === 0) return [];
  const rows = await db
    .selectFrom('registry.sample')
    .selectAll()
    .where(isAnyOf('release_id', release_ids))
    .where('ordinal', '<', per_release)
    .orderBy('release_id')
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => ({
    ...row,
    modality: Modality.parse(row.modality),
    thumbnail: Thumbnail.nullable().parse(row.thumbnail),
    input: JsonObject.parse(row.input),
  }));
}
/** Every file of the samples that models show. */
export async function storedFiles(db: Db): Promise<{ release_id: string; digest: string }[]> {
  const { rows } = await sql<{ release_id: string; digest: string }>`
    select release_id, digest from registry.sample
    union select release_id, thumbnail ->> 'digest' from registry.sample where thumbnail is not null
    order by 1, 2`.execute(db);
  return rows;
}

export type Sample = Awaited<ReturnType<typeof samplesOf>>[number];

/** What each of these releases takes; it never changes. */
export async function inputSchemasOf(
  db: Db,
  ids: readonly ReleaseId[],
): Promise<Map<string, Record<string, unknown>>> {
  const rows = await db
    .selectFrom('registry.release')
    .select(['id', 'input_schema'])
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, input_schema }) => [id, JsonObject.parse(input_schema)]));
}
