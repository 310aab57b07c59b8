import type { Margin } from '#api/analytics/shapes.ts';
import type { AccountId, ModelId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { micros, sum } from '../../kit/money.ts';
import * as analytics from '../../modules/analytics/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import { moneyOf } from './money.ts';

const HOUR_MS = 3_600_000n;
/** A credit is a cent. */
const MICRO_CREDITS_PER_MICRO_USD = 100n;

/**
 * What some models brought somebody beside what their machine time cost, for those of which they said what it costs. We
 * know no such price: the house runs most models itself, and what an engine elsewhere costs is between it and its owner.
 */
export async function marginOf(
  db: Db,
  person_id: AccountId,
  model_ids: readonly ModelId[] | null,
  { from, to }: { from: Date; to: Date },
): Promise<Margin> {
  const costs = await analytics.machineCosts(db, person_id);
  const [only] = model_ids ?? [];
  const micro_usd_per_hour = model_ids?.length === 1 && only ? (costs.get(only)?.toString() ?? null) : null;
  if (costs.size === 0) return { micro_usd_per_hour, told: null };
  const [used, gained] = await Promise.all([
    analytics.usageOf(db, { of: { creator_id: person_id, model_ids }, cuts: [from, to], by: 'model' }),
    earnings.gainedBy(db, person_id, [from, to]),
  ]);
  const known = used.filter(({ model_id }) => model_id !== null && costs.has(model_id));
  const counted = new Set(known.map(({ model_id }) => model_id));
  const cost = sum(
    known.map(({ model_id, run_ms }) => {
      const rate = (model_id && costs.get(model_id)) ?? 0n;
      return (BigInt(run_ms) * rate * MICRO_CREDITS_PER_MICRO_USD) / HOUR_MS;
    }),
  );
  const brought = BigInt(moneyOf(gained.filter(({ model_id }) => counted.has(model_id))).net_micros);
  return {
    micro_usd_per_hour,
    told:
      known.length === 0
        ? null
        : {
            models: known.length,
            models_without: used.length - known.length,
            run_ms: known.reduce((total, { run_ms }) => total + run_ms, 0),
            charged_micros: micros(
              sum(known.map(({ paid_micros, promo_micros }) => paid_micros + promo_micros)),
            ),
            cost_micros: micros(cost),
            net_micros: micros(brought),
            left_micros: micros(brought - cost),
          },
  };
}
