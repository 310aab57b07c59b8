import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type HouseModel, houseModels } from '../../models/catalogue.ts';
import type { Context } from '../context.ts';
import { asId, type ModelId } from '../ids.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { publishModel, publishRelease, type ReleaseContent } from './publish-model.ts';

/** The share that every house creator's agreement names. */
const HOUSE_SHARE_PPM = 700_000;
const HOUSE = { kind: 'house' } as const;

/** Publishes the house models under their creators' own agreements; a model that was retrained gets a new release. */
export async function publishHouseModels(context: Context, terms_version: string): Promise<void> {
  for (const model of houseModels()) {
    const published = await registry.modelBySlug(context.db, model.slug);
    const digest = registry.releaseDigest(model.files, model.input_schema, HOUSE);
    if (!published) {
      await publishNew(context, model, terms_version);
      continue;
    }
    const releases = await registry.releasesOfModel(context.db, asId<ModelId>(published.id));
    if (releases.some((release) => release.digest === digest)) continue;
    const content = await contentOf(context, model, `${releases.length + 1}.0.0`);
    await publishRelease(context, asId<ModelId>(published.id), content);
  }
}

async function publishNew(context: Context, model: HouseModel, terms_version: string): Promise<void> {
  const { handle, display_name } = model.creator;
  const house = { handle, display_name, bio: 'House creator of StellaryAI.' };
  const creator = await context.database.inTransaction((tx) =>
    identity.openHouseAccount(tx, house, context.clock.now()),
  );
  await publishModel(context, {
    creator_id: creator.id,
    slug: model.slug,
    title: model.title,
    modality: model.modality,
    summary: model.description,
    description: model.card,
    agreement: { terms_version, share_ppm: HOUSE_SHARE_PPM },
    split: [{ person_id: creator.id, role: 'creator', part_ppm: 1_000_000 }],
    content: await contentOf(context, model, '1.0.0'),
  });
}

/** Puts the model's files and samples into the stores, and checks them against the manifest on the way. */
async function contentOf(context: Context, model: HouseModel, version: string): Promise<ReleaseContent> {
  const files = await Promise.all(
    model.files.map(async ({ role, path: file, sha256, bytes }) => {
      const digest = await context.model_files.put(await readFile(file));
      if (digest !== sha256)
        throw new Error(`${file} is not the file that its manifest names: run npm run models:build`);
      return { role, name: path.basename(file), sha256, bytes };
    }),
  );
  const { input_schema, metering, price_class, licence } = model;
  const samples = await Promise.all(
    model.samples.map((sample, ordinal) => sampleOf(context, model, sample, ordinal)),
  );
  return { version, binding: HOUSE, files, input_schema, metering, price_class, licence, samples };
}

async function sampleOf(
  context: Context,
  model: HouseModel,
  sample: HouseModel['samples'][number],
  ordinal: number,
): Promise<registry.NewSample> {
  const digest = await context.media.put(await readFile(sample.file));
  // a still picture shows what a film or a piece is before it plays; a picture shows itself
  const still = sample.picture === undefined ? null : await context.media.put(await readFile(sample.picture));
  const { width = null, height = null } = sample;
  const size = { width: width ?? 512, height: height ?? 512 };
  const thumbnail = still ?? (model.modality === 'image' ? digest : null);
  return {
    ordinal,
    modality: model.modality,
    digest,
    extension: path.extname(sample.file).slice(1),
    mime: sample.mime,
    bytes: BigInt(sample.bytes),
    width,
    height,
    duration_ms: sample.duration_ms === undefined ? null : Math.round(sample.duration_ms),
    thumbnail: thumbnail ? { digest: thumbnail, ...size } : null,
    thumbhash: sample.thumbhash ?? null,
    waveform: sample.waveform ?? null,
    input: { ...sample.input, seed: sample.seed },
  };
}
