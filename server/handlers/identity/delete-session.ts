import { asId, type SessionId } from '../../ids.ts';
import * as identity from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import { member, os } from '../base.ts';
import { endedCookie } from '../session-cookie.ts';

export const deleteSession = os.identity.deleteSession.handler(
  async ({ input, context: { context, caller, cookies } }) => {
    const me = member(caller);
    const id = input.id === 'current' ? caller.session_id : asId<SessionId>(input.id);
    const ended =
      id !== null && (await context.database.inTransaction((tx) => identity.endSession(tx, me, id)));
    if (!ended) refuse('NOT_FOUND');
    if (id === caller.session_id) cookies.set(endedCookie(context));
    return { ended: true };
  },
);
