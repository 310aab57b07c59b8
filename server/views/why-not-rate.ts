import type { AccountId, ModelId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';

/** Why this person may not rate it; null where they may. Whoever earns by it is no judge of it. */
export async function whyNotRate(
  db: Db,
  person_id: AccountId,
  { model_id, creator_id }: { model_id: ModelId; creator_id: AccountId },
  at: Date,
): Promise<'RELATED_RATING' | 'NOT_USED' | null> {
  const split = await earnings.splitInForce(db, model_id, at);
  const shares = split?.parts.some((part) => part.person_id === person_id) ?? false;
  if (shares || person_id === creator_id) return 'RELATED_RATING';
  const releases = await registry.releasesOfModel(db, model_id);
  const used = await generation.generationsOfPayer(db, person_id, {
    states: ['succeeded'],
    release_ids: releases.map(({ id }) => id),
    before: null,
    limit: 1,
  });
  const [last] = used;
  if (!last) return 'NOT_USED';
  return last.terms.related ? 'RELATED_RATING' : null;
}
