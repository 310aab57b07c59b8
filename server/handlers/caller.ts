import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '../context.ts';
import { createBatcher, onePer } from '../kit/batcher.ts';
import type { Tx } from '../kit/database.ts';
import { readCookie } from '../kit/http/cookies.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';
import { cookieName } from './session-cookie.ts';

type Brought = Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>;
type Found = { caller: identity.Caller; note: ((tx: Tx) => Promise<void>) | null };

/** Who makes a request. A key that does not work is refused; a session that has ended makes a visitor. */
export async function callerOf(context: Context, headers: Brought): Promise<identity.Caller> {
  const { caller, note } = await find(context, headers);
  if (note) await tryTo(context, note);
  return caller;
}

/**
 * The same for a stream that is still open. Nobody is noted as seen: a page left open is nobody there. All that are
 * asked about in one turn are looked up together.
 */
export async function stillCallerOf(context: Context, headers: Brought): Promise<identity.Caller> {
  if (headers.authorization === undefined) {
    const token = readCookie(headers.cookie, cookieName(context));
    return (token && (await sessionsAgain(context).add(token))) || identity.nobody;
  }
  const secret = secretIn(headers.authorization);
  if (generation.isWorkerToken(secret)) return workerBy(context, secret);
  return (await keysAgain(context).add(secret)) ?? refuse('NOT_SIGNED_IN');
}

const LOOKED_UP_AT_ONCE = 500;
type LookUp = (
  db: Context['db'],
  secrets: readonly string[],
  at: Date,
) => Promise<Map<string, identity.Caller>>;

const inBatches = (lookUp: LookUp) =>
  onePer(({ db, clock }: Context) =>
    createBatcher<string, identity.Caller | null>({
      size_max: LOOKED_UP_AT_ONCE,
      async flush(secrets) {
        const found = await lookUp(db, secrets, clock.now());
        return secrets.map((secret) => ({ value: found.get(secret) ?? null }));
      },
    }),
  );
const sessionsAgain = inBatches(identity.callersBySessions);
const keysAgain = inBatches(identity.callersByKeys);

const secretIn = (authorization: string): string => /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';

async function find(context: Context, headers: Brought): Promise<Found> {
  const at = context.clock.now();
  if (headers.authorization !== undefined) {
    const secret = secretIn(headers.authorization);
    if (generation.isWorkerToken(secret)) return { caller: await workerBy(context, secret), note: null };
    const found = (await identity.callerByKey(context.db, secret, at)) ?? refuse('NOT_SIGNED_IN');
    const { caller, key_id, stale } = found;
    return { caller, note: stale ? (tx) => identity.markKeyUsed(tx, key_id, at) : null };
  }
  const token = readCookie(headers.cookie, cookieName(context));
  const found = token ? await identity.callerBySession(context.db, token, at) : null;
  const { caller = identity.nobody, stale = false } = found ?? {};
  const { session_id } = caller;
  return { caller, note: stale && session_id ? (tx) => identity.markSeen(tx, session_id, at) : null };
}

/** A worker is nobody but a worker: it has no account. */
async function workerBy(context: Context, token: string): Promise<identity.Caller> {
  const worker_id = (await generation.workerByToken(context.db, token)) ?? refuse('NOT_SIGNED_IN');
  return { ...identity.nobody, via: 'worker', worker_id };
}

/** When somebody was last seen is good to know, and no reason to turn them away. */
async function tryTo(context: Context, note: (tx: Tx) => Promise<void>): Promise<void> {
  await context.database.inTransaction(note).catch((error: unknown) => {
    context.log.warn({ err: error }, 'could not note that somebody was seen');
  });
}
