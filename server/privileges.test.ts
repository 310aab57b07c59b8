import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../tests/setup/database.ts';
import { audit } from './kit/audit.ts';
import { type Database, openDatabase } from './kit/database.ts';
import * as ledger from './modules/ledger/index.ts';
import { APP_ROLE, AUDITOR_ROLE, grantPrivileges, refuseWideRole, urlOfRole } from './privileges.ts';

const at = new Date('2026-11-22T12:00:00Z');
const purse: ledger.Account = { key: 'purse:ada', asset: 'CREDIT', guarded: true };
const source: ledger.Account = { key: 'source', asset: 'CREDIT', guarded: false };

let fresh: FreshDatabase;
let app: Database;
let auditor: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = openDatabase(await grantPrivileges(fresh.url), { connections_max: 2 });
  auditor = openDatabase(urlOfRole(fresh.url, AUDITOR_ROLE), { connections_max: 2 });
  await app.inTransaction(async (tx) => {
    const legs = [
      { account: source, amount: -100n },
      { account: purse, amount: 100n },
    ];
    await ledger.post(tx, [{ id: randomUUID(), kind: 'gift', memo: 'hello', legs }], at);
    await audit(tx, { at, actor: 'test', act: 'gift.give', subject: 'ada' });
  });
});
afterAll(async () => {
  await app.close();
  await auditor.close();
  await fresh.drop();
});

describe('the role that the product works as', () => {
  const WRITES = [
    `insert into ledger.journal (id, part, seq, kind, acc0, amt0, acc1, amt1) values (gen_random_uuid(), 0, 1, 'x', -3, 1, -3, -1)`,
    `update ledger.balance set posted = posted + 1`,
    `update ledger.account set key = 'mine'`,
    `delete from ledger.hold`,
    `truncate ledger.journal`,
    `insert into ledger.accrual values (-3, 1, 0, 1, 1)`,
    `select ledger.move_balances(array[1], array[1::int8], null)`,
    `select ledger.write_batch(0::int2, now(), null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)`,
    `select ledger.release(now(), null, null, null, null, null)`,
    `insert into kit.audit_log select * from kit.audit_log`,
    `delete from kit.audit_log`,
    `update kit.head set jws = ''`,
    `create table ledger.mine (id int)`,
    `create function ledger.mine() returns int language sql return 1`,
    `create or replace view ledger.balances as select 1`,
    `alter table ledger.journal disable trigger all`,
    `set session_replication_role = replica`,
    `drop schema ledger cascade`,
    `create table public.mine (id int)`,
    `select * from ledger.journal`,
    `update earnings.receipt set digest = ''`,
    `delete from earnings.line`,
    `update generation.statement set jws = ''`,
    `delete from generation.asset_file`,
    `delete from moderation.refusal`,
    `update registry.model_file set report = '{}'`,
    `update registry.sample set digest = ''`,
  ];
  test.each(WRITES)('is refused: %s', async (statement) => {
    await expect(app.pool.query(statement)).rejects.toThrow(/permission denied|must be owner|append only/);
  });

  test('posts, holds and reads through functions and views', async () => {
    const [granted] = await app.inTransaction((tx) =>
      ledger.authorize(tx, [{ id: randomUUID(), first: purse, second: null, amount: 40n, expires_at: at }]),
    );
    expect(granted).toEqual({ first: 40n, second: 0n });
    expect((await ledger.balances(app.db, [purse]))(purse)).toMatchObject({ available: 60n });
  });

  test('cannot become its owner', async () => {
    const { rows } = await fresh.pool.query<{ owner: string }>('select current_user as owner');
    await expect(app.pool.query(`set role ${rows[0]?.owner}`)).rejects.toThrow(/permission denied/);
  });

  test('is narrow enough to start with; the owner is not', async () => {
    await expect(refuseWideRole(app.pool)).resolves.toBeUndefined();
    await expect(refuseWideRole(fresh.pool)).rejects.toThrow(/is a superuser/);
  });

  test.each([
    ['insert on ledger.journal', /may write ledger.journal/],
    ['update on ledger.balance', /may write ledger.balance/],
    ['update on ledger.account', /may write ledger.account/],
    ['insert on ledger.accrual', /may write ledger.accrual/],
    ['delete on ledger.hold', /may write ledger.hold/],
    ['update on kit.head', /may write kit.head/],
    ['delete on kit.audit_log', /may write kit.audit_log/],
    ['create on schema ledger', /may make functions/],
  ])('is refused at the start with %s', async (right, why) => {
    await fresh.pool.query(`grant ${right} to ${APP_ROLE}`);
    await expect(refuseWideRole(app.pool)).rejects.toThrow(why);
    await grantPrivileges(fresh.url);
    await fresh.pool.query(`revoke ${right} from ${APP_ROLE}`);
    await expect(refuseWideRole(app.pool)).resolves.toBeUndefined();
  });
});

describe('an auditor', () => {
  test('reads the books in views that explain themselves', async () => {
    const { rows: entries } = await auditor.pool.query('select * from audit.ledger_entries order by id');
    expect(entries).toMatchObject([
      { asset: 'CREDIT', account: 'purse:ada', amount: 100n, kind: 'gift', at },
      { asset: 'CREDIT', account: 'source', amount: -100n, kind: 'gift', at },
    ]);
    const { rows: balances } = await auditor.pool.query('select * from audit.balances order by account');
    expect(balances).toEqual([
      { account: 'purse:ada', asset: 'CREDIT', guarded: true, balance: 100n, held: expect.any(BigInt) },
      { account: 'source', asset: 'CREDIT', guarded: false, balance: -100n, held: 0n },
    ]);
    const { rows: log } = await auditor.pool.query('select * from audit.log');
    expect(log).toMatchObject([{ actor: 'test', act: 'gift.give', subject: 'ada' }]);
  });

  const COLUMNS = {
    ledger_entries: ['id', 'asset', 'account', 'amount', 'kind', 'ref', 'at'],
    balances: ['account', 'asset', 'guarded', 'balance', 'held'],
    generations: [
      'id',
      'payer',
      'release',
      'creator',
      'price',
      'state',
      'idempotency_key',
      'at',
      'charged',
      'refunded',
    ],
    causes: ['ref', 'kind', 'generation', 'purchase', 'person', 'at', 'reason', 'subject'],
    awards: ['id', 'asset', 'person', 'amount', 'at'],
    log: ['id', 'at', 'actor', 'act', 'subject', 'detail', 'prev_hash', 'hash'],
  };
  test.each(Object.entries(COLUMNS))('finds audit.%s as it was promised', async (view, columns) => {
    const { fields } = await auditor.pool.query(`select * from audit.${view} limit 0`);
    expect(fields.map(({ name }) => name)).toEqual(columns);
  });

  test.each([
    'select * from ledger.rows',
    'select * from identity.account',
    'select * from kit.secret',
    `insert into audit.log values (1)`,
    `select ledger.lock_slot(0::int2)`,
  ])('sees and does nothing else: %s', async (statement) => {
    await expect(auditor.pool.query(statement)).rejects.toThrow(/permission denied|cannot insert|is not/);
  });
});

describe('the address of a role', () => {
  test('follows from the owner’s, and is another one', () => {
    const owner = 'postgres://postgres:secret@/stellary?host=/tmp/pg&port=5432';
    const url = urlOfRole(owner, APP_ROLE);
    expect(url).toMatch(/^postgres:\/\/stellary_app:[\w-]{43}@\/stellary\?host=\/tmp\/pg&port=5432$/);
    expect(url).toBe(urlOfRole(owner, APP_ROLE));
    expect(url).not.toContain('secret');
  });

  test('cannot be made for an owner without a password', () => {
    expect(() => urlOfRole('postgres://postgres@db.example/stellary', APP_ROLE)).toThrow(/APP_DATABASE_URL/);
  });

  test('may be given, with a role that somebody else made', async () => {
    const role = `own_${randomUUID().slice(0, 8)}`;
    await fresh.pool.query(`create role ${role} login password 'theirs'`);
    const url = fresh.url.replace(/\/\/[^@]*@/, `//${role}:theirs@`);
    expect(await grantPrivileges(fresh.url, url)).toBe(url);
    const client = new pg.Client(url);
    await client.connect();
    await expect(client.query('select * from ledger.balances')).resolves.toBeDefined();
    await expect(client.query('select * from ledger.balance')).rejects.toThrow(/permission denied/);
    await client.end();
    await fresh.pool.query(`drop owned by ${role}; drop role ${role}`);
  });
});
