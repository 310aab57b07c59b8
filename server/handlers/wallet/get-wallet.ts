import { walletOf } from '../../views/wallet.ts';
import { member, os } from '../base.ts';

export const getWallet = os.wallet.getWallet.handler(({ context: { context, caller } }) =>
  walletOf(context, member(caller)),
);
