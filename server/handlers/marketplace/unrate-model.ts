import { unrateModel as unrate } from '../../flows/rate-model.ts';
import { ratingList } from '../../views/ratings.ts';
import { member, os } from '../base.ts';

export const unrateModel = os.marketplace.unrateModel.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    await unrate(context, me, input.slug);
    return ratingList(context, me, { slug: input.slug, limit: 10 });
  },
);
