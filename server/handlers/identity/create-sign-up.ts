import { signUp } from '../../flows/sign-up.ts';
import { shownAccount } from '../../views/accounts.ts';
import { os } from '../base.ts';
import { sessionCookie } from '../session-cookie.ts';
import { whenceOf } from '../whence.ts';

export const createSignUp = os.identity.createSignUp.handler(async ({ input, context: asked }) => {
  const { context, caller, request, cookies } = asked;
  const from = { user_agent: request.user_agent, whence: whenceOf(asked) };
  const { account, session } = await signUp(context, caller, input, from);
  cookies.set(sessionCookie(context, session));
  return shownAccount(account);
});
