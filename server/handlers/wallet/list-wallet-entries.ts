import { walletEntries } from '../../views/wallet.ts';
import { member, os } from '../base.ts';

export const listWalletEntries = os.wallet.listWalletEntries.handler(
  ({ input, context: { context, caller } }) => walletEntries(context, member(caller), input),
);
