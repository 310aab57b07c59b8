import * as identity from '../../modules/identity/index.ts';
import { shownAccount } from '../../views/accounts.ts';
import { member, os } from '../base.ts';

export const updateMe = os.identity.updateMe.handler(async ({ input, context: { context, caller } }) => {
  const me = member(caller);
  return shownAccount(await context.database.inTransaction((tx) => identity.changeProfile(tx, me, input)));
});
