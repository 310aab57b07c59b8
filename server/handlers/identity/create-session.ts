import { present } from '../../kit/assert.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import * as identity from '../../modules/identity/index.ts';
import { shownAccount } from '../../views/accounts.ts';
import { os } from '../base.ts';
import { sessionCookie } from '../session-cookie.ts';
import { whenceOf } from '../whence.ts';

export const createSession = os.identity.createSession.handler(async ({ input, context: asked }) => {
  const { context, caller, request, cookies } = asked;
  const proof = await identity.authenticate(context.db, input);
  const start = { proof, user_agent: request.user_agent, replaces: caller };
  const whence = whenceOf(asked);
  const at = context.clock.now();
  const session = await context.database.inTransaction(async (tx) => {
    await campaigns.noteTrace(tx, proof.account_id, whence, at);
    return identity.startSession(tx, start, at);
  });
  cookies.set(sessionCookie(context, session));
  return shownAccount(
    present(await identity.accountById(context.db, proof.account_id), 'the account that signed in'),
  );
});
