import { answerClaim } from '../../flows/answer-claim.ts';
import { asId, type ClaimId } from '../../ids.ts';
import { claimPage } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const createClaimAnswer = os.claims.createClaimAnswer.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<ClaimId>(input.id);
    await answerClaim(context, member(caller), { ...input, id });
    return claimPage(context, caller, id);
  },
);
