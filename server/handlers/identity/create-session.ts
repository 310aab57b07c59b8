import { present } from '../../kit/assert.ts';
import * as identity from '../../modules/identity/index.ts';
import { shownAccount } from '../../views/accounts.ts';
import { os } from '../base.ts';
import { sessionCookie } from '../session-cookie.ts';

export const createSession = os.identity.createSession.handler(
  async ({ input, context: { context, caller, request, cookies } }) => {
    const proof = await identity.authenticate(context.db, input);
    const start = { proof, user_agent: request.user_agent, replaces: caller };
    const session = await context.database.inTransaction((tx) =>
      identity.startSession(tx, start, context.clock.now()),
    );
    cookies.set(sessionCookie(context, session));
    return shownAccount(
      present(await identity.accountById(context.db, proof.account_id), 'the account that signed in'),
    );
  },
);
