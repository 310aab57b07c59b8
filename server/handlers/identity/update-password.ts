import { changePassword } from '../../flows/change-password.ts';
import { member, os } from '../base.ts';
import { sessionCookie } from '../session-cookie.ts';

export const updatePassword = os.identity.updatePassword.handler(
  async ({ input, context: { context, caller, request, cookies } }) => {
    const { session, sessions_ended } = await changePassword(
      context,
      member(caller),
      input,
      request.user_agent,
    );
    cookies.set(sessionCookie(context, session));
    return { sessions_ended };
  },
);
