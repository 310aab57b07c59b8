import * as identity from '../../modules/identity/index.ts';
import { shownAccount } from '../../views/accounts.ts';
import { walletOf } from '../../views/wallet.ts';
import { os } from '../base.ts';

export const getMe = os.identity.getMe.handler(async ({ context: { context, caller } }) => {
  const { mode } = context.config;
  const account = caller.account && (await identity.accountById(context.db, caller.account.id));
  const leaving = account && (await identity.leavingOf(context.db, account.id));
  const wallet = account && (await walletOf(context, account.id));
  return {
    account: account && shownAccount(account),
    available_micros: wallet && wallet.available_micros,
    leaving: leaving && { due_at: leaving.due_at.toISOString() },
    mode,
    test_payments: mode === 'development',
  };
});
