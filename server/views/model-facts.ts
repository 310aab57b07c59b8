import type { ModelFacts } from '#api/marketplace/get-model-facts.ts';
import { atLeast } from '#api/marketplace/people-words.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../ids.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { modelRounds } from './competitions/model-rounds.ts';
import { people } from './people.ts';
import { quoteOf } from './quote.ts';
import { whyNotRun } from './terms-in-force.ts';

/** What else one may want to know of a model before one generates with it. */
export async function modelFacts(
  context: Context,
  viewer_id: AccountId | null,
  slug: string,
): Promise<ModelFacts> {
  const { db, clock } = context;
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const creator_id = asId<AccountId>(model.creator_id);
  const release = (await registry.releasesInUse(db, [model_id], clock.now())).get(model_id);
  const [likes, users, uses, blocked, price, lineage, rounds] = await Promise.all([
    marketplace.likesOfModel(db, model_id, viewer_id),
    marketplace.usersOfModel(db, model_id),
    marketplace.usesOf(db, [model_id]),
    viewer_id !== null && marketplace.isBlocked(db, viewer_id, creator_id),
    release ? priceOf(context, release) : null,
    release ? lineageOf(context, release) : { nodes: [], edges: [] },
    modelRounds(context, model, release),
  ]);
  const near =
    viewer_id === null ? no('Sign in first.') : blocked ? no('One of you has blocked the other.') : YES;
  const mine = creator_id === viewer_id;
  return {
    ...likes,
    people: atLeast(users),
    generations: uses.get(model_id) ?? 0,
    price,
    licence: release ? licenceInWords(release.licence) : null,
    lineage,
    rounds,
    can: { like: near, report: mine ? no('This is yours.') : viewer_id ? YES : no('Sign in first.') },
  };
}

/** What a generation with the default settings costs a stranger, and whom it pays. */
async function priceOf(context: Context, release: registry.Release): Promise<ModelFacts['price']> {
  const { db, clock } = context;
  const agreement = await program.agreementInForce(db, asId(release.model_id), clock.now());
  if (!agreement || whyNotRun(agreement, clock.now())) return null;
  const input = generation.exampleInput(release.input_schema);
  const quote = await quoteOf(context, null, { release_id: asId<ReleaseId>(release.id), input });
  const { price_micros, rate_card, recipients } = quote;
  return { price_micros, explanation: rate_card.explanation, recipients };
}

function licenceInWords(line: string): ModelFacts['licence'] {
  const known = registry.licenceOfLine(line);
  return known ? { title: known.title, url: known.url, ...known.terms } : null;
}

const CHILDREN_MAX = 24;

/** What the release in use was made from, all the way back, and what was made from it. */
async function lineageOf(context: Context, release: registry.Release): Promise<ModelFacts['lineage']> {
  const { db, clock } = context;
  const at = clock.now();
  const line = await registry.lineageOf(db, [release.id], program.LINEAGE_DEPTH_MAX + 1);
  const made = await madeFrom(context, release);
  const tables = await Promise.all(
    line.map(async ({ release_id }) => {
      const royalties = await earnings.royaltiesInForce(db, release_id, at);
      return royalties.map((royalty) => ({
        ...{ from: release_id, to: royalty.release_id, royalty_ppm: royalty.royalty_ppm },
      }));
    }),
  );
  const person = await people(
    db,
    [...line, ...made.map(({ ancestor }) => ancestor)].map(({ creator_id }) => creator_id),
  );
  const node = (ancestor: registry.Ancestor, depth: number) => {
    const { release_id, slug, title, version, licence, withdrawn, creator_id } = ancestor;
    return {
      ...{ release_id, slug, title, version, licence, withdrawn, depth },
      creator: person(creator_id),
    };
  };
  return {
    nodes: [
      ...made.map(({ ancestor }) => node(ancestor, -1)),
      ...line.map((ancestor) => node(ancestor, ancestor.depth - 1)),
    ],
    edges: [
      ...made.map(({ ancestor, royalty_ppm }) => ({
        ...{ from: ancestor.release_id, to: release.id, royalty_ppm },
      })),
      ...tables.flat(),
    ],
  };
}

/** The models that pay for this release, each by its newest one; those that stand in no list are not told of. */
async function madeFrom({ db }: Context, release: registry.Release) {
  const owed = await earnings.royaltiesOwedFor(db, [asId<ReleaseId>(release.id)]);
  const found = await registry.lineageOf(
    db,
    owed.map(({ release_id }) => release_id),
    1,
  );
  const models = await registry.modelsByIds(
    db,
    found.map(({ model_id }) => model_id),
  );
  const listed = new Set(models.filter(({ visibility }) => visibility === 'listed').map(({ id }) => id));
  const newest = new Map(
    found
      .filter(({ withdrawn, model_id }) => !withdrawn && listed.has(model_id))
      .toSorted((a, b) => (a.release_id < b.release_id ? -1 : 1))
      .map((ancestor) => [ancestor.model_id, ancestor]),
  );
  return [...newest.values()].slice(-CHILDREN_MAX).map((ancestor) => ({
    ancestor,
    royalty_ppm: owed.find(({ release_id }) => release_id === ancestor.release_id)?.royalty_ppm ?? 0,
  }));
}
