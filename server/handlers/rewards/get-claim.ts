import { ownClaims } from '../../views/rewards/claims.ts';
import { member, os } from '../base.ts';

export const getClaim = os.rewards.getClaim.handler(({ context: { context, caller } }) =>
  ownClaims(context, member(caller)),
);
