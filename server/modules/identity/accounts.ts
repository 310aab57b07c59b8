import type { KeyObject } from 'node:crypto';
import type { PersonRef } from '#api/base.ts';
import { type AccountId, newId } from '../../ids.ts';
import { assert, present } from '../../kit/assert.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { refuse } from '../../refuse.ts';
import {
  chosenHandle,
  cleanBio,
  cleanDisplayName,
  cleanEmail,
  handlesFor,
  skeleton,
  tooClose,
} from './names.ts';
import { formerAmong } from './leaving.ts';
import { isStaff, type Role } from './policy.ts';
import { endSessions } from './sessions.ts';
import * as store from './store.ts';

export type Account = {
  id: AccountId;
  email: string;
  email_verified: boolean;
  handle: string;
  display_name: string;
  bio: string;
  /** Which letters to them follow; null: never chosen. */
  language: string | null;
  roles: Role[];
  created_at: Date;
};

export type Opening = {
  email: string;
  password_hash: string;
  display_name: string;
  /** Left out: made from the display name. */
  handle?: string | undefined;
  language?: string | undefined;
  roles?: Role[];
  email_verified?: boolean;
  /** Finds out which handles belonged to somebody who left: nobody else takes those. */
  former_key?: KeyObject | undefined;
};

/** Opens an account. A person who signs up is a member. */
export async function openAccount(tx: Tx, opening: Opening, at: Date): Promise<Account> {
  const roles = opening.roles ?? ['member'];
  const person = {
    id: newId<AccountId>(at),
    email: cleanEmail(opening.email),
    display_name: cleanDisplayName(opening.display_name, roles),
    bio: '',
    language: opening.language ?? null,
    password_hash: opening.password_hash,
    email_verified_at: opening.email_verified ? at : null,
    created_at: at,
  };
  const wanted =
    opening.handle === undefined ? handlesFor(person.display_name) : [chosenHandle(opening.handle)];
  const known = await looksOfCreators(tx);
  if (known.has(skeleton(person.display_name))) tooClose();
  const { former_key } = opening;
  if (former_key && (await formerAmong(tx, former_key, 'barred', [person.email])).size > 0)
    refuse('EMAIL_TAKEN');
  const former = former_key ? await formerAmong(tx, former_key, 'handle', wanted) : new Set<string>();
  for (const handle of wanted.filter((one) => !known.has(skeleton(one)) && !former.has(one))) {
    if (await store.insertAccount(tx, { ...person, handle })) {
      await store.insertRoles(tx, person.id, roles, at, 'sign-up');
      return present(await accountById(tx, person.id), 'the account just opened');
    }
    if (await store.accountIdByEmail(tx, person.email)) refuse('EMAIL_TAKEN');
  }
  return refuse('HANDLE_TAKEN');
}

/**
 * What the names of creators look like: nobody else may pass for them. Reads them all, which is some
 * milliseconds for ten thousand, and only where somebody takes a name.
 */
async function looksOfCreators(tx: Tx, but?: AccountId): Promise<Set<string>> {
  const creators = await store.namesOfCreators(tx);
  const others = creators.filter(({ id }) => id !== but);
  return new Set(others.flatMap(({ handle, display_name }) => [skeleton(handle), skeleton(display_name)]));
}

export async function accountByEmail(db: Db, email: string): Promise<Account | null> {
  const id = await store.accountIdByEmail(db, email.trim().toLowerCase());
  return id && accountById(db, id);
}

/** An account of the house: it creates models and nobody signs in to it. Opening it again answers the one there is. */
export async function openHouseAccount(
  tx: Tx,
  house: { handle: string; display_name: string; bio: string },
  at: Date,
): Promise<Account> {
  const email = `${house.handle}@house.invalid`;
  const id = newId<AccountId>(at);
  const row = {
    ...house,
    id,
    email,
    language: null,
    password_hash: null,
    email_verified_at: null,
    created_at: at,
  };
  if (await store.insertAccount(tx, row)) await store.insertRoles(tx, id, ['member', 'creator'], at, 'house');
  const account = present(await accountByHandle(tx, house.handle), `house account ${house.handle}`);
  assert(account.email === email, `the handle ${house.handle} belongs to somebody else`);
  return account;
}

/** Lets somebody sign in to an account of the house: for the demo world, whose creators are played by people. */
export const openHouseToSignIn = (tx: Tx, id: AccountId, password_hash: string): Promise<void> =>
  store.setHousePassword(tx, id, password_hash);

export async function changeProfile(
  tx: Tx,
  id: AccountId,
  change: { display_name?: string | undefined; bio?: string | undefined; language?: string | undefined },
): Promise<Account> {
  const { roles, display_name: before } = present(await accountById(tx, id), 'the account of the caller');
  const display_name =
    change.display_name === undefined ? before : cleanDisplayName(change.display_name, roles);
  // a name that somebody already has stays theirs, whoever became a creator since
  if (display_name !== before && (await looksOfCreators(tx, id)).has(skeleton(display_name))) tooClose();
  await store.updateProfile(tx, id, {
    display_name,
    ...(change.bio === undefined ? {} : { bio: cleanBio(change.bio) }),
    ...(change.language === undefined ? {} : { language: change.language }),
  });
  return present(await accountById(tx, id), 'the account of the caller');
}

/** Gives a role. Who rises to staff signs in again: their old sessions were made to live longer. */
export async function grantRole(
  tx: Tx,
  grant: { account_id: AccountId; role: Role; by: string },
  at: Date,
): Promise<Account> {
  const before = (await accountById(tx, grant.account_id)) ?? refuse('NOT_FOUND');
  await store.insertRoles(tx, before.id, [grant.role], at, grant.by);
  if (isStaff([grant.role]) && !isStaff(before.roles)) await endSessions(tx, before.id);
  return present(await accountById(tx, before.id), 'the account that got a role');
}

export async function revokeRole(
  tx: Tx,
  { account_id, role }: { account_id: AccountId; role: Role },
): Promise<Account> {
  const account = (await accountById(tx, account_id)) ?? refuse('NOT_FOUND');
  if (role === 'admin' && account.roles.includes('admin')) {
    // two admins who leave at once must not both find the other still there
    const admins = await store.lockAdmins(tx);
    if (admins.every((id) => id === account_id)) refuse('LAST_ADMIN');
  }
  await store.deleteRole(tx, account_id, role);
  return present(await accountById(tx, account_id), 'the account that lost a role');
}

/** Shuts somebody out: sessions end now, keys and passwords no longer open anything. */
export async function banAccount(tx: Tx, id: AccountId, at: Date): Promise<void> {
  await store.markBanned(tx, id, at);
  await endSessions(tx, id);
}

export const confirmEmail = async (tx: Tx, id: AccountId, at: Date): Promise<Account> => {
  await store.markEmailVerified(tx, id, at);
  return present(await accountById(tx, id), 'the account of a link');
};

export const accountById = (db: Db, id: AccountId): Promise<Account | null> =>
  store.accountWhere(db, 'id', id);
export const accountByHandle = (db: Db, handle: string): Promise<Account | null> =>
  store.accountWhere(db, 'handle', handle);

/** The names to show beside what people made. */
export async function accountsByIds(db: Db, ids: readonly AccountId[]): Promise<Map<AccountId, PersonRef>> {
  if (ids.length === 0) return new Map();
  const rows = await store.personsWhereId(db, [...new Set(ids)]);
  return new Map(rows.map(({ id, handle, display_name }) => [id, { handle, display_name }]));
}

/** Newest first; `after` is the id of the last one seen. */
export const listAccounts = (
  db: Db,
  list: { search?: string | undefined; role?: Role | undefined; after: AccountId | null; limit: number },
): Promise<Account[]> => store.accounts(db, list);

export async function isLastAdmin(db: Db, id: AccountId): Promise<boolean> {
  const admins = await store.adminIds(db);
  return admins.length === 1 && admins[0] === id;
}

export const hasAdmin = async (db: Db): Promise<boolean> => (await store.adminIds(db)).length > 0;

/** Where a reset link would go: nobody for unknown addresses, banned people and house accounts. */
export const resetAddress = (db: Db, email: string): Promise<{ id: AccountId; email: string } | null> =>
  store.personWithPassword(db, cleanEmail(email));
