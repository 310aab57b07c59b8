import { featured } from '../../views/featured.ts';
import { os } from '../base.ts';

export const listFeatured = os.slots.listFeatured.handler(
  async ({ input, context: { context, caller } }) => ({
    items: await featured(context, caller.account?.id ?? null, input),
  }),
);
