import { micros } from '../../kit/money.ts';
import * as generation from '../../modules/generation/index.ts';
import { os } from '../base.ts';

export const getRateCard = os.generation.getRateCard.handler(async ({ context: { context } }) => {
  const { version, effective_at, classes } = await generation.rateCardInForce(
    context.db,
    context.clock.now(),
  );
  return {
    version,
    effective_at: effective_at.toISOString(),
    classes: classes.map((rate) => ({
      ...rate,
      per_unit_micros: micros(rate.per_unit_micros),
      minimum_micros: micros(rate.minimum_micros),
    })),
  };
});
