import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { LEAVING_DAYS, NAME_OF_WHO_LEFT } from '#api/identity/leaving-words.ts';
import { type AccountId, asId, type LeavingId, newId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { DAY_MS } from '../../kit/clock.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { refuse } from '../../refuse.ts';
import { leavingMachine, type LeavingState } from './leaving-machine.ts';
import type { Proof } from './passwords.ts';
import { deleteSessions, holdPassword, markKeysRevoked, spendOpenLinks } from './store.ts';

/** From asking to the end. */
export const LEAVING_MS = LEAVING_DAYS * DAY_MS;

export type Leaving = {
  id: LeavingId;
  account_id: AccountId;
  state: LeavingState;
  asked_at: Date;
  due_at: Date;
  going_at: Date | null;
};

const leavings = (db: Db) =>
  db.selectFrom('identity.leaving').select(['id', 'account_id', 'state', 'asked_at', 'due_at', 'going_at']);
type Row = Awaited<ReturnType<ReturnType<typeof leavings>['executeTakeFirstOrThrow']>>;
const isState = (state: string): state is LeavingState => Object.hasOwn(leavingMachine.states, state);
function read({ state, ...row }: Row): Leaving {
  if (!isState(state)) throw new Error(`no leaving is ${state}`);
  return { ...row, state, id: asId<LeavingId>(row.id), account_id: asId<AccountId>(row.account_id) };
}

/** Somebody's wish to leave, unless they took it back. */
export async function leavingOf(db: Db, account_id: AccountId): Promise<Leaving | null> {
  const row = await leavings(db)
    .where('account_id', '=', account_id)
    .where('state', '<>', 'stayed')
    .executeTakeFirst();
  return row ? read(row) : null;
}

export async function leavingById(db: Db, id: LeavingId): Promise<Leaving | undefined> {
  const row = await leavings(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/**
 * Writes down that somebody leaves, on the proof that it is them: API keys and every other session end at once, so that
 * nothing goes on in their name that they do not do themselves.
 */
export async function askToLeave(
  tx: Tx,
  { proof, session_id }: { proof: Proof; session_id: string | null },
  at: Date,
): Promise<Leaving> {
  const { account_id, password_hash } = proof;
  // whoever asks at the same moment in another window waits here
  await tx.selectFrom('identity.account').select('id').where('id', '=', account_id).forUpdate().execute();
  if (!(await holdPassword(tx, account_id, password_hash))) refuse('WRONG_CREDENTIALS');
  if (await leavingOf(tx, account_id)) refuse('LEAVING_ALREADY');
  const id = newId<LeavingId>(at);
  const due_at = new Date(at.getTime() + LEAVING_MS);
  await tx
    .insertInto('identity.leaving')
    .values({ id, account_id, state: leavingMachine.begins, asked_at: at, due_at })
    .execute();
  await begin(tx, leavingMachine, { id, by: { id: account_id, as: 'member' }, at });
  await markKeysRevoked(tx, account_id, at);
  await deleteSessions(tx, account_id, session_id ? { except: asId(session_id) } : {});
  return { id, account_id, state: 'waiting', asked_at: at, due_at, going_at: null };
}

type Moved = { id: LeavingId; by: Actor; at: Date };

export async function stay(tx: Tx, { id, by, at }: Moved): Promise<void> {
  await takeStep(tx, leavingMachine, 'stay', { id, by, at, set: { ended_at: at } });
}

export async function putOffLeaving(tx: Tx, { id, by, at }: Moved, due_at: Date): Promise<void> {
  await takeStep(tx, leavingMachine, 'put_off', { id, by, at, set: { due_at } });
}

/** From here on there is no way back: nobody signs in, by whatever they hold. */
export async function letGo(
  tx: Tx,
  { account_id, id, by, at }: Moved & { account_id: AccountId },
): Promise<void> {
  await takeStep(tx, leavingMachine, 'go', { id, by, at, set: { going_at: at } });
  await tx
    .updateTable('identity.account')
    .set({ password_hash: null })
    .where('id', '=', account_id)
    .execute();
  await deleteSessions(tx, account_id);
  await markKeysRevoked(tx, account_id, at);
  for (const purpose of ['email_verification', 'password_reset'] as const)
    await spendOpenLinks(tx, purpose, account_id, at);
}

/** Those who go since before `since`, the first before the others. */
export async function leavingUnderWay(db: Db, since: Date): Promise<Leaving[]> {
  const rows = await leavings(db)
    .where('state', '=', 'going')
    .where('going_at', '<=', since)
    .orderBy('going_at')
    .execute();
  return rows.map(read);
}

/** What is left of somebody: a number and a pseudonym. Answers how they were called, for the last letter. */
export async function becomeNobody(
  tx: Tx,
  { id, account_id, by, at, key }: Moved & { account_id: AccountId; key: KeyObject },
): Promise<{ email: string; display_name: string; language: string | null }> {
  await takeStep(tx, leavingMachine, 'end', { id, by, at, set: { ended_at: at } });
  const { email, handle, display_name, language, banned_at } = await tx
    .selectFrom('identity.account')
    .select(['email', 'handle', 'display_name', 'language', 'banned_at'])
    .where('id', '=', account_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('identity.former_name')
    .values([
      { kind: 'email', digest: digestOfName(key, 'email', email), left_at: at },
      { kind: 'handle', digest: digestOfName(key, 'handle', handle), left_at: at },
      ...(banned_at ? [{ kind: 'barred', digest: digestOfName(key, 'barred', email), left_at: at }] : []),
    ])
    .onConflict((conflict) => conflict.columns(['kind', 'digest']).doUpdateSet({ left_at: at }))
    .execute();
  const nobody = `left-${randomBytes(5).toString('hex')}`;
  await tx
    .updateTable('identity.account')
    .set({
      ...{ email: `${nobody}@left.invalid`, handle: nobody, display_name: NAME_OF_WHO_LEFT, bio: '' },
      language: null,
      ...{ password_hash: null, left_at: at },
    })
    .where('id', '=', account_id)
    .execute();
  await tx.deleteFrom('identity.mail').where('recipient', '=', email).execute();
  // letters to others that call them by their name
  const called = `(?<!\\w)${display_name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`;
  await sql`
    update identity.mail set subject = regexp_replace(subject, ${called}, ${NAME_OF_WHO_LEFT}, 'g'),
      text = regexp_replace(text, ${called}, ${NAME_OF_WHO_LEFT}, 'g')
    where position(${display_name} in subject || ' ' || text) > 0`.execute(tx);
  return { email, display_name, language };
}

/** Those of some accounts who left. */
export async function leftAmong(db: Db, ids: readonly AccountId[]): Promise<Set<AccountId>> {
  const { rows } = await sql<{ id: AccountId }>`
    select id from identity.account where id = any(${[...ids]}::uuid[]) and left_at is not null`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

// names that are not given out again ---------------------------------------------------------------------------------

type NameKind = 'email' | 'handle' | 'barred';

const digestOfName = (key: KeyObject, kind: NameKind, name: string): Buffer =>
  createHmac('sha256', key).update(`${kind}:${name.toLowerCase()}`).digest();

/** Which of these belonged to somebody who left; `barred`: and was banned. */
export async function formerAmong(
  db: Db,
  key: KeyObject,
  kind: NameKind,
  names: readonly string[],
): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const of = new Map(names.map((name) => [digestOfName(key, kind, name).toString('hex'), name]));
  const { rows } = await sql<{ digest: string }>`
    select encode(digest, 'hex') as digest from identity.former_name
    where kind = ${kind} and digest in (select decode(d, 'hex') from unnest(${[...of.keys()]}::text[]) d)`.execute(
    db,
  );
  return new Set(rows.flatMap(({ digest }) => of.get(digest) ?? []));
}

/** Addresses are forgotten in this form as well, after so long. Handles are not: links to them lie about for good. */
const ADDRESS_DAYS = 2 * 365;

export async function forgetFormerAddresses(tx: Tx, at: Date): Promise<void> {
  await tx
    .deleteFrom('identity.former_name')
    .where('kind', '=', 'email')
    .where('left_at', '<', new Date(at.getTime() - ADDRESS_DAYS * DAY_MS))
    .execute();
}
