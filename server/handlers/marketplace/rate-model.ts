import { rateModel as rate } from '../../flows/rate-model.ts';
import { ratingList } from '../../views/ratings.ts';
import { member, os } from '../base.ts';

export const rateModel = os.marketplace.rateModel.handler(async ({ input, context: { context, caller } }) => {
  const me = member(caller);
  const { slug, ...rating } = input;
  await rate(context, me, slug, rating);
  return ratingList(context, me, { slug, limit: 10 });
});
