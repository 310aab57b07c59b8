import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { audit, auditHead, verifyAuditChain } from './audit.ts';
import { type Database, openDatabase } from './database.ts';

const at = new Date('2026-11-22T12:00:30.123Z');
let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 12 });
  drop = async () => {
    await database.close();
    await fresh.drop();
  };
});
afterAll(() => drop());

const note = (act: string, detail?: Record<string, unknown>) =>
  database.inTransaction((tx) =>
    audit(tx, { at, actor: 'ada', act, subject: 'model 1', ...(detail && { detail }) }),
  );

/** Does something to the log that only the owner of the database can, looks, and takes it back. */
async function after(tampering: string): Promise<string[]> {
  let broken: string[] = [];
  await database
    .inTransaction(async (tx) => {
      await sql`alter table kit.audit_log disable trigger user`.execute(tx);
      await sql.raw(tampering).execute(tx);
      ({ broken } = await verifyAuditChain(tx));
      throw new Error('taken back');
    })
    .catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'taken back') throw error;
    });
  return broken;
}

describe('the audit log', () => {
  test('is a chain that is computed in the database and again here, whatever it says', async () => {
    await note('plain');
    await note('odd', { text: 'a:1,b\n"\\ ✓ \u2028 é', nested: { b: [1, 2.5, null], a: true }, big: 1e21 });
    await note('', {});
    const { rows, newest, broken } = await verifyAuditChain(database.db);
    expect(broken).toEqual([]);
    expect(rows).toBeGreaterThanOrEqual(3);
    expect(newest).toEqual(await auditHead(database.db));
  });

  test('numbers without gaps, in the order of commits, however many write at once', async () => {
    const before = (await auditHead(database.db))?.n ?? 0;
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 3 === 0
          ? database
              .inTransaction(async (tx) => {
                await audit(tx, { at, actor: 'bea', act: 'thought.better', subject: String(i) });
                throw new Error('no');
              })
              .catch(() => {})
          : note('at.once', { i }),
      ),
    );
    const { rows, broken } = await verifyAuditChain(database.db);
    expect(rows).toBe(before + 40);
    expect(broken).toEqual([]);
    expect(await database.db.selectFrom('kit.audit_draft').selectAll().execute()).toEqual([]);
  });

  test('does not keep an act waiting for another that still works, in whatever order they lock', async () => {
    await sql`create table if not exists public.thing (id int primary key)`.execute(database.db);
    await sql`insert into public.thing values (1), (2)`.execute(database.db);
    const take = (tx: Parameters<typeof audit>[0], id: number) =>
      sql`select from public.thing where id = ${id} for update`.execute(tx);
    // the first writes its row and then wants what the second has, who writes one too
    const met = Promise.withResolvers<void>();
    const wrote = Promise.withResolvers<void>();
    let tries = 0;
    const first = database.inTransaction(async (tx) => {
      tries += 1;
      await audit(tx, { at, actor: 'cem', act: 'first', subject: '' });
      wrote.resolve();
      await met.promise;
      await take(tx, 1);
    });
    const second = database.inTransaction(async (tx) => {
      tries += 1;
      await take(tx, 1);
      met.resolve();
      await wrote.promise;
      await audit(tx, { at, actor: 'dot', act: 'second', subject: '' });
    });
    await Promise.all([first, second]);
    expect(tries).toBe(2); // nobody was sent back to end a deadlock
    const { broken } = await verifyAuditChain(database.db);
    expect(broken).toEqual([]);
  });

  test('cannot be changed, not even by hand', async () => {
    for (const statement of [
      `update kit.audit_log set actor = 'nobody'`,
      'delete from kit.audit_log',
      'truncate kit.audit_log',
    ])
      await expect(database.pool.query(statement)).rejects.toThrow(/append only/);
  });

  test.each([
    ['an edited row', `update kit.audit_log set actor = 'eve' where id = 2`, /row 2 was changed/],
    [
      'an edited detail',
      `update kit.audit_log set detail = detail || '{"x":1}' where id = 2`,
      /row 2 was changed/,
    ],
    ['a later time', `update kit.audit_log set at = at + interval '1 microsecond' where id = 1`, /row 1/],
    ['a deleted row', `delete from kit.audit_log where id = 2`, /rows 2 to 2 are missing/],
    ['a deleted beginning', `delete from kit.audit_log where id = 1`, /rows 1 to 1 are missing/],
    [
      'a deleted row that the others close over',
      `delete from kit.audit_log where id = 2; update kit.audit_log set id = id - 1 where id > 2`,
      /does not follow/,
    ],
    [
      'an edited row with its own hash made anew',
      `update kit.audit_log set actor = 'eve', hash = kit.audit_hash(prev_hash, id, at, 'eve', act, subject, detail) where id = 2`,
      /row 3 does not follow/,
    ],
  ])('shows %s', async (_what, tampering, found) => {
    expect((await after(tampering)).join('\n')).toMatch(found);
  });
});
