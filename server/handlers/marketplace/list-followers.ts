import { followerList } from '../../views/creator-page.ts';
import { os } from '../base.ts';

export const listFollowers = os.marketplace.listFollowers.handler(
  ({ input: { handle, ...asked }, context: { context, caller } }) =>
    followerList(context, caller.account?.id ?? null, handle, asked),
);
