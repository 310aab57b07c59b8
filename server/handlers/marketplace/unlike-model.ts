import { likeModel } from '../../flows/like-model.ts';
import { member, os } from '../base.ts';

export const unlikeModel = os.marketplace.unlikeModel.handler(({ input, context: { context, caller } }) =>
  likeModel(context, member(caller), input.slug, false),
);
