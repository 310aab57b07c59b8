import { askToSign } from '../../flows/link-wallet.ts';
import { member, os } from '../base.ts';

export const createWalletChallenge = os.rewards.createWalletChallenge.handler(
  async ({ input, context: { context, caller } }) => {
    const { id, message, expires_at } = await askToSign(context, member(caller), input);
    return { challenge_id: id, message, expires_at: expires_at.toISOString() };
  },
);
