import { ownRewards } from '../../views/rewards/own-rewards.ts';
import { member, os } from '../base.ts';

export const getRewards = os.rewards.getRewards.handler(({ input, context: { context, caller } }) =>
  ownRewards(context, member(caller), input),
);
