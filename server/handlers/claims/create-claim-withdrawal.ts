import { withdrawClaim } from '../../flows/end-claim.ts';
import { asId, type ClaimId } from '../../ids.ts';
import { claimPage } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const createClaimWithdrawal = os.claims.createClaimWithdrawal.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ClaimId>(input.id);
    await withdrawClaim(context, member(caller), { ...input, id });
    return claimPage(context, caller, id);
  },
);
