import type * as z from 'zod';
import type { Modality } from '#api/base.ts';
import type { explored, FoundModel, FoundSample, Spelling, Why } from '#api/marketplace/explore-shapes.ts';
import { atLeast } from '#api/marketplace/people-words.ts';
import { matchWords, rankWords } from '#api/marketplace/why-words.ts';
import type { Context } from '../context.ts';
import type { AccountId, ModelId } from '../ids.ts';
import { DAY_MS, dayOf } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import { shortly } from '../kit/shortly.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { modelsOfRound, roundsToFilterBy } from './competitions/of-round.ts';
import { presentModels, presentSample } from './models.ts';
import { pageOf, placeOf } from './paging.ts';
import { people } from './people.ts';

type Asked = { [Name in keyof typeof explored]?: z.infer<(typeof explored)[Name]> } & {
  modality?: Modality | undefined;
  round?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};
type Page<Item> = { items: Item[]; next_cursor: string | null; spelling: z.infer<typeof Spelling>[] };

const WARM_MS = 10 * 60_000;
/** What the reason of a trending place counts; the place itself counts everybody, less and less. */
export const LATELY_MS = 7 * DAY_MS;
const SAMPLES_OF_EACH = 3;

/** Models that fit, each with why it stands where it stands. */
export async function exploredModels(
  context: Context,
  viewer_id: AccountId | null,
  asked: Asked,
): Promise<Page<FoundModel>> {
  const { found, next_cursor, spelling, order } = await search(context, viewer_id, asked, { prompts: false });
  const [models, releases, warm, whyOf] = await Promise.all([
    modelsOf(context, found),
    releasesOf(context, found),
    usedLately(context, found),
    reasons(context, found, order, asked.search),
  ]);
  const cards = await presentModels(
    context,
    models.map(({ model }) => model),
    releases,
  );
  const items = models.map(({ model, listing }, place) => {
    const card = cards[place];
    const licence = releases.get(model.id)?.licence;
    return card
      ? [
          {
            model: card,
            tags: model.tags,
            licence: licence === undefined ? null : licenceOf(licence),
            warm: warm.has(model.id),
            why: whyOf(listing, model),
          },
        ]
      : [];
  });
  return { items: items.flat(), next_cursor, spelling };
}

/** What those models made: the samples that they were published with, those first whose prompt has the words. */
export async function exploredSamples(
  context: Context,
  viewer_id: AccountId | null,
  asked: Asked & { modality: Modality },
): Promise<Page<FoundSample>> {
  const { found, next_cursor, spelling, order } = await search(context, viewer_id, asked, { prompts: true });
  const [models, releases, whyOf] = await Promise.all([
    modelsOf(context, found),
    releasesOf(context, found),
    reasons(context, found, order, asked.search),
  ]);
  const [person, samples] = await Promise.all([
    people(
      context.db,
      models.map(({ model }) => model.creator_id),
    ),
    registry.samplesOf(
      context.db,
      [...releases.values()].map(({ id }) => id),
      12,
    ),
  ]);
  const words = marketplace.wordsOf(asked.search ?? '');
  const items = models.flatMap(({ model, listing }): FoundSample[] => {
    const release_id = releases.get(model.id)?.id;
    const why = whyOf(listing, model);
    return samples
      .filter((sample) => sample.release_id === release_id && sample.modality === asked.modality)
      .map((sample) => ({ sample, hits: hitsOf(generation.promptOf(sample.input), words) }))
      .sort((a, b) => b.hits - a.hits || a.sample.ordinal - b.sample.ordinal)
      .slice(0, SAMPLES_OF_EACH)
      .map(({ sample, hits }) => ({
        id: `${sample.release_id}-${sample.ordinal}`,
        sample: presentSample(context, sample, model.slug),
        prompt: generation.promptOf(sample.input),
        model: { slug: model.slug, title: model.title, modality: registry.Modality.parse(model.modality) },
        creator: person(model.creator_id),
        why:
          hits > 0
            ? inWords({ found: { by: 'prompt', typed: asked.search ?? '' }, ranked: why.ranked })
            : why,
      }));
  });
  return { items, next_cursor, spelling };
}

const hitsOf = (prompt: string, words: readonly string[]): number => {
  const there = marketplace.wordsOf(prompt);
  return words.filter((word) => there.some((other) => other.startsWith(word))).length;
};

/** Creators whose names have these words. */
export async function exploredCreators(
  { db }: Context,
  viewer_id: AccountId | null,
  text: string,
  limit: number,
) {
  const without = await notToBeFound(db, viewer_id);
  const found = await marketplace.searchCreators(db, text, { without, limit });
  const person = await people(
    db,
    found.map(({ creator_id }) => creator_id),
  );
  return { items: found.map(({ creator_id, models }) => ({ ...person(creator_id), models })) };
}

const FILTERS_MAX = 30;
const FILTERS_SAME_MS = 1_000;
const filtersOf = shortly<Context, Awaited<ReturnType<typeof readFilters>>>(FILTERS_SAME_MS);

/** What lists can be narrowed by: what most models have. */
export const filters = (context: Context) => filtersOf(context, '', () => readFilters(context));

async function readFilters({ db }: Context) {
  const [tags, licences, rounds] = await Promise.all([
    marketplace.commonTerms(db, 't', FILTERS_MAX),
    marketplace.commonTerms(db, 'l', FILTERS_MAX),
    roundsToFilterBy(db),
  ]);
  return {
    tags: tags.map(({ word, models }) => ({ tag: word, models })),
    licences: licences.map(({ word, models }) => ({ id: word, title: titleOf(word), models })),
    rounds,
  };
}

const OWN = 'own';
const titleOf = (id: string) =>
  id === OWN ? 'In the words of its creator' : (registry.knownLicence(id)?.title ?? id);
const licenceOf = (line: string) => {
  const known = registry.licenceOfLine(line);
  const id = known?.id ?? OWN;
  if (!known) return { id, title: titleOf(id), terms: null };
  const { commercial_use, derivatives, attribution } = known.terms;
  return { id, title: titleOf(id), terms: { commercial_use, derivatives, attribution } };
};

// how they are found -------------------------------------------------------------------------------------------------

/** Creators who may not be promoted just now, and whom the one who looks blocked or muted. */
export async function notToBeFound(db: Db, viewer_id: AccountId | null): Promise<string[]> {
  const [unpromoted, unseen] = await Promise.all([
    program.creatorsWithout(db, 'promote'),
    marketplace.unseenBy(db, viewer_id),
  ]);
  return [...new Set([...unpromoted, ...unseen])];
}

async function search(
  context: Context,
  viewer_id: AccountId | null,
  asked: Asked,
  { prompts }: { prompts: boolean },
) {
  const { db } = context;
  const { limit, cursor, order: _, ...filter } = asked;
  const order = asked.order ?? (asked.search?.trim() ? 'fitting' : 'trending');
  const owner = `explore ${JSON.stringify([prompts, filter, order, viewer_id])}`;
  const [tier, value, id] = placeOf(context, owner, cursor) ?? [];
  const { found, spelling } = await marketplace.searchListings(
    db,
    {
      ...wishedFor(context, asked),
      ...{ prompts, order, without: await notToBeFound(db, viewer_id) },
      among: asked.round === undefined ? null : await modelsOfRound(context, asked.round),
    },
    { after: tier && value && id ? { tier: Number(tier), value, id } : null, limit: limit + 1 },
  );
  const { shown, next_cursor } = pageOf(context, owner, found, limit, ({ place: last }) => [
    String(last.tier),
    last.value,
    last.id,
  ]);
  return { found: shown, next_cursor, spelling, order };
}

/** What was asked for, as it is looked for. */
export function wishedFor(
  { clock }: Context,
  asked: Omit<Asked, 'order' | 'limit'>,
): Omit<marketplace.Wish, 'order' | 'without' | 'among'> {
  const now = clock.now();
  const { modality, search: text = '', tag, licence, price_max_micros, ready, new_days } = asked;
  return {
    ...{ text, prompts: false, modality: modality ?? null, tag: tag ?? null, licence: licence ?? null },
    price_max: price_max_micros === undefined ? null : BigInt(price_max_micros),
    published_since: new_days === undefined ? null : new Date(now.getTime() - new_days * DAY_MS),
    used_since: ready ? { at: warmSince(now), used: ready === 'warm' } : null,
  };
}

const warmSince = (now: Date) => new Date(now.getTime() - WARM_MS);
const idsOf = (found: readonly marketplace.Found[]): ModelId[] => found.map(({ id }) => id);

/** The models themselves, in the order in which they were found; one that was just unlisted is left out. */
async function modelsOf({ db }: Context, found: readonly marketplace.Found[]) {
  const models = new Map((await registry.modelsByIds(db, idsOf(found))).map((model) => [model.id, model]));
  return found.flatMap((listing) => {
    const model = models.get(listing.id);
    return model?.visibility === 'listed' ? [{ model, listing }] : [];
  });
}

const releasesOf = ({ db, clock }: Context, found: readonly marketplace.Found[]) =>
  registry.releasesOnCards(db, idsOf(found), clock.now());

const usedLately = ({ db, clock }: Context, found: readonly marketplace.Found[]) =>
  marketplace.usedSince(db, idsOf(found), warmSince(clock.now()));

// why they stand there -----------------------------------------------------------------------------------------------

type Reason = (listing: marketplace.Found, model: { id: string; published_at: Date }) => Why;

async function reasons(
  { db, clock }: Context,
  found: readonly marketplace.Found[],
  order: NonNullable<Asked['order']>,
  text: string | undefined,
): Promise<Reason> {
  const now = clock.now();
  const payers = await payersBy(order);
  const typed = text?.trim();
  const rankOf: Record<marketplace.Order, (model: { id: string; published_at: Date }) => Why['ranked']> = {
    trending: ({ id }) => ({ by: 'payers', people: atLeast(payers.get(id) ?? 0) }),
    newest: ({ published_at }) => ({ by: 'published', day: dayOf(published_at) }),
    used: ({ id }) => ({ by: 'used', people: atLeast(payers.get(id) ?? 0) }),
    price: () => ({ by: 'price' }),
  };
  return ({ tier }, model) =>
    inWords({
      found: typed ? { by: FOUND_BY[tier], typed } : null,
      ranked: rankOf[order === 'fitting' ? 'trending' : order](model),
    });

  async function payersBy(by: typeof order): Promise<ReadonlyMap<string, number>> {
    if (by === 'newest' || by === 'price') return new Map();
    if (by === 'used') return marketplace.payersOf(db, idsOf(found));
    return marketplace.payersSince(db, idsOf(found), new Date(now.getTime() - LATELY_MS));
  }
}

const FOUND_BY: Record<marketplace.Tier, 'name_of_model' | 'text_of_model' | 'near'> = {
  named: 'name_of_model',
  said: 'text_of_model',
  near: 'near',
  // without words nothing is said of how it was found
  all: 'near',
};

/** What is known of its place, with the same in words. */
export const inWords = (known: Pick<Why, 'found' | 'ranked'>): Why => ({
  match: matchWords(known.found),
  rank: rankWords(known.ranked),
  ...known,
});
