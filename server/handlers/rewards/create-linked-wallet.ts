import { linkWallet } from '../../flows/link-wallet.ts';
import { asId, type WalletChallengeId } from '../../ids.ts';
import { shownWallet } from '../../views/rewards/linked-wallets.ts';
import { member, os } from '../base.ts';

export const createLinkedWallet = os.rewards.createLinkedWallet.handler(
  async ({ input: { challenge_id, signature }, context: { context, caller } }) => {
    const answer = { challenge_id: asId<WalletChallengeId>(challenge_id), signature };
    const link = await linkWallet(context, member(caller), answer);
    return shownWallet(link, context.clock.now());
  },
);
