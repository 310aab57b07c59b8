import { type AccountId, newId, type SessionId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { digestOfSecret } from '../../kit/bearer-secrets.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { forgetFormerAddresses } from './leaving.ts';
import type { Proof } from './passwords.ts';
import { type Caller, nobody, SEEN_EVERY_MS, sessionEnd, sessionEndAtMost } from './policy.ts';
import * as store from './store.ts';
import { newToken } from './tokens.ts';

export type Session = {
  id: SessionId;
  created_at: Date;
  seen_at: Date;
  expires_at: Date;
  user_agent: string;
};

/** `token` is what the cookie carries; it is kept nowhere. */
export type NewSession = { id: SessionId; token: string; expires_at: Date };

/** Somebody signed in on more devices than this has forgotten the oldest. */
const SESSIONS_MAX = 50;
const USER_AGENT_CHARS = 300;

/**
 * Begins a session for who proved to be the account, in place of the one that the browser may have had. The proof is checked again here, in the
 * transaction, so that a sign-in which was under way while the password changed opens nothing.
 */
export async function startSession(
  tx: Tx,
  start: { proof: Proof; user_agent: string; replaces?: Caller },
  at: Date,
): Promise<NewSession> {
  const { account_id, password_hash } = start.proof;
  if (!(await store.holdPassword(tx, account_id, password_hash))) refuse('WRONG_CREDENTIALS');
  const { roles } = present(await store.accountWhere(tx, 'id', account_id), 'the account that signs in');
  const token = newToken();
  const session = {
    id: newId<SessionId>(at),
    created_at: at,
    seen_at: at,
    expires_at: sessionEndAtMost(at, roles),
  };
  const user_agent = start.user_agent.slice(0, USER_AGENT_CHARS);
  const { account: before = null, session_id = null } = start.replaces ?? {};
  if (before && session_id) await store.deleteSessions(tx, before.id, { only: session_id });
  await store.insertSession(tx, { ...session, account_id, token_hash: digestOfSecret(token), user_agent });
  await store.trimSessions(tx, account_id, SESSIONS_MAX, at);
  return { id: session.id, token, expires_at: session.expires_at };
}

/** Whose session this token is. `stale`: it is time to note that it was seen. */
export async function callerBySession(
  db: Db,
  token: string,
  at: Date,
): Promise<{ caller: Caller; stale: boolean } | null> {
  const row = await store.sessionByHash(db, digestOfSecret(token), at);
  if (!row || !lives(row, at)) return null;
  return { caller: callerOf(row), stale: at.getTime() - row.seen_at.getTime() >= SEEN_EVERY_MS };
}

/** The same for many tokens at once; what belongs to no session that lives is not among them. */
export async function callersBySessions(
  db: Db,
  tokens: readonly string[],
  at: Date,
): Promise<Map<string, Caller>> {
  const hashes = new Map(tokens.map((token) => [digestOfSecret(token).toString('hex'), token]));
  const rows = await store.sessionsByHashes(db, [...hashes.keys()], at);
  return new Map(
    rows
      .filter((row) => lives(row, at))
      .map((row) => [hashes.get(row.token_hash.toString('hex')) ?? '', callerOf(row)]),
  );
}

type Row = NonNullable<Awaited<ReturnType<typeof store.sessionByHash>>>;

const lives = (row: Row, at: Date) => sessionEnd(row, row.roles) > at;

const callerOf = ({ id, handle, display_name, roles, session_id }: Row): Caller => ({
  ...nobody,
  account: { id, handle, display_name, roles },
  via: 'session',
  session_id,
});

export const markSeen = (tx: Tx, id: SessionId, at: Date): Promise<void> =>
  store.markSeen(tx, id, at, new Date(at.getTime() - SEEN_EVERY_MS + 1));

/** The sessions that still live, newest first. */
export async function sessionsOf(db: Db, account_id: AccountId, at: Date): Promise<Session[]> {
  const account = present(await store.accountWhere(db, 'id', account_id), 'the account of the caller');
  const sessions = await store.sessionsOf(db, account_id);
  return sessions.filter((session) => session.expires_at > at && sessionEnd(session, account.roles) > at);
}

/** False when there is no such session, or it is somebody else's. */
export const endSession = async (tx: Tx, account_id: AccountId, id: SessionId): Promise<boolean> =>
  (await store.deleteSessions(tx, account_id, { only: id })) === 1;

/** Ends them all, or all but one, and answers how many that were. */
export const endSessions = (tx: Tx, account_id: AccountId, but?: SessionId): Promise<number> =>
  store.deleteSessions(tx, account_id, but ? { except: but } : {});

const MAIL_DAYS = 30;

/** Deletes ended sessions, links past their time, old mail and addresses of those who left long ago; for a daily job. */
export async function forgetEnded(tx: Tx, at: Date): Promise<void> {
  await store.deleteEnded(tx, at, new Date(at.getTime() - MAIL_DAYS * 24 * 3_600_000));
  await forgetFormerAddresses(tx, at);
}
