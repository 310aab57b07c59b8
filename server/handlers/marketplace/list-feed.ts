import { feedFor } from '../../views/creations.ts';
import { member, os } from '../base.ts';

export const listFeed = os.marketplace.listFeed.handler(({ input, context: { context, caller } }) =>
  feedFor(context, member(caller), input),
);
