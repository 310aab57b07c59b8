import { resetPassword } from '../../flows/change-password.ts';
import { os } from '../base.ts';

export const updatePasswordReset = os.identity.updatePasswordReset.handler(
  async ({ input, context: { context } }) => {
    await resetPassword(context, input);
    return { reset: true };
  },
);
