import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../../tests/setup/database.ts';
import type { AccountId } from '../../ids.ts';
import { type Database, openDatabase } from '../../kit/database.ts';
import { present } from '../../kit/assert.ts';
import * as identity from './index.ts';
import { sessionEnd } from './policy.ts';

const at = new Date('2026-11-22T10:00:00Z');
const later = (ms: number) => new Date(at.getTime() + ms);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PASSWORD = 'seven lamps on a pier';

let fresh: FreshDatabase;
let database: Database;
let hash: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
  hash = await identity.hashNewPassword(PASSWORD, 'nobody@example.com');
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

let people = 0;
const somebody = (more: Partial<Parameters<typeof identity.openAccount>[1]> = {}) => {
  people += 1;
  const opening = {
    email: `person${people}@example.com`,
    password_hash: hash,
    display_name: `Person ${people}`,
    ...more,
  };
  return database.inTransaction((tx) => identity.openAccount(tx, opening, at));
};
const signIn = (account_id: AccountId, when = at) =>
  database.inTransaction((tx) =>
    identity.startSession(tx, { proof: { account_id, password_hash: hash }, user_agent: 'test' }, when),
  );
const refused = (code: string) => expect.objectContaining({ code });

describe('accounts', () => {
  test('e-mail and handle belong to one account, whatever the case', async () => {
    const ada = await somebody({ email: 'Ada@Example.com', display_name: 'Ada', handle: 'ada-l' });
    expect(ada).toMatchObject({
      email: 'ada@example.com',
      handle: 'ada-l',
      roles: ['member'],
      email_verified: false,
    });
    await expect(somebody({ email: 'ADA@example.com' })).rejects.toEqual(refused('EMAIL_TAKEN'));
    await expect(somebody({ handle: 'ada-l' })).rejects.toEqual(refused('HANDLE_TAKEN'));
    await expect(somebody({ email: 'x@house.invalid' })).rejects.toEqual(refused('INVALID_INPUT'));
  });

  test('many who want the same name at once all get a handle of their own', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 12 }, () => somebody({ display_name: 'Zoë Ångström' })),
    );
    const handles = new Set(crowd.map((account) => account.handle));
    expect(handles.size).toBe(12);
    expect(handles).toContain('zoe-angstrom');
  });

  test('a house account opens once and nobody signs in to it', async () => {
    const house = { handle: 'stellary-studio', display_name: 'Stellary Studio', bio: 'The house.' };
    const open = () => database.inTransaction((tx) => identity.openHouseAccount(tx, house, at));
    const [one, two] = await Promise.all([open(), open()]);
    expect(two.id).toBe(one.id);
    expect(one.roles).toEqual(['creator', 'member']);
    await expect(identity.authenticate(database.db, { email: one.email, password: 'x' })).rejects.toEqual(
      refused('WRONG_CREDENTIALS'),
    );
    expect(await identity.resetAddress(database.db, 'somebody-else@example.com')).toBeNull();
  });

  test('nobody passes for a creator, who may go on being called as before', async () => {
    const mira = { handle: 'mira-solberg', display_name: 'Mira Solberg', bio: '' };
    const { id } = await database.inTransaction((tx) => identity.openHouseAccount(tx, mira, at));
    for (const display_name of ['Mira Solberg', 'MIRA S0LBERG', 'Mira-So1berg', 'mira_solberg'])
      await expect(somebody({ display_name })).rejects.toEqual(refused('INVALID_INPUT'));
    for (const handle of ['mira-so1berg', 'mira--solberg', 'mlrasolberg'])
      await expect(somebody({ handle })).rejects.toEqual(refused('HANDLE_TAKEN'));
    const change = (who: AccountId, display_name: string) =>
      database.inTransaction((tx) => identity.changeProfile(tx, who, { display_name, bio: 'new' }));
    const mara = await somebody({ display_name: 'Mara Solberg' });
    await expect(change(mara.id, 'Mira  Solberg.')).rejects.toEqual(refused('INVALID_INPUT'));
    expect(await change(id, 'MIRA Solberg')).toMatchObject({ display_name: 'MIRA Solberg' });
    const twin = await somebody({ display_name: 'Ruth Aalto' });
    const other = await somebody({ display_name: 'Ruth Aalto' });
    await database.inTransaction((tx) =>
      identity.grantRole(tx, { account_id: other.id, role: 'creator', by: 'test' }, at),
    );
    expect(await change(twin.id, 'Ruth Aalto')).toMatchObject({ bio: 'new' });
  });

  test('two admins who leave at once: one stays', async () => {
    const [a, b] = await Promise.all([
      somebody({ roles: ['member', 'admin'] }),
      somebody({ roles: ['member', 'admin'] }),
    ]);
    const leave = (account_id: AccountId) =>
      database.inTransaction((tx) => identity.revokeRole(tx, { account_id, role: 'admin' }));
    const left = await Promise.allSettled([leave(a.id), leave(b.id)]);
    expect(left.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await identity.hasAdmin(database.db)).toBe(true);
  });

  test('people are found by what an admin types, and their names by id', async () => {
    const odd = await somebody({ display_name: '100% Odd_Name' });
    expect(
      (await identity.listAccounts(database.db, { search: '100% o', after: null, limit: 5 })).map(
        (one) => one.id,
      ),
    ).toEqual([odd.id]);
    expect(await identity.listAccounts(database.db, { search: '%zzz%', after: null, limit: 5 })).toEqual([]);
    const named = await identity.accountsByIds(database.db, [odd.id, odd.id]);
    expect(named.get(odd.id)).toEqual({ handle: odd.handle, display_name: '100% Odd_Name' });
  });
});

describe('sessions', () => {
  test('are kept as a digest, and belong to who has the token', async () => {
    const account = await somebody();
    const session = await signIn(account.id);
    const found = present(await identity.callerBySession(database.db, session.token, at), 'the session');
    expect(found.caller).toMatchObject({
      account: { id: account.id },
      via: 'session',
      session_id: session.id,
    });
    expect(await identity.callerBySession(database.db, `${session.token.slice(0, -1)}_`, at)).toBeNull();
    const { rows } = await fresh.pool.query<{ text: string }>(
      'select s::text as text from identity.session s',
    );
    expect(rows.every(({ text }) => !text.includes(session.token))).toBe(true);
    expect(rows.every(({ text }) => !text.includes(Buffer.from(session.token).toString('hex')))).toBe(true);
  });

  test('end after 14 idle days, 60 days in all, and sooner for staff', async () => {
    const account = await somebody();
    const session = await signIn(account.id);
    const lives = async (when: Date) =>
      (await identity.callerBySession(database.db, session.token, when)) !== null;
    expect(await lives(later(14 * DAY - 1))).toBe(true);
    expect(await lives(later(14 * DAY))).toBe(false);
    for (let day = 10; day < 60; day += 10) {
      await database.inTransaction((tx) => identity.markSeen(tx, session.id, later(day * DAY)));
    }
    expect(await lives(later(60 * DAY - 1))).toBe(true);
    expect(await lives(later(60 * DAY))).toBe(false);
    const staff = { created_at: at, seen_at: at };
    expect(sessionEnd(staff, ['member', 'finance'])).toEqual(later(12 * HOUR));
    expect(sessionEnd({ created_at: at, seen_at: later(7 * DAY) }, ['admin'])).toEqual(later(7 * DAY));
  });

  test('are noted as seen at most once a minute', async () => {
    const session = await signIn((await somebody()).id);
    const stale = async (when: Date) =>
      present(await identity.callerBySession(database.db, session.token, when), 'it').stale;
    expect(await stale(later(MINUTE - 1))).toBe(false);
    expect(await stale(later(MINUTE))).toBe(true);
    await database.inTransaction((tx) => identity.markSeen(tx, session.id, later(MINUTE)));
    expect(await stale(later(MINUTE + 1))).toBe(false);
  });

  test('end on ban, and when the account becomes staff', async () => {
    const [banned, risen] = await Promise.all([somebody(), somebody()]);
    const [one, two] = await Promise.all([signIn(banned.id), signIn(risen.id)]);
    await database.inTransaction((tx) => identity.banAccount(tx, banned.id, at));
    expect(await identity.callerBySession(database.db, one.token, at)).toBeNull();
    await database.inTransaction((tx) =>
      identity.grantRole(tx, { account_id: risen.id, role: 'creator', by: 'test' }, at),
    );
    expect(await identity.callerBySession(database.db, two.token, at)).not.toBeNull();
    await database.inTransaction((tx) =>
      identity.grantRole(tx, { account_id: risen.id, role: 'judge', by: 'test' }, at),
    );
    expect(await identity.callerBySession(database.db, two.token, at)).toBeNull();
    await expect(signIn(banned.id)).rejects.toEqual(refused('WRONG_CREDENTIALS'));
  });

  test('are looked up by many tokens at once as by one', async () => {
    const people = await Promise.all([somebody(), somebody(), somebody()]);
    const [banned, risen, lives] = people;
    const signed_in = await Promise.all(people.map(({ id }) => signIn(id)));
    await database.inTransaction((tx) => identity.banAccount(tx, present(banned, 'one').id, at));
    await database.inTransaction((tx) =>
      identity.grantRole(tx, { account_id: present(risen, 'one').id, role: 'judge', by: 'test' }, at),
    );
    const tokens = [...signed_in.map(({ token }) => token), 'nobodys', signed_in[2]?.token ?? ''];
    for (const when of [at, later(14 * DAY - 1), later(14 * DAY)]) {
      const many = await identity.callersBySessions(database.db, tokens, when);
      for (const token of tokens) {
        const one = await identity.callerBySession(database.db, token, when);
        expect(many.get(token) ?? null).toEqual(one?.caller ?? null);
      }
      expect(many.size).toBe(when < later(14 * DAY) ? 1 : 0);
    }
    expect(
      (await identity.callersBySessions(database.db, tokens, at)).get(tokens[2] ?? '')?.account?.id,
    ).toBe(lives?.id);
  });

  test('a sign-in that began before the password changed opens nothing', async () => {
    const account = await somebody();
    const proof = await identity.authenticate(database.db, { email: account.email, password: PASSWORD });
    const password_hash = await identity.hashNewPassword('another five words here', account.email);
    await database.inTransaction((tx) =>
      identity.changePassword(tx, { account_id: account.id, password_hash, proof }),
    );
    await expect(
      database.inTransaction((tx) => identity.startSession(tx, { proof, user_agent: '' }, at)),
    ).rejects.toEqual(refused('WRONG_CREDENTIALS'));
    await expect(
      database.inTransaction((tx) =>
        identity.changePassword(tx, { account_id: account.id, password_hash: hash, proof }),
      ),
    ).rejects.toEqual(refused('WRONG_CREDENTIALS'));
  });
});

describe('one-time links', () => {
  test('work once, of many at once for one, until they are old, and only for their purpose', async () => {
    const { id } = await somebody();
    const link = (when = at) =>
      database.inTransaction((tx) =>
        identity.makeLink(tx, { purpose: 'password_reset', account_id: id }, when),
      );
    const use = (token: string, when = at, purpose: identity.LinkPurpose = 'password_reset') =>
      database.inTransaction((tx) => identity.useLink(tx, { purpose, token }, when));
    const old = await link();
    const token = await link();
    await expect(use(old)).rejects.toEqual(refused('LINK_EXPIRED'));
    await expect(use(token, at, 'email_verification')).rejects.toEqual(refused('LINK_EXPIRED'));
    const crowd = await Promise.allSettled(Array.from({ length: 8 }, () => use(token)));
    expect(crowd.filter((one) => one.status === 'fulfilled')).toEqual([{ status: 'fulfilled', value: id }]);
    await expect(use(await link(), later(HOUR))).rejects.toEqual(refused('LINK_EXPIRED'));
  });
});

describe('reset letters', () => {
  test('three an hour, none within a minute of the last, however many ask at once', async () => {
    const { id } = await somebody();
    const ask = (when: Date) =>
      database.inTransaction(async (tx) => {
        if (!(await identity.mayAskForReset(tx, id, when))) return null;
        return identity.makeLink(tx, { purpose: 'password_reset', account_id: id }, when);
      });
    const crowd = await Promise.all(Array.from({ length: 6 }, () => ask(at)));
    expect(crowd.filter((token) => token !== null)).toHaveLength(1);
    expect(await ask(later(MINUTE - 1))).toBeNull();
    expect(await ask(later(MINUTE))).not.toBeNull();
    expect(await ask(later(2 * MINUTE))).not.toBeNull();
    expect(await ask(later(3 * MINUTE))).toBeNull();
    expect(await ask(later(HOUR))).not.toBeNull();
  });
});

describe('API keys', () => {
  test('have names that can be read', async () => {
    const { id } = await somebody();
    const named = (name: string) =>
      database.inTransaction((tx) =>
        identity.makeKey(tx, { account_id: id, name, scopes: ['read'], expires_at: later(DAY) }, at),
      );
    await expect(named('ci\u202Eyek')).rejects.toEqual(refused('INVALID_INPUT'));
    expect((await named('  admin   ｃｉ ')).api_key.name).toBe('admin ci');
  });

  test('are shown once, kept as a digest, and end', async () => {
    const { id } = await somebody();
    const make = {
      account_id: id,
      name: 'ci',
      scopes: ['read', 'generate', 'read'] as const,
      expires_at: later(DAY),
    };
    const { api_key, secret } = await database.inTransaction((tx) => identity.makeKey(tx, make, at));
    expect(secret).toMatch(/^stk_[0-9A-Za-z]{49}$/);
    expect(secret.startsWith(api_key.prefix)).toBe(true);
    const caller = async (given: string, when = at) =>
      (await identity.callerByKey(database.db, given, when))?.caller ?? null;
    const among = async (when = at) =>
      (await identity.callersByKeys(database.db, [secret, 'none', secret], when)).get(secret) ?? null;
    expect(await among()).toEqual(await caller(secret));
    expect(await among(later(DAY))).toBeNull();
    expect(await caller(secret)).toMatchObject({
      account: { id },
      via: 'api_key',
      session_id: null,
      scopes: ['read', 'generate'],
    });
    expect(await caller(`${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`)).toBeNull();
    expect(await caller(secret, later(DAY))).toBeNull();
    const { rows } = await fresh.pool.query<{ text: string }>(
      'select k::text as text from identity.api_key k',
    );
    expect(rows.every(({ text }) => !text.includes(secret.slice(12)))).toBe(true);
    const stranger = await somebody();
    expect(await database.inTransaction((tx) => identity.revokeKey(tx, stranger.id, api_key.id, at))).toBe(
      false,
    );
    expect(await database.inTransaction((tx) => identity.revokeKey(tx, id, api_key.id, at))).toBe(true);
    expect([await caller(secret), await among()]).toEqual([null, null]);
  });
});
