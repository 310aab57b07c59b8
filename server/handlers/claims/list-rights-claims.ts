import { claimList } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const listRightsClaims = os.claims.listRightsClaims.handler(
  ({ input, context: { context, caller } }) => claimList(context, member(caller), input),
);
