import { claimForm } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const getClaimForm = os.claims.getClaimForm.handler(({ input, context: { context, caller } }) =>
  claimForm(context, member(caller), input.slug),
);
