import { likeModel as like } from '../../flows/like-model.ts';
import { member, os } from '../base.ts';

export const likeModel = os.marketplace.likeModel.handler(({ input, context: { context, caller } }) =>
  like(context, member(caller), input.slug, true),
);
