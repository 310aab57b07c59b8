import { setMachineCost as keep } from '../../flows/set-machine-cost.ts';
import { member, os } from '../base.ts';

export const setMachineCost = os.analytics.setMachineCost.handler(
  async ({ input: { model, micro_usd_per_hour }, context: { context, caller } }) => {
    const wish = {
      model,
      micro_usd_per_hour: micro_usd_per_hour === null ? null : BigInt(micro_usd_per_hour),
    };
    await keep(context, member(caller), wish);
    return { micro_usd_per_hour };
  },
);
