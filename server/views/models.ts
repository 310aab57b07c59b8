import type * as z from 'zod';
import { Visibility } from '#api/registry/edit-shapes.ts';
import type { ModelCard, ModelPage, Sample } from '#api/registry/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { whyNotEdit } from './may-edit.ts';
import { mediaFile, picture } from './media.ts';
import { people } from './people.ts';
import { whyNotRun } from './terms-in-force.ts';

type ModelRow = Awaited<ReturnType<typeof registry.findModels>>[number];

/** Models that fit a filter: those first for which most people paid, or the newest. */
export async function modelList(
  context: Context,
  filter: {
    modality?: registry.Modality | undefined;
    creator_id?: AccountId | undefined;
    search?: string | undefined;
  },
  order: 'popular' | 'newest',
  viewer_id: AccountId | null = null,
): Promise<ModelCard[]> {
  const { modality, creator_id, search } = filter;
  const found = await registry.findModels(context.db, {
    visibility: 'listed',
    ...(modality ? { modality } : {}),
    ...(creator_id ? { creator_id } : {}),
    ...(search ? { search } : {}),
  });
  const shown = creator_id ? found : await promoted(context, viewer_id, found);
  const cards = await presentModels(context, shown);
  if (order === 'newest') return cards;
  const payers = await marketplace.payersOf(
    context.db,
    shown.map(({ id }) => id),
  );
  const people = new Map(shown.map(({ id, slug }) => [slug, payers.get(id) ?? 0]));
  return cards.sort((a, b) => (people.get(b.slug) ?? 0) - (people.get(a.slug) ?? 0));
}

/** Without those of creators who may not be promoted just now, and of whom the one who looks blocked or muted. */
async function promoted(
  { db }: Context,
  viewer_id: AccountId | null,
  models: ModelRow[],
): Promise<ModelRow[]> {
  const [without, unseen] = await Promise.all([
    program.creatorsWithout(db, 'promote'),
    marketplace.unseenBy(db, viewer_id),
  ]);
  const left_out = new Set<string>([...without, ...unseen]);
  return models.filter(({ creator_id }) => !left_out.has(creator_id));
}

/** `known`: the releases in use, by model, where they were asked for already. */
export async function presentModels(
  context: Context,
  models: readonly ModelRow[],
  known?: ReadonlyMap<string, registry.ReleaseOnCard>,
): Promise<ModelCard[]> {
  const { db, clock } = context;
  const ids = models.map(({ id }) => asId<ModelId>(id));
  const releases = known ?? (await registry.releasesOnCards(db, ids, clock.now()));
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

/** What it costs with the settings as they come. */
export const defaultPrice = (card: generation.RateCard, release: registry.ReleaseOnCard): bigint =>
  generation.priceOf(
    card,
    release.price_class,
    release.metering,
    generation.trialInput(release.input_schema),
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
  const ends = await registry.deprecationsOf(
    db,
    releases.map(({ id }) => id),
  );
  const isInUse = ({ id, withdrawn_at, ends_at }: registry.Release) =>
    withdrawn_at === null && !ends.get(id)?.ended && !(ends_at && ends_at <= at);
  const release = releases.find(isInUse);
  const terms = agreement ?? refuse('NOT_PRICED');
  const agreed = split ?? refuse('NOT_PRICED');
  const paused = whyNotRun(terms, at);
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
  const ofHouse = releases.some(({ binding }) => binding.kind === 'house');
  return {
    ...present(cards[0], 'the card of a model'),
    description: model.description,
    tags: model.tags,
    visibility: Visibility.parse(model.visibility),
    release: release ? await presentRelease(context, release) : null,
    releases: releases.map(({ id, version, changelog, published_at, withdrawn_at, withdrawn_as }) => ({
      id,
      version,
      changelog,
      deprecation: presentDeprecation(ends.get(id)),
      published_at: published_at.toISOString(),
      withdrawn_at: withdrawn_at?.toISOString() ?? null,
      withdrawn_as,
    })),
    samples: samples.map((sample) => presentSample(context, sample, slug)),
    agreement: {
      share_ppm: terms.share_ppm,
      terms_version: terms.terms_version,
      from: terms.in_force_from.toISOString(),
      next: await nextAgreement(db, model_id, at),
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
      edit:
        caller.account?.id === model.creator_id
          ? await whyNotEdit(context, caller.account.id)
          : no('Only its creator may.'),
      generate: release ? (paused ? no(paused) : YES) : no('Its releases were withdrawn.'),
      withdraw: mine ? YES : no('Only its creator may.'),
      shares: sharesIn(caller, agreed.parts) ? YES : no('Only those who share in it may.'),
      release: mine
        ? ofHouse
          ? no('The models of the house come with the program.')
          : YES
        : no('Only its creator may.'),
      deprecate: !mine
        ? no('Only its creator may.')
        : release?.ends_at
          ? no('Its end was announced.')
          : release
            ? YES
            : no('It has no release in use.'),
    },
  };
}

/** The change of its terms that comes next, so that nobody learns of it when it has come. */
async function nextAgreement(db: Db, model_id: ModelId, at: Date): Promise<ModelPage['agreement']['next']> {
  const agreements = await program.agreementsOf(db, model_id);
  const next = agreements.filter(({ in_force_from }) => in_force_from > at).at(-1);
  if (!next) return null;
  const { share_ppm, terms_version, in_force_from } = next;
  return { share_ppm, terms_version, from: in_force_from.toISOString() };
}

const sharesIn = ({ account }: Caller, parts: readonly earnings.AgreedPart[]): boolean =>
  parts.some(({ person_id }) => person_id === account?.id);

/** One release as it is now. */
export async function releaseOf(context: Context, id: ReleaseId) {
  const release = present(await registry.releaseById(context.db, id), 'a release just changed');
  return presentRelease(context, release);
}

const presentDeprecation = (deprecation: registry.Deprecation | undefined) =>
  deprecation
    ? {
        reason: deprecation.reason,
        announced_at: deprecation.announced_at.toISOString(),
        ends_at: deprecation.ends_at.toISOString(),
        ended: deprecation.ended,
      }
    : null;

/** The files of a release with what the gate found in them; those of the house were never uploaded. */
async function components({ db }: Context, { files }: registry.Release) {
  const found = await registry.componentsOf(
    db,
    files.map(({ sha256 }) => sha256),
  );
  return files.map(({ role, name, bytes, sha256 }) => {
    const component = found.get(sha256);
    return {
      ...{ role, name, bytes, digest: `sha256:${sha256}` },
      format: component?.format ?? null,
      precision: component?.precision ?? null,
      tensors: component?.tensors ?? null,
      parameters: component?.parameters ?? null,
      scan: component ? ('passed' as const) : ('of_the_house' as const),
    };
  });
}

export const presentRelease = async (context: Context, release: registry.Release) => ({
  id: release.id,
  version: release.version,
  digest: release.digest,
  files: await components(context, release),
  input_schema: release.input_schema,
  licence: release.licence,
  licence_document: release.licence_document,
  changelog: release.changelog,
  deprecation: presentDeprecation((await registry.deprecationsOf(context.db, [release.id])).get(release.id)),
  price_class: release.price_class,
  runner: release.binding.kind,
  parents: await registry.parentsOf(context.db, release.id),
  published_at: release.published_at.toISOString(),
  withdrawn_at: release.withdrawn_at?.toISOString() ?? null,
});

export function presentSample(
  context: Context,
  sample: registry.Sample,
  slug: string,
): z.infer<typeof Sample> {
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
