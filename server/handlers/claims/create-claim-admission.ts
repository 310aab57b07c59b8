import { admitClaim } from '../../flows/admit-claim.ts';
import { asId, type ClaimId } from '../../ids.ts';
import { claimPage } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const createClaimAdmission = os.claims.createClaimAdmission.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ClaimId>(input.id);
    await admitClaim(context, member(caller), { ...input, id });
    return claimPage(context, caller, id);
  },
);
