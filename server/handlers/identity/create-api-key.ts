import { audit } from '../../kit/audit.ts';
import { DAY_MS } from '../../kit/clock.ts';
import * as identity from '../../modules/identity/index.ts';
import { shownKey } from '../../views/api-keys.ts';
import { member, os } from '../base.ts';

export const createApiKey = os.identity.createApiKey.handler(
  async ({ input, context: { context, caller } }) => {
    const at = context.clock.now();
    const account_id = member(caller);
    await identity.checkPassword(context.db, account_id, input.password);
    const expires_at = new Date(at.getTime() + input.expires_in_days * DAY_MS);
    return context.database.inTransaction(async (tx) => {
      const { name, scopes } = input;
      const { api_key, secret } = await identity.makeKey(tx, { account_id, name, scopes, expires_at }, at);
      await audit(tx, {
        at,
        actor: account_id,
        act: 'api_key.create',
        subject: api_key.id,
        detail: { scopes },
      });
      return { api_key: shownKey(api_key), secret };
    });
  },
);
