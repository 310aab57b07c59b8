import { signClaim } from '../../flows/rule-on-claim.ts';
import { asId, type ClaimId } from '../../ids.ts';
import { claimPage } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const createClaimSignature = os.claims.createClaimSignature.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ClaimId>(input.id);
    await signClaim(context, member(caller), { ...input, id });
    return claimPage(context, caller, id);
  },
);
