import * as identity from '../../modules/identity/index.ts';
import { member, os } from '../base.ts';

export const listSessions = os.identity.listSessions.handler(async ({ context: { context, caller } }) => {
  const sessions = await identity.sessionsOf(context.db, member(caller), context.clock.now());
  return {
    items: sessions.map(({ id, user_agent, created_at, seen_at }) => ({
      id,
      current: id === caller.session_id,
      user_agent,
      created_at: created_at.toISOString(),
      seen_at: seen_at.toISOString(),
    })),
  };
});
