import { changeRole } from '../../flows/change-role.ts';
import { type AccountId, asId } from '../../ids.ts';
import { shownAccount } from '../../views/accounts.ts';
import { member, os } from '../base.ts';

export const revokeRole = os.identity.revokeRole.handler(async ({ input, context: { context, caller } }) => {
  const change = { do: 'revoke', account_id: asId<AccountId>(input.id), role: input.role } as const;
  return shownAccount(await changeRole(context, member(caller), change));
});
