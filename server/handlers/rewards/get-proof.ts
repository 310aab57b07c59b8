import { chainAtHand } from '../../flows/chain-at-hand.ts';
import { proofFile } from '../../views/rewards/claims.ts';
import { os } from '../base.ts';

export const getProof = os.rewards.getProof.handler(({ input, context: { context } }) =>
  proofFile(context, chainAtHand(context), input.wallet.toLowerCase()),
);
