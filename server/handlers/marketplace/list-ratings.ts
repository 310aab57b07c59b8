import { ratingList } from '../../views/ratings.ts';
import { os } from '../base.ts';

export const listRatings = os.marketplace.listRatings.handler(({ input, context: { context, caller } }) =>
  ratingList(context, caller.account?.id ?? null, input),
);
