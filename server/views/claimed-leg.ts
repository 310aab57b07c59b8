import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as registry from '../modules/registry/index.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';

/** A leg of a model's earnings, and who has it now. */
export type Leg = {
  leg: earnings.ClaimLeg;
  respondent_id: AccountId;
  parent: { id: ModelId; slug: string; title: string } | null;
};

/** Everything that can be claimed of a model: itself, each collaborator's part, and each parent's royalty. */
export async function legsOf(db: Db, model: { id: string; creator_id: string }, at: Date): Promise<Leg[]> {
  const model_id = asId<ModelId>(model.id);
  const [split, releases] = await Promise.all([
    earnings.splitInForce(db, model_id, at),
    registry.releasesOfModel(db, model_id),
  ]);
  const tables = await Promise.all(releases.map(({ id }) => earnings.royaltiesInForce(db, id, at)));
  const paid = tables.flat().filter(({ royalty_ppm }) => royalty_ppm > 0);
  const parents = await Promise.all(
    [...new Set(paid.map(({ release_id }) => release_id))].map((id) => registry.releaseById(db, asId(id))),
  );
  const royalties = paid.flatMap(({ release_id, person_id }) => {
    const parent = parents.find((one) => one?.id === release_id);
    return parent ? [{ parent, person_id }] : [];
  });
  const byParent = new Map(royalties.map((one) => [`${one.parent.model_id} ${one.person_id}`, one]));
  return [
    { leg: 'model', respondent_id: asId(model.creator_id), parent: null },
    ...(split?.parts ?? [])
      .filter(({ person_id, part_ppm }) => person_id !== model.creator_id && part_ppm > 0)
      .map(({ person_id }): Leg => ({ leg: 'person', respondent_id: asId(person_id), parent: null })),
    ...[...byParent.values()].map(({ parent: { model_id: id, slug, title }, person_id }): Leg => {
      return { leg: 'royalty', respondent_id: asId(person_id), parent: { id: asId(id), slug, title } };
    }),
  ];
}

/** Why somebody must not decide about a claim: it is theirs, they earn by the model, or they share with its claimant. */
export async function interestIn(
  db: Db,
  actor_id: AccountId,
  { model_id, claimant_id, respondent_id }: earnings.Claim,
): Promise<boolean> {
  if (actor_id === claimant_id || actor_id === respondent_id) return true;
  const [[model], releases, sharers] = await Promise.all([
    registry.modelsByIds(db, [model_id]),
    registry.releasesOfModel(db, model_id),
    earnings.sharersWith(db, claimant_id),
  ]);
  if (model?.creator_id === actor_id || sharers.has(actor_id)) return true;
  const earners = await earnings.earnersOf(
    db,
    model_id,
    releases.map(({ id }) => asId(id)),
  );
  return earners.has(actor_id);
}

/** What can be claimed, for the form of a claim. */
export async function choicesOf(
  { db, clock }: Context,
  viewer: AccountId,
  model: { id: string; creator_id: string },
) {
  const legs = await legsOf(db, model, clock.now());
  const others = legs.filter(({ respondent_id }) => respondent_id !== viewer);
  const person = await people(
    db,
    others.map(({ respondent_id }) => respondent_id),
  );
  return others.map(({ leg, respondent_id, parent }) => ({
    leg,
    person: person(respondent_id),
    parent: parent && { slug: parent.slug, title: parent.title },
  }));
}

export const mayFile = (open: boolean, choices: number) =>
  open ? no('You have an open claim on this model.') : choices > 0 ? YES : no('All of it is yours.');
