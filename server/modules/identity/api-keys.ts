import { type AccountId, type ApiKeyId, newId } from '../../ids.ts';
import { digestOfSecret, isBearerSecret, newBearerSecret, shownPart } from '../../kit/bearer-secrets.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import { cleanName } from './names.ts';
import { type Caller, KEYS_MAX, nobody, type Scope, SEEN_EVERY_MS } from './policy.ts';
import * as store from './store.ts';

export type ApiKey = {
  id: ApiKeyId;
  name: string;
  /** The first characters of the secret, to recognise the key by. */
  prefix: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
};

/** Makes a key. The secret is in the answer and nowhere else. */
export async function makeKey(
  tx: Tx,
  key: { account_id: AccountId; name: string; scopes: readonly Scope[]; expires_at: Date },
  at: Date,
): Promise<{ api_key: ApiKey; secret: string }> {
  const { account_id, expires_at } = key;
  const name = cleanName(key.name, 'name');
  if ((await store.keysOf(tx, account_id, at)).length >= KEYS_MAX) {
    refuse('INVALID_INPUT', {
      issues: [{ path: 'name', message: `An account has at most ${KEYS_MAX} keys. Revoke one first.` }],
    });
  }
  const secret = newBearerSecret(PREFIX);
  const api_key: ApiKey = {
    id: newId(at),
    name,
    prefix: shownPart(secret),
    scopes: [...new Set(key.scopes)],
    created_at: at,
    expires_at,
    last_used_at: null,
  };
  await store.insertKey(tx, { ...api_key, account_id, secret_hash: digestOfSecret(secret) });
  return { api_key, secret };
}

/** Whose key this is. `stale`: it is time to note that it was used. */
export async function callerByKey(
  db: Db,
  secret: string,
  at: Date,
): Promise<{ caller: Caller; key_id: ApiKeyId; stale: boolean } | null> {
  if (!isBearerSecret(PREFIX, secret)) return null;
  const row = await store.keyByHash(db, digestOfSecret(secret), at);
  if (!row) return null;
  const { key_id, last_used_at } = row;
  return {
    caller: callerOf(row),
    key_id,
    stale: last_used_at === null || at.getTime() - last_used_at.getTime() >= SEEN_EVERY_MS,
  };
}

/** The same for many secrets at once; what is no key that works is not among them. */
export async function callersByKeys(
  db: Db,
  secrets: readonly string[],
  at: Date,
): Promise<Map<string, Caller>> {
  const hashes = new Map(
    secrets
      .filter((secret) => isBearerSecret(PREFIX, secret))
      .map((secret) => [digestOfSecret(secret).toString('hex'), secret]),
  );
  const rows = await store.keysByHashes(db, [...hashes.keys()], at);
  return new Map(rows.map((row) => [hashes.get(row.secret_hash.toString('hex')) ?? '', callerOf(row)]));
}

const callerOf = ({
  id,
  handle,
  display_name,
  roles,
  scopes,
  key_id,
}: NonNullable<Awaited<ReturnType<typeof store.keyByHash>>>): Caller => ({
  ...nobody,
  account: { id, handle, display_name, roles },
  via: 'api_key',
  api_key_id: key_id,
  scopes,
});

export const markKeyUsed = (tx: Tx, id: ApiKeyId, at: Date): Promise<void> =>
  store.markKeyUsed(tx, id, at, new Date(at.getTime() - SEEN_EVERY_MS + 1));

/** The keys that still work, newest first. */
export const keysOf = (db: Db, account_id: AccountId, at: Date): Promise<ApiKey[]> =>
  store.keysOf(db, account_id, at);

/** False when there is no such key, or it is somebody else's. */
export const revokeKey = (tx: Tx, account_id: AccountId, id: ApiKeyId, at: Date): Promise<boolean> =>
  store.markKeyRevoked(tx, account_id, id, at);

/** Ends them all: whoever knew the password could have made some. */
export const revokeKeys = (tx: Tx, account_id: AccountId, at: Date): Promise<void> =>
  store.markKeysRevoked(tx, account_id, at);

/** What its secrets begin with. */
const PREFIX = 'stk';
