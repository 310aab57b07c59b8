import { signUp } from '../../flows/sign-up.ts';
import { shownAccount } from '../../views/accounts.ts';
import { os } from '../base.ts';
import { sessionCookie } from '../session-cookie.ts';

export const createSignUp = os.identity.createSignUp.handler(
  async ({ input, context: { context, caller, request, cookies } }) => {
    const { account, session } = await signUp(context, caller, input, request.user_agent);
    cookies.set(sessionCookie(context, session));
    return shownAccount(account);
  },
);
