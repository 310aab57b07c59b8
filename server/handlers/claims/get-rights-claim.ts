import { asId, type ClaimId } from '../../ids.ts';
import { claimPage } from '../../views/claims.ts';
import { os } from '../base.ts';

export const getRightsClaim = os.claims.getRightsClaim.handler(({ input, context: { context, caller } }) =>
  claimPage(context, caller, asId<ClaimId>(input.id)),
);
