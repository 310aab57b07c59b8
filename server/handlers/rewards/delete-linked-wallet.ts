import { unlinkWallet } from '../../flows/unlink-wallet.ts';
import { asId, type WalletLinkId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteLinkedWallet = os.rewards.deleteLinkedWallet.handler(
  async ({ input, context: { context, caller } }) => {
    await unlinkWallet(context, member(caller), asId<WalletLinkId>(input.id));
    return { ended: true };
  },
);
