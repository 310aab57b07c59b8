import { followCreator as follow } from '../../flows/follow-creator.ts';
import * as marketplace from '../../modules/marketplace/index.ts';
import { member, os } from '../base.ts';

export const unfollowCreator = os.marketplace.unfollowCreator.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const creator_id = await follow(context, me, input.handle, false);
    return marketplace.followersOf(context.db, creator_id, me);
  },
);
