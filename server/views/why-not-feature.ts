import { type AccountId, asId, type ModelId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';

/** Why these models may not be featured; one that may is not in the answer. */
export async function whyNotFeature(db: Db, ids: readonly ModelId[], at: Date): Promise<Map<string, string>> {
  const [models, releases, without, claimed] = await Promise.all([
    registry.modelsByIds(db, ids),
    registry.releasesInUse(db, ids, at),
    program.creatorsWithout(db, 'promote'),
    earnings.modelsUnderClaim(db, ids),
  ]);
  const known = new Map(models.map((model) => [model.id, model]));
  return new Map(
    ids.flatMap((id): [string, string][] => {
      const why = whyNot(known.get(id));
      return why === null ? [] : [[id, why]];
    }),
  );

  function whyNot(model: (typeof models)[number] | undefined): string | null {
    if (!model) return 'There is no such model.';
    if (model.visibility !== 'listed') return 'Its creator took it out of lists.';
    if (!releases.has(model.id)) return 'No release of it is in use.';
    if (without.has(model.creator_id)) return 'The standing of its creator does not allow promotion.';
    if (claimed.has(model.id)) return 'Somebody claims rights in it, and that is not decided yet.';
    return null;
  }
}

/** Whether somebody earns by a model: it is theirs, or they share in it. */
export async function earnsBy(
  db: Db,
  person_id: AccountId,
  model: { id: string; creator_id: string },
  at: Date,
): Promise<boolean> {
  if (model.creator_id === person_id) return true;
  const split = await earnings.splitInForce(db, asId<ModelId>(model.id), at);
  return split?.parts.some((part) => part.person_id === person_id) ?? false;
}
