import { relayClaim } from '../../flows/relay-claim.ts';
import { member, os } from '../base.ts';

export const createRelayedClaim = os.rewards.createRelayedClaim.handler(
  ({ input, context: { context, caller } }) =>
    relayClaim(context, member(caller), { wallet: input.wallet.toLowerCase() }),
);
