import { type AccountId, newId } from '../../ids.ts';
import { digestOfSecret } from '../../kit/bearer-secrets.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import * as store from './store.ts';
import { newToken } from './tokens.ts';

export type LinkPurpose = 'email_verification' | 'password_reset' | 'admin_claim';

const HOUR = 3_600_000;
const LIFE_MS: Record<LinkPurpose, number> = {
  email_verification: 72 * HOUR,
  password_reset: HOUR,
  admin_claim: 24 * HOUR,
};

/** The token of a new link. Older links for the same purpose end. An admin claim belongs to nobody yet. */
export async function makeLink(
  tx: Tx,
  link:
    | { purpose: 'admin_claim'; account_id: null }
    | { purpose: Exclude<LinkPurpose, 'admin_claim'>; account_id: AccountId },
  at: Date,
): Promise<string> {
  const token = newToken();
  await store.spendOpenLinks(tx, link.purpose, link.account_id, at);
  await store.insertLink(tx, {
    id: newId(at),
    purpose: link.purpose,
    account_id: link.account_id,
    token_hash: digestOfSecret(token),
    created_at: at,
    expires_at: new Date(at.getTime() + LIFE_MS[link.purpose]),
  });
  return token;
}

const ASKED_FOR = { times: 3, in_ms: HOUR, apart_ms: 60_000 };

/**
 * Whether another reset letter may go out. Who asks is unknown, so that nobody's mailbox is filled by
 * strangers: three an hour, and none while the last is hardly under way, whose link goes on working.
 */
export async function mayAskForReset(tx: Tx, account_id: AccountId, at: Date): Promise<boolean> {
  const since = new Date(at.getTime() - ASKED_FOR.in_ms);
  const made = await store.linksSince(tx, 'password_reset', account_id, since);
  const [last] = made;
  if (last && at.getTime() - last.getTime() < ASKED_FOR.apart_ms) return false;
  return made.length < ASKED_FOR.times;
}

/** Uses a link up and answers whose it is; refuses one that is unknown, used or too old. */
export async function useLink(
  tx: Tx,
  link: { purpose: LinkPurpose; token: string },
  at: Date,
): Promise<AccountId | null> {
  const spent =
    (await store.spendLink(tx, link.purpose, digestOfSecret(link.token), at)) ?? refuse('LINK_EXPIRED');
  // whoever holds an older link of the same kind must not come after
  await store.spendOpenLinks(tx, link.purpose, spent.account_id, at);
  return spent.account_id;
}

/** The address behind a link, without using it up. */
export const linkAddress = (
  db: Db,
  link: { purpose: LinkPurpose; token: string },
  at: Date,
): Promise<string | null> => store.linkOwner(db, link.purpose, digestOfSecret(link.token), at);
