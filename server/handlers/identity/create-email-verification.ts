import { present } from '../../kit/assert.ts';
import * as identity from '../../modules/identity/index.ts';
import { os } from '../base.ts';

export const createEmailVerification = os.identity.createEmailVerification.handler(
  async ({ input, context: { context } }) => {
    const at = context.clock.now();
    return context.database.inTransaction(async (tx) => {
      const owner = await identity.useLink(tx, { purpose: 'email_verification', token: input.token }, at);
      const { email } = await identity.confirmEmail(tx, present(owner, 'the account of a link'), at);
      return { email };
    });
  },
);
