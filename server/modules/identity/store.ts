import { sql } from 'kysely';
import { type AccountId, type ApiKeyId, asId, type SessionId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { insertAll } from '../../kit/insert-all.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import type { Account } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import type { LinkPurpose } from './links.ts';
import type { Mail } from './mail.ts';
import type { Role, Scope } from './policy.ts';
import type { Session } from './sessions.ts';

// --- accounts ---

type AccountRow = {
  id: AccountId;
  email: string;
  handle: string;
  display_name: string;
  bio: string;
  language: string | null;
  password_hash: string | null;
  email_verified_at: Date | null;
  created_at: Date;
};

/** False when e-mail or handle is taken; waits for a sign-up that is under way with the same. */
export async function insertAccount(tx: Tx, row: AccountRow): Promise<boolean> {
  const inserted = await tx
    .insertInto('identity.account')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

const ROLES_OF_ACCOUNT = sql<Role[]>`array(
  select held.role from identity.role held where held.account_id = account.id order by held.role)`;

const selectAccounts = (db: Db) =>
  db
    .selectFrom('identity.account as account')
    .where('account.banned_at', 'is', null)
    .where('account.left_at', 'is', null)
    .select([
      'account.id',
      'account.email',
      'account.handle',
      'account.display_name',
      'account.bio',
      'account.language',
      'account.created_at',
    ])
    .select(sql<boolean>`account.email_verified_at is not null`.as('email_verified'))
    .select(ROLES_OF_ACCOUNT.as('roles'));

const accountOf = (row: Omit<Account, 'id'> & { id: string }): Account => ({ ...row, id: asId(row.id) });

export async function accountWhere(db: Db, column: 'id' | 'handle', value: string): Promise<Account | null> {
  const row = await selectAccounts(db).where(`account.${column}`, '=', value).executeTakeFirst();
  return row ? accountOf(row) : null;
}

export async function accounts(
  db: Db,
  list: { search?: string | undefined; role?: Role | undefined; after: AccountId | null; limit: number },
): Promise<Account[]> {
  const { search, role, after } = list;
  let query = selectAccounts(db).orderBy('account.id', 'desc').limit(list.limit);
  if (after) query = query.where('account.id', '<', after);
  if (role) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('identity.role as held')
          .select('held.role')
          .whereRef('held.account_id', '=', 'account.id')
          .where('held.role', '=', role),
      ),
    );
  }
  if (search) {
    const like = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where((where) =>
      where.or([
        where('account.email', 'like', like),
        where('account.handle', 'like', like),
        where('account.display_name', 'ilike', like),
      ]),
    );
  }
  return (await query.execute()).map(accountOf);
}

/** Those of some accounts that nobody can sign in to: the house speaks for them. */
export async function houseAccountsAmong(db: Db, ids: readonly AccountId[]): Promise<Set<AccountId>> {
  const { rows } = await sql<{ id: AccountId }>`
    select id from identity.account where id = any(${[...ids]}::uuid[]) and password_hash is null
      and email like '%@house.invalid'`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Those of some accounts that were opened before then, are known by their e-mail and not banned. */
export async function verifiedAmong(
  db: Db,
  ids: readonly AccountId[],
  joined_before: Date,
): Promise<Set<AccountId>> {
  const { rows } = await sql<{ id: AccountId }>`
    select id from identity.account where id = any(${[...ids]}::uuid[])
      and created_at < ${joined_before} and email_verified_at is not null and banned_at is null`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Those of some accounts that hold one of these roles. */
export async function withRole(
  db: Db,
  ids: readonly AccountId[],
  roles: readonly string[],
): Promise<AccountId[]> {
  const { rows } = await sql<{ account_id: AccountId }>`
    select distinct account_id from identity.role
    where account_id = any(${[...ids]}::uuid[]) and role = any(${[...roles]}::text[])`.execute(db);
  return rows.map(({ account_id }) => account_id);
}

/** Members who joined since, with a password of their own and none of these roles, in the order of their ids. */
export async function membersAfter(
  db: Db,
  {
    joined_since,
    without_roles,
    after,
    limit,
  }: {
    joined_since: Date | null;
    without_roles: readonly string[];
    after: AccountId | null;
    limit: number;
  },
): Promise<AccountId[]> {
  const { rows } = await sql<{ id: AccountId }>`
    select a.id from identity.account a
    where a.password_hash is not null and a.banned_at is null
      and (${after}::uuid is null or a.id > ${after}::uuid)
      and (${joined_since}::timestamptz is null or a.created_at >= ${joined_since}::timestamptz)
      and not exists (select from identity.role r where r.account_id = a.id and r.role = any(${[...without_roles]}))
    order by a.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Names stay with what people made, so banned accounts are among them. */
export async function personsWhereId(db: Db, ids: readonly AccountId[]) {
  const rows = await db
    .selectFrom('identity.account')
    .select(['id', 'handle', 'display_name'])
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return rows.map((row) => ({ ...row, id: asId<AccountId>(row.id) }));
}

export async function namesOfCreators(db: Db) {
  const rows = await db
    .selectFrom('identity.role as held')
    .innerJoin('identity.account as account', 'account.id', 'held.account_id')
    .select(['account.id', 'account.handle', 'account.display_name'])
    .where('held.role', '=', 'creator')
    .execute();
  return rows.map((row) => ({ ...row, id: asId<AccountId>(row.id) }));
}

export async function accountIdByEmail(db: Db, email: string): Promise<AccountId | null> {
  const row = await db
    .selectFrom('identity.account')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirst();
  return row ? asId(row.id) : null;
}

export async function personWithPassword(
  db: Db,
  email: string,
): Promise<{ id: AccountId; email: string } | null> {
  const row = await passwordWhere(db, 'email', email);
  return row ? { id: row.id, email } : null;
}

export async function updateProfile(
  tx: Tx,
  id: AccountId,
  change: { display_name?: string; bio?: string; language?: string },
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tx.updateTable('identity.account').set(change).where('id', '=', id).execute();
}

export async function markEmailVerified(tx: Tx, id: AccountId, at: Date): Promise<void> {
  await tx
    .updateTable('identity.account')
    .set({ email_verified_at: at })
    .where('id', '=', id)
    .where('email_verified_at', 'is', null)
    .execute();
}

export async function bannedAmong(db: Db, ids: readonly AccountId[]): Promise<AccountId[]> {
  const rows = await db
    .selectFrom('identity.account')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('banned_at', 'is not', null)
    .execute();
  return rows.map(({ id }) => asId<AccountId>(id));
}

export async function markBanned(tx: Tx, id: AccountId, at: Date): Promise<void> {
  await tx.updateTable('identity.account').set({ banned_at: at }).where('id', '=', id).execute();
}

// --- roles ---

export async function insertRoles(
  tx: Tx,
  account_id: AccountId,
  roles: readonly Role[],
  at: Date,
  by: string,
): Promise<void> {
  await tx
    .insertInto('identity.role')
    .values(roles.map((role) => ({ account_id, role, granted_at: at, granted_by: by })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function deleteRole(tx: Tx, account_id: AccountId, role: Role): Promise<void> {
  await tx
    .deleteFrom('identity.role')
    .where('account_id', '=', account_id)
    .where('role', '=', role)
    .execute();
}

const selectAdmins = (db: Db) =>
  db
    .selectFrom('identity.role as held')
    .innerJoin('identity.account as account', 'account.id', 'held.account_id')
    .select('held.account_id')
    .where('held.role', '=', 'admin')
    .where('account.banned_at', 'is', null)
    .orderBy('held.account_id');

export async function adminIds(db: Db): Promise<AccountId[]> {
  return (await selectAdmins(db).execute()).map((row) => asId<AccountId>(row.account_id));
}

export async function lockAdmins(tx: Tx): Promise<AccountId[]> {
  const rows = await selectAdmins(tx).forUpdate('held').execute();
  return rows.map((row) => asId<AccountId>(row.account_id));
}

// --- passwords ---

export async function passwordWhere(
  db: Db,
  column: 'id' | 'email',
  value: string,
): Promise<{ id: AccountId; email: string; password_hash: string } | null> {
  const row = await db
    .selectFrom('identity.account')
    .select(['id', 'email', 'password_hash'])
    .where(column, '=', value)
    .where('banned_at', 'is', null)
    .executeTakeFirst();
  return row?.password_hash ? { id: asId(row.id), email: row.email, password_hash: row.password_hash } : null;
}

/** Holds the account as it is until the transaction ends; false when its password is no longer `password_hash`. */
export async function holdPassword(tx: Tx, id: AccountId, password_hash: string): Promise<boolean> {
  const row = await tx
    .selectFrom('identity.account')
    .select('id')
    .where('id', '=', id)
    .where('password_hash', '=', password_hash)
    .where('banned_at', 'is', null)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

export async function updatePassword(
  tx: Tx,
  id: AccountId,
  change: { from?: string; to: string },
): Promise<boolean> {
  let update = tx
    .updateTable('identity.account')
    .set({ password_hash: change.to })
    .where('id', '=', id)
    .where('password_hash', 'is not', null)
    .where('banned_at', 'is', null);
  if (change.from !== undefined) update = update.where('password_hash', '=', change.from);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

export async function setHousePassword(tx: Tx, id: AccountId, password_hash: string): Promise<void> {
  await tx
    .updateTable('identity.account')
    .set({ password_hash })
    .where('id', '=', id)
    .where('email', 'like', '%@house.invalid')
    .execute();
}

// --- sessions ---

export async function insertSession(
  tx: Tx,
  row: {
    id: SessionId;
    account_id: AccountId;
    token_hash: Buffer;
    created_at: Date;
    seen_at: Date;
    expires_at: Date;
    user_agent: string;
  },
): Promise<void> {
  await tx.insertInto('identity.session').values(row).execute();
}

const selectLiving = (db: Db, at: Date) =>
  db
    .selectFrom('identity.session as session')
    .innerJoin('identity.account as account', 'account.id', 'session.account_id')
    .select(['session.id as session_id', 'session.created_at', 'session.seen_at'])
    .select(['account.id', 'account.handle', 'account.display_name', ROLES_OF_ACCOUNT.as('roles')])
    .where('session.expires_at', '>', at)
    .where('account.banned_at', 'is', null);

const withIds = <Row extends { session_id: string; id: string }>(row: Row) => ({
  ...row,
  session_id: asId<SessionId>(row.session_id),
  id: asId<AccountId>(row.id),
});

export async function sessionByHash(db: Db, token_hash: Buffer, at: Date) {
  const row = await selectLiving(db, at).where('session.token_hash', '=', token_hash).executeTakeFirst();
  return row ? withIds(row) : null;
}

/** Digests in hexadecimal digits. */
export async function sessionsByHashes(db: Db, hashes: readonly string[], at: Date) {
  const rows = await selectLiving(db, at)
    .select('session.token_hash')
    .where('session.token_hash', 'in', unhexed(hashes))
    .execute();
  return rows.map(withIds);
}

const unhexed = (digests: readonly string[]) =>
  sql<Buffer>`(select decode(digest, 'hex') from unnest(${[...digests]}::text[]) digest)`;

export async function sessionsOf(db: Db, account_id: AccountId): Promise<Session[]> {
  const rows = await db
    .selectFrom('identity.session')
    .select(['id', 'created_at', 'seen_at', 'expires_at', 'user_agent'])
    .where('account_id', '=', account_id)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, id: asId<SessionId>(row.id) }));
}

export async function markSeen(tx: Tx, id: SessionId, at: Date, before: Date): Promise<void> {
  await tx
    .updateTable('identity.session')
    .set({ seen_at: at })
    .where('id', '=', id)
    .where('seen_at', '<', before)
    .execute();
}

export async function deleteSessions(
  tx: Tx,
  account_id: AccountId,
  which: { only?: SessionId; except?: SessionId } = {},
): Promise<number> {
  let gone = tx.deleteFrom('identity.session').where('account_id', '=', account_id);
  if (which.only) gone = gone.where('id', '=', which.only);
  if (which.except) gone = gone.where('id', '<>', which.except);
  return Number((await gone.executeTakeFirst()).numDeletedRows);
}

/** Keeps the newest `keep` of an account, and of those only what can still live. */
export async function trimSessions(tx: Tx, account_id: AccountId, keep: number, at: Date): Promise<void> {
  await sql`
    delete from identity.session where account_id = ${account_id} and (expires_at <= ${at} or id not in (
      select id from identity.session where account_id = ${account_id} order by id desc limit ${keep}))`.execute(
    tx,
  );
}

// --- one-time links ---

export async function insertLink(
  tx: Tx,
  row: {
    id: string;
    purpose: LinkPurpose;
    account_id: AccountId | null;
    token_hash: Buffer;
    created_at: Date;
    expires_at: Date;
  },
): Promise<void> {
  await tx.insertInto('identity.one_time_link').values(row).execute();
}

/** Ends the links that are still open for this purpose. */
export async function spendOpenLinks(
  tx: Tx,
  purpose: LinkPurpose,
  account_id: AccountId | null,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('identity.one_time_link')
    .set({ used_at: at })
    .where('purpose', '=', purpose)
    .where('account_id', account_id === null ? 'is' : '=', account_id)
    .where('used_at', 'is', null)
    .execute();
}

/** Of many who bring the same token at once, one gets the row. */
export async function spendLink(tx: Tx, purpose: LinkPurpose, token_hash: Buffer, at: Date) {
  const row = await tx
    .updateTable('identity.one_time_link')
    .set({ used_at: at })
    .where('token_hash', '=', token_hash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .returning('account_id')
    .executeTakeFirst();
  return row ? { account_id: row.account_id === null ? null : asId<AccountId>(row.account_id) } : null;
}

/** When links for this purpose were made, newest first. Holds the account, so that many at once see each other. */
export async function linksSince(
  tx: Tx,
  purpose: LinkPurpose,
  account_id: AccountId,
  since: Date,
): Promise<Date[]> {
  await tx
    .selectFrom('identity.account')
    .select('id')
    .where('id', '=', account_id)
    .forNoKeyUpdate()
    .execute();
  const rows = await tx
    .selectFrom('identity.one_time_link')
    .select('created_at')
    .where('purpose', '=', purpose)
    .where('account_id', '=', account_id)
    .where('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(({ created_at }) => created_at);
}

export async function linkOwner(
  db: Db,
  purpose: LinkPurpose,
  token_hash: Buffer,
  at: Date,
): Promise<string | null> {
  const row = await db
    .selectFrom('identity.one_time_link as link')
    .innerJoin('identity.account as account', 'account.id', 'link.account_id')
    .select('account.email')
    .where('link.token_hash', '=', token_hash)
    .where('link.purpose', '=', purpose)
    .where('link.used_at', 'is', null)
    .where('link.expires_at', '>', at)
    .executeTakeFirst();
  return row?.email ?? null;
}

// --- API keys ---

export async function insertKey(
  tx: Tx,
  row: ApiKey & { account_id: AccountId; secret_hash: Buffer },
): Promise<void> {
  await tx.insertInto('identity.api_key').values(row).execute();
}

const selectKeys = (db: Db, at: Date) =>
  db
    .selectFrom('identity.api_key as api_key')
    .where('api_key.revoked_at', 'is', null)
    .where('api_key.expires_at', '>', at);

export async function keysOf(db: Db, account_id: AccountId, at: Date): Promise<ApiKey[]> {
  const rows = await selectKeys(db, at)
    .select([
      'id',
      'name',
      'prefix',
      'created_at',
      'expires_at',
      'last_used_at',
      sql<Scope[]>`scopes`.as('scopes'),
    ])
    .where('account_id', '=', account_id)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, id: asId<ApiKeyId>(row.id) }));
}

const selectWorking = (db: Db, at: Date) =>
  selectKeys(db, at)
    .innerJoin('identity.account as account', 'account.id', 'api_key.account_id')
    .select(['api_key.id as key_id', 'api_key.last_used_at', sql<Scope[]>`api_key.scopes`.as('scopes')])
    .select(['account.id', 'account.handle', 'account.display_name', ROLES_OF_ACCOUNT.as('roles')])
    .where('account.banned_at', 'is', null);

const withKeyIds = <Row extends { key_id: string; id: string }>(row: Row) => ({
  ...row,
  key_id: asId<ApiKeyId>(row.key_id),
  id: asId<AccountId>(row.id),
});

export async function keyByHash(db: Db, secret_hash: Buffer, at: Date) {
  const row = await selectWorking(db, at).where('api_key.secret_hash', '=', secret_hash).executeTakeFirst();
  return row ? withKeyIds(row) : null;
}

/** Digests in hexadecimal digits. */
export async function keysByHashes(db: Db, hashes: readonly string[], at: Date) {
  const rows = await selectWorking(db, at)
    .select('api_key.secret_hash')
    .where('api_key.secret_hash', 'in', unhexed(hashes))
    .execute();
  return rows.map(withKeyIds);
}

export async function markKeyUsed(tx: Tx, id: ApiKeyId, at: Date, before: Date): Promise<void> {
  await tx
    .updateTable('identity.api_key')
    .set({ last_used_at: at })
    .where('id', '=', id)
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', before)]))
    .execute();
}

export async function markKeyRevoked(
  tx: Tx,
  account_id: AccountId,
  id: ApiKeyId,
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('identity.api_key')
    .set({ revoked_at: at })
    .where('account_id', '=', account_id)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function markKeysRevoked(tx: Tx, account_id: AccountId, at: Date): Promise<void> {
  await tx
    .updateTable('identity.api_key')
    .set({ revoked_at: at })
    .where('account_id', '=', account_id)
    .where('revoked_at', 'is', null)
    .execute();
}

// --- mail ---

export async function insertMails(tx: Tx, mails: readonly Mail[]): Promise<void> {
  await insertAll(
    tx,
    'identity.mail',
    mails.map(({ to, ...row }) => ({ ...row, recipient: to })),
  );
}

/** Where some people are written to and in which language; of who is not here any more nothing. */
export async function mailboxes(db: Db, ids: readonly AccountId[]): Promise<Mailbox[]> {
  const rows = await db
    .selectFrom('identity.account')
    .select(['id', 'email', 'language'])
    .where(isAnyOf('id', ids))
    .where('banned_at', 'is', null)
    .where('left_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, id: asId<AccountId>(row.id) }));
}
export type Mailbox = { id: AccountId; email: string; language: string | null };

export function mail(db: Db, after: string | null, limit: number): Promise<Mail[]> {
  let query = db
    .selectFrom('identity.mail')
    .select(['id', 'recipient as to', 'subject', 'text', 'link', 'at'])
    .orderBy('id', 'desc')
    .limit(limit);
  if (after) query = query.where('id', '<', after);
  return query.execute();
}

export async function lettersTo(
  db: Db,
  account_id: AccountId,
): Promise<Pick<Mail, 'id' | 'subject' | 'at'>[]> {
  return db
    .selectFrom('identity.mail as mail')
    .innerJoin('identity.account as account', 'account.email', 'mail.recipient')
    .select(['mail.id', 'mail.subject', 'mail.at'])
    .where('account.id', '=', account_id)
    .orderBy('mail.id')
    .execute();
}

// --- forgetting ---

/** Deletes what nothing can come of any more. */
export async function deleteEnded(tx: Tx, at: Date, mail_before: Date): Promise<void> {
  await tx.deleteFrom('identity.session').where('expires_at', '<=', at).execute();
  await tx.deleteFrom('identity.one_time_link').where('expires_at', '<=', at).execute();
  await tx.deleteFrom('identity.mail').where('at', '<', mail_before).execute();
}
