import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '../context.ts';
import type { Tx } from '../kit/database.ts';
import { readCookie } from '../kit/http/cookies.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { cookieName } from './session-cookie.ts';

/** Who makes a request. A key that does not work is refused; a session that has ended makes a visitor. */
export async function callerOf(context: Context, headers: IncomingHttpHeaders): Promise<identity.Caller> {
  const at = context.clock.now();
  if (headers.authorization !== undefined) {
    const [, secret = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization) ?? [];
    const found = (await identity.callerByKey(context.db, secret, at)) ?? refuse('NOT_SIGNED_IN');
    if (found.stale) await note(context, (tx) => identity.markKeyUsed(tx, found.key_id, at));
    return found.caller;
  }
  const token = readCookie(headers.cookie, cookieName(context));
  const found = token ? await identity.callerBySession(context.db, token, at) : null;
  const { session_id = null } = found?.caller ?? {};
  if (found?.stale && session_id) await note(context, (tx) => identity.markSeen(tx, session_id, at));
  return found?.caller ?? identity.nobody;
}

/** When somebody was last seen is good to know, and no reason to turn them away. */
async function note(context: Context, act: (tx: Tx) => Promise<void>): Promise<void> {
  await context.database.inTransaction(act).catch((error: unknown) => {
    context.log.warn({ err: error }, 'could not note that somebody was seen');
  });
}
