import type * as z from 'zod';
import type { ModelCard, ModelPage, Sample } from '#api/registry/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { mediaFile, picture } from './media.ts';
import { people } from './people.ts';

type ModelRow = Awaited<ReturnType<typeof registry.findModels>>[number];

/** Models that fit a filter, the most used or the newest first. */
export async function modelList(
  context: Context,
  filter: {
    modality?: registry.Modality | undefined;
    creator_id?: AccountId | undefined;
    search?: string | undefined;
  },
  order: 'popular' | 'newest',
): Promise<ModelCard[]> {
  const { modality, creator_id, search } = filter;
  const found = await registry.findModels(context.db, {
    ...(modality ? { modality } : {}),
    ...(creator_id ? { creator_id } : {}),
    ...(search ? { search } : {}),
  });
  const cards = await presentModels(context, found);
  if (order === 'newest') return cards;
  return cards.sort((a, b) => b.generations - a.generations);
}

async function presentModels(context: Context, models: readonly ModelRow[]): Promise<ModelCard[]> {
  const { db, clock } = context;
  const ids = models.map(({ id }) => asId<ModelId>(id));
  const releases = await registry.releasesInUse(db, ids);
  const [uses, person, samples, rate_card] = await Promise.all([
    marketplace.usesOf(db, ids),
    people(
      db,
      models.map(({ creator_id }) => creator_id),
    ),
    registry.samplesOf(
      db,
      [...releases.values()].map(({ id }) => id),
      1,
    ),
    generation.rateCardInForce(db, clock.now()),
  ]);
  const covers = new Map(samples.map((sample) => [sample.release_id, sample]));
  return models.map((model) => {
    const release = releases.get(model.id);
    const cover = release && covers.get(release.id);
    return {
      slug: model.slug,
      title: model.title,
      modality: registry.Modality.parse(model.modality),
      summary: model.summary,
      creator: person(model.creator_id),
      from_micros: micros(release ? defaultPrice(rate_card, release) : 0n),
      generations: uses.get(model.id) ?? 0,
      published_at: model.published_at.toISOString(),
      cover: cover ? presentSample(context, cover, model.slug) : null,
      release_id: release?.id ?? null,
    };
  });
}

const defaultPrice = (card: generation.RateCard, release: registry.Release) =>
  generation.priceOf(
    card,
    release.price_class,
    release.metering,
    generation.readInput(release, generation.exampleInput(release.input_schema)),
  );

/** Everything about one model, for its page. */
export async function modelPage(context: Context, caller: Caller, slug: string): Promise<ModelPage> {
  const { db, clock } = context;
  const model = await registry.modelBySlug(db, slug);
  if (!model) refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const at = clock.now();
  const [cards, releases, agreement, split] = await Promise.all([
    presentModels(context, [model]),
    registry.releasesOfModel(db, model_id),
    program.agreementInForce(db, model_id, at),
    earnings.splitInForce(db, model_id, at),
  ]);
  const release = releases.find(({ withdrawn_at }) => withdrawn_at === null);
  const terms = agreement ?? refuse('NOT_PRICED');
  const agreed = split ?? refuse('NOT_PRICED');
  const royalties = release ? await earnings.royaltiesInForce(db, release.id, at) : [];
  const parts = earnings.applyRoyalties(agreed.parts, royalties);
  const samples = await registry.samplesOf(db, release ? [release.id] : [], 12);
  const person = await people(
    db,
    parts.map(({ person_id }) => person_id),
  );
  const mine =
    caller.account !== null &&
    (caller.account.id === model.creator_id || caller.account.roles.includes('admin'));
  return {
    ...present(cards[0], 'the card of a model'),
    description: model.description,
    release: release ? await presentRelease(context, release) : null,
    releases: releases.map(({ id, version, published_at, withdrawn_at }) => ({
      id,
      version,
      published_at: published_at.toISOString(),
      withdrawn_at: withdrawn_at?.toISOString() ?? null,
    })),
    samples: samples.map((sample) => presentSample(context, sample, slug)),
    agreement: {
      share_ppm: terms.share_ppm,
      terms_version: terms.terms_version,
      from: terms.in_force_from.toISOString(),
    },
    split: {
      version: agreed.version,
      parts: parts.map(({ person_id, role, part_ppm }) => ({
        person: person(person_id),
        role,
        part_ppm,
      })),
    },
    can: {
      generate: release ? YES : no('Its releases were withdrawn.'),
      withdraw: mine ? YES : no('Only its creator may.'),
    },
  };
}

export const presentRelease = async (context: Context, release: registry.Release) => ({
  id: release.id,
  version: release.version,
  digest: release.digest,
  files: release.files.map(({ role, bytes, sha256 }) => ({ role, bytes, digest: `sha256:${sha256}` })),
  input_schema: release.input_schema,
  licence: release.licence,
  price_class: release.price_class,
  runner: release.binding.kind,
  parents: await registry.parentsOf(context.db, release.id),
  published_at: release.published_at.toISOString(),
  withdrawn_at: release.withdrawn_at?.toISOString() ?? null,
});

function presentSample(context: Context, sample: registry.Sample, slug: string): z.infer<typeof Sample> {
  const { modality, width, height, duration_ms, thumbhash, waveform, input } = sample;
  const file = mediaFile(context, sample, `${slug}-sample-${sample.ordinal + 1}`);
  return {
    ...file,
    modality,
    width,
    height,
    duration_ms,
    thumbnail: picture(context, sample.thumbnail),
    thumbhash,
    waveform,
    input,
  };
}
