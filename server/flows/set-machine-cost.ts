import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as analytics from '../modules/analytics/index.ts';
import { holdingsOf, modelIdsOf } from '../views/analytics/own-models.ts';

/** Keeps what machine time of a model that somebody has or had costs them; null forgets it. */
export async function setMachineCost(
  { database, db, clock }: Context,
  person_id: AccountId,
  { model, micro_usd_per_hour }: { model: string; micro_usd_per_hour: bigint | null },
): Promise<void> {
  const { held } = await holdingsOf(db, person_id, model);
  const model_id = present(modelIdsOf(held)[0], 'the model of a holding');
  await database.inTransaction((tx) =>
    analytics.setMachineCost(tx, { person_id, model_id, micro_usd_per_hour }, clock.now()),
  );
}
