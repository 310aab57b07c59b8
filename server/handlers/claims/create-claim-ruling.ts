import { ruleOnClaim } from '../../flows/rule-on-claim.ts';
import { asId, type ClaimId } from '../../ids.ts';
import { claimPage } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const createClaimRuling = os.claims.createClaimRuling.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ClaimId>(input.id);
    await ruleOnClaim(context, member(caller), { ...input, id });
    return claimPage(context, caller, id);
  },
);
