import { fileClaim } from '../../flows/file-claim.ts';
import { claimPage } from '../../views/claims.ts';
import { member, os } from '../base.ts';

export const createRightsClaim = os.claims.createRightsClaim.handler(
  async ({ input, context: { context, caller } }) =>
    claimPage(context, caller, await fileClaim(context, member(caller), input)),
);
