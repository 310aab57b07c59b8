import { claimDesk } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const listClaimDesk = os.claims.listClaimDesk.handler(({ input, context: { context, caller } }) =>
  claimDesk(context, member(caller), input),
);
