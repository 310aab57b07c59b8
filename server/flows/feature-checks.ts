import type { AccountId, ModelId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { earnsBy, whyNotFeature } from '../views/why-not-feature.ts';

/** Refuses what may not be featured, and whoever would promote what they earn by. */
export async function demandFeaturable(
  db: Db,
  { model_id, by_id, at }: { model_id: ModelId; by_id: AccountId | null; at: Date },
): Promise<void> {
  const why = (await whyNotFeature(db, [model_id], at)).get(model_id);
  if (why) refuse('NOT_FEATURABLE', { why });
  if (by_id) await demandNoInterest(db, { model_id, by_id, at });
}

/** Refuses who earns by a model. */
export async function demandNoInterest(
  db: Db,
  { model_id, by_id, at }: { model_id: ModelId; by_id: AccountId; at: Date },
): Promise<void> {
  const [model] = await registry.modelsByIds(db, [model_id]);
  if (model && (await earnsBy(db, by_id, model, at))) refuse('OWN_INTEREST');
}
