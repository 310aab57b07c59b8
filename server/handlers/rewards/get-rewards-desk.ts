import { rewardsDesk } from '../../views/rewards/desk.ts';
import { member, os } from '../base.ts';

export const getRewardsDesk = os.rewards.getRewardsDesk.handler(async ({ context: { context, caller } }) =>
  rewardsDesk(context, member(caller)),
);
