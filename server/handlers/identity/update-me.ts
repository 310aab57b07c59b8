import { changeProfile } from '../../flows/change-profile.ts';
import { shownAccount } from '../../views/accounts.ts';
import { member, os } from '../base.ts';

export const updateMe = os.identity.updateMe.handler(async ({ input, context: { context, caller } }) =>
  shownAccount(await changeProfile(context, member(caller), input)),
);
