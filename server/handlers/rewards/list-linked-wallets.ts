import { linkedWallets } from '../../views/rewards/linked-wallets.ts';
import { member, os } from '../base.ts';

export const listLinkedWallets = os.rewards.listLinkedWallets.handler(
  async ({ context: { context, caller } }) => linkedWallets(context, member(caller)),
);
