import type { CategoryKind } from '#api/competitions/shapes.ts';
import { type AccountId, asId, type ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as identity from '../../modules/identity/index.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { whyNotFeature } from '../why-not-feature.ts';
import { nearTo } from './relations.ts';

/** What the rules look at, of each of these works: the same for whoever enters one and for a preview, which nobody judges. */
export async function creationFacts(
  db: Db,
  makings: readonly generation.Making[],
  person_id: AccountId | null,
  judges: readonly AccountId[] = [],
): Promise<competitions.CreationFacts[]> {
  const release_ids = [...new Set(makings.map(({ release_id }) => release_id))];
  const model_ids = judges.length === 0 ? [] : [...new Set(makings.map(({ model_id }) => model_id))];
  const [releases, models, creations] = await Promise.all([
    registry.releasesByIds(db, release_ids),
    registry.modelsByIds(db, model_ids),
    marketplace.creationsByIds(
      db,
      makings.map(({ asset_id }) => asset_id),
    ),
  ]);
  const release = new Map(releases.map((one) => [one.id, one]));
  const of_judges = new Set(
    models.filter(({ creator_id }) => judges.some((judge) => judge === creator_id)).map(({ id }) => id),
  );
  const hidden = new Set(creations.filter(({ hidden_at }) => hidden_at).map(({ asset_id }) => asset_id));
  return makings.map((making) => {
    const { owner_id, asset_id, modality, made_at, model, uploads, pictures_of_others } = making;
    const of = release.get(making.release_id);
    return {
      ...{ modality, made_at, model, uploads, pictures_of_others },
      is_own: person_id === null || owner_id === person_id,
      accepted_at: of?.published_at ?? made_at,
      withdrawn: of === undefined || of.withdrawn_at !== null,
      in_bin: making.in_bin,
      hidden: hidden.has(asset_id),
      of_judge: of_judges.has(making.model_id),
      side_px: making.side_px,
      duration_ms: making.duration_ms,
    };
  });
}

export type OwnModel = {
  model: Awaited<ReturnType<typeof registry.modelsByIds>>[number];
  release: registry.Release | null;
  facts: competitions.ModelFacts;
};

/** Models of somebody, each with its newest release in use and what the rules look at. */
export async function modelFacts(
  db: Db,
  models: readonly OwnModel['model'][],
  person_id: AccountId | null,
  at: Date,
): Promise<OwnModel[]> {
  const ids = models.map(({ id }) => asId<ModelId>(id));
  const [releases, why_not] = await Promise.all([
    registry.releasesInUse(db, ids, at),
    whyNotFeature(db, ids, at),
  ]);
  return models.map((model) => {
    const release = releases.get(model.id) ?? null;
    return {
      ...{ model, release },
      facts: {
        is_own: person_id === null || model.creator_id === person_id,
        model: model.slug,
        accepted_at: release?.published_at ?? null,
        why_not: why_not.get(model.id) ?? null,
      },
    };
  });
}

/** Roles whose holders decide about rounds or about what is shown. */
export const RUNS: readonly identity.Role[] = ['editor', 'moderator', 'admin'];

/** Whether somebody runs or judges a category, or is related to who judges it. */
export async function personFacts(
  db: Db,
  { written_by, proposed_by, approved_by }: competitions.Round,
  category_id: competitions.Category['id'],
  person_id: AccountId,
): Promise<competitions.PersonFacts> {
  const [account, panel] = await Promise.all([
    identity.accountById(db, person_id),
    competitions.judgesOf(db, category_id),
  ]);
  const near = panel.length === 0 ? new Set<AccountId>() : await nearTo(db, person_id);
  return {
    runs_it:
      [written_by, proposed_by, approved_by].includes(person_id) ||
      (account?.roles.some((role) => RUNS.includes(role)) ?? false),
    judges_it: panel.includes(person_id),
    related_to_judge: panel.some((judge) => near.has(judge)),
  };
}

/** The rules of a category with the time in which something may be made. */
export const ruledBy = (
  { kind, rules }: { kind: CategoryKind; rules: competitions.Category['rules'] },
  { opens_at, locks_at }: { opens_at: Date; locks_at: Date },
): competitions.Ruled => ({ kind, rules, window: { opens_at, locks_at } });
