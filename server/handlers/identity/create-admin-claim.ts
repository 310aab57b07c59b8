import { claimAdmin } from '../../flows/claim-admin.ts';
import { shownAccount } from '../../views/accounts.ts';
import { os } from '../base.ts';
import { sessionCookie } from '../session-cookie.ts';

export const createAdminClaim = os.identity.createAdminClaim.handler(
  async ({ input, context: { context, caller, request, cookies } }) => {
    const { account, session } = await claimAdmin(context, caller, input, request.user_agent);
    cookies.set(sessionCookie(context, session));
    return shownAccount(account);
  },
);
