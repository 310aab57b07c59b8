import { followCreator as follow } from '../../flows/follow-creator.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import { member, os } from '../base.ts';

export const followCreator = os.marketplace.followCreator.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const creator_id = await follow(context, me, input.handle, true);
    return marketplace.followersOf(context.db, creator_id, me);
  },
);
