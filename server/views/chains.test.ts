import { randomUUID } from 'node:crypto';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../tests/setup/database.ts';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { BooksWereRewritten, signHeads } from '../flows/sign-heads.ts';
import { audit } from '../kit/audit.ts';
import { settableClock } from '../kit/clock.ts';
import { type Database, openDatabase } from '../kit/database.ts';
import { keysOf, openSigner, rotateKeys, type Signer, verifierOf } from '../kit/signing.ts';
import * as ledger from '../modules/ledger/index.ts';
import { verifyChains } from './chains.ts';

const clock = settableClock(new Date('2026-11-22T10:00:00Z'));
let database: Database;
let config: Config;
let signer: Signer;
let undo: (() => Promise<void>)[] = [];
let people = 0;

beforeEach(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 4 });
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-chains-'));
  undo = [() => database.close(), () => fresh.drop(), () => rm(data_dir, { recursive: true, force: true })];
  config = readConfig({ DATA_DIR: data_dir });
  signer = await openSigner(config.keys_dir);
  clock.set(new Date('2026-11-22T10:00:00Z'));
});
afterEach(async () => {
  for (const act of undo) await act();
});

const sign = () => signHeads({ database, signer, config, clock });

/** Somebody does something that is written down, and somebody is given something, a minute later. */
async function live(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    clock.advance(60_000);
    const at = clock.now();
    await database.inTransaction((tx) => audit(tx, { at, actor: 'ada', act: 'role.grant', subject: 'bea' }));
    const legs = [
      { account: { key: 'source', asset: 'CREDIT', guarded: false }, amount: -5n },
      { account: { key: `purse:${(people += 1)}`, asset: 'CREDIT', guarded: true }, amount: 5n },
    ] as const;
    await database.inTransaction((tx) =>
      ledger.post(tx, [{ id: randomUUID(), kind: 'gift', memo: 'for you', legs }], at),
    );
  }
}

/** What the owner of the database can do and nobody else. */
async function tamper(statements: string): Promise<void> {
  const tables = ['kit.audit_log', 'ledger.journal', 'ledger.batch', 'ledger.account'];
  await database.inTransaction(async (tx) => {
    for (const table of tables) await sql.raw(`alter table ${table} disable trigger user`).execute(tx);
    await sql.raw(statements).execute(tx);
    for (const table of tables) await sql.raw(`alter table ${table} enable trigger user`).execute(tx);
  });
}

async function look(options: { copies?: string; verify?: Signer['verify'] } = {}) {
  const { copies = null, verify = verifierOf(keysOf(config.keys_dir)) } = options;
  const { violations, notes } = await verifyChains({
    db: database.db,
    heads: config.heads_dir,
    until: null,
    copies,
    verify,
  });
  return { found: violations.map(({ invariant, subject }) => `${invariant}: ${subject}`), notes };
}

const NAMED = 'what each head names is in the books as it was';
const fileOfHeads = () => path.join(config.heads_dir, '2026-11.jsonl');
const linesOf = async () => (await readFile(fileOfHeads(), 'utf8')).trimEnd().split('\n');

/** The log as it was but for one row, with every hash after it computed anew. */
const REWRITE_AUDIT = `
  do $$
  declare r kit.audit_log; v_prev bytea := '';
  begin
    update kit.audit_log set actor = 'eve' where id = 2;
    update kit.audit_log set prev_hash = sha256(prev_hash);
    for r in select * from kit.audit_log order by id loop
      update kit.audit_log set prev_hash = v_prev,
        hash = kit.audit_hash(v_prev, r.id, r.at, r.actor, r.act, r.subject, r.detail) where id = r.id returning hash into v_prev;
    end loop;
  end $$`;

/** The same for the ledger: everything is posted again, one memo is another. */
const REWRITE_LEDGER = `
  do $$
  declare b ledger.batch; v_prev bytea := '';
  begin
    update ledger.journal set memo = 'for me' where seq >> 20 = (select min(id) + 1 from ledger.batch);
    update ledger.batch set prev_hash = sha256(prev_hash);
    for b in select * from ledger.batch order by id loop
      update ledger.batch set prev_hash = v_prev, hash = (
        select ledger.batch_hash(v_prev, b.id, b.slot, b.at, array_agg(id order by seq), array_agg(part order by seq),
          array_agg(kind order by seq), case when count(memo) > 0 then array_agg(memo order by seq) end,
          case when count(held0) > 0 then array_agg(held0 order by seq) end,
          array_agg(acc0 order by seq), array_agg(amt0 order by seq), array_agg(acc1 order by seq), array_agg(amt1 order by seq),
          null, null, null, null, null, null, null, null)
        from ledger.journal where seq >> 20 = b.id) where id = b.id returning hash into v_prev;
    end loop;
  end $$`;

describe('what was signed is found to be', () => {
  test('as it was, however much came later', async () => {
    await live(3);
    await sign();
    await live(2);
    await sign();
    await live(1);
    const { found, notes } = await look();
    expect(found).toEqual([]);
    expect(notes.join('\n')).toMatch(/2 heads.*number 2.*not signed yet: 1 audit rows, 1 batches/s);
  });

  const middle = '(select min(id) + 1 from ledger.batch)';
  test.each([
    [
      'an edited row of the audit log',
      `update kit.audit_log set actor = 'eve' where id = 2`,
      /row 2 was changed/,
    ],
    [
      'a deleted row of the audit log',
      'delete from kit.audit_log where id = 2',
      /rows 2 to 2 are missing[\s\S]*audit row 2/,
    ],
    [
      'an audit log whose end was cut off',
      'delete from kit.audit_log where id > 2',
      new RegExp(`${NAMED}: .*audit row 4`),
    ],
    ['an audit log written anew', REWRITE_AUDIT, new RegExp(`${NAMED}: .*audit row 2`)],
    [
      'an edited row of the journal',
      `update ledger.journal set memo = 'for me' where seq >> 20 = ${middle}`,
      /chain of hashes is whole: 2/,
    ],
    [
      'a deleted row of the journal',
      `delete from ledger.journal where seq >> 20 = ${middle}; delete from ledger.batch where id = ${middle}`,
      /chain of hashes is whole: 3[\s\S]*ledger batch 2/,
    ],
    [
      'a journal whose end was cut off',
      `delete from ledger.journal where seq >> 20 > 2; delete from ledger.batch where id > 2`,
      new RegExp(`${NAMED}: .*ledger batch 4`),
    ],
    [
      'a row that was put between',
      `insert into ledger.journal (id, part, seq, kind, acc0, amt0, acc1, amt1)
       select gen_random_uuid(), 0, (max(seq) >> 20) + 7 << 20 | 1, 'gift', min(acc1), -1, min(acc1), 1 from ledger.journal`,
      /chain of hashes is whole: 11, of which there are only rows/,
    ],
    ['a journal written anew', REWRITE_LEDGER, new RegExp(`${NAMED}: .*ledger batch 2`)],
    [
      'an account that was given to another',
      `update ledger.account set key = 'purse:eve' where number = 2`,
      /chain of accounts is whole: purse:eve/,
    ],
  ])('%s', async (_what, tampering, words) => {
    for (let i = 0; i < 4; i += 1) {
      await live(1);
      await sign();
    }
    await tamper(tampering);
    const { found } = await look();
    expect(found.join('\n')).toMatch(words);
  });

  test.each([
    ['audit log', REWRITE_AUDIT],
    ['journal', REWRITE_LEDGER],
  ])('a rewritten %s shows in nothing but the heads', async (_what, tampering) => {
    await live(4);
    await tamper(tampering);
    expect((await look()).found.filter((line) => /chain/.test(line))).toEqual([]);
  });
});

describe('heads', () => {
  test('are signed only when something is new, by one process at a time, and over all of them in one chain', async () => {
    expect((await sign())?.head).toMatchObject({ number: 1, prev: null });
    expect(await sign()).toBeNull();
    await live(1);
    const signed = await Promise.all([sign(), sign(), sign()]);
    expect(signed.filter((head) => head !== null)).toHaveLength(1);
    clock.set(new Date('2026-12-01T00:00:00Z'));
    await live(1);
    await sign();
    clock.set(new Date('2026-11-30T23:59:00Z')); // a clock that was set back
    await live(1);
    await sign();
    expect(await readdir(config.heads_dir)).toEqual(['2026-11.jsonl', '2026-12.jsonl']);
    expect((await look()).found).toEqual([]);
  });

  test('bear a change of keys', async () => {
    await live(1);
    await sign();
    await rotateKeys(config.keys_dir);
    signer = await openSigner(config.keys_dir);
    await live(1);
    await sign();
    expect((await look()).found).toEqual([]);
    const [newest] = keysOf(config.keys_dir).keys;
    const { found } = await look({ verify: verifierOf({ keys: newest ? [newest] : [] }) });
    expect(found.join('\n')).toMatch(/signed by a key of ours: 2026-11.jsonl:1/);
  });

  test('go on after half a line, and get back what the files lost and the database remembers', async () => {
    await live(1);
    await sign();
    await appendFile(fileOfHeads(), '{"jws":"eyJhb');
    await live(1);
    await sign();
    expect((await look()).found).toEqual([]);
    expect(await linesOf()).toHaveLength(3);
    // as after a backup, whose files are a little older than its database
    const whole = await linesOf();
    await writeFile(fileOfHeads(), `${whole[0]}\n`);
    const before = await look();
    expect(before.found).toEqual([]);
    expect(before.notes.join('\n')).toMatch(/2 heads in .*, 1 of them only in the database/);
    await live(1);
    expect((await sign())?.head.number).toBe(3);
    expect((await linesOf()).slice(0, 2)).toEqual([whole[0], whole[2]]);
    expect((await look()).found).toEqual([]);
    // a new disk gets all that is remembered
    await rm(config.heads_dir, { recursive: true });
    await sign();
    expect(await linesOf()).toHaveLength(3);
    expect((await look()).found).toEqual([]);
  });

  test('are not signed over books that were rewritten', async () => {
    await live(3);
    await sign();
    await tamper('delete from kit.audit_log where id = 3');
    await expect(sign()).rejects.toThrow(BooksWereRewritten);
    await expect(sign()).rejects.toThrow(/head 1 of .*audit row 3/);
    expect(await linesOf()).toHaveLength(1);
  });

  test('that were taken out, forged or cut off are missed', async () => {
    for (let i = 0; i < 4; i += 1) {
      await live(1);
      await sign();
    }
    const kept = path.join(config.data_dir, 'kept');
    await cp(config.heads_dir, kept, { recursive: true });
    const [first, second, third, fourth] = await linesOf();
    const write = (lines: (string | undefined)[]) => writeFile(fileOfHeads(), `${lines.join('\n')}\n`);

    await write([first, third, fourth]);
    expect((await look()).found.join('\n')).toMatch(/heads 2 to 2 are missing/);
    await write([second, third, fourth]);
    expect((await look()).found.join('\n')).toMatch(/heads 1 to 1 are missing/);
    await write([first, second?.replace(/.{5}"}$/, 'AAAAA"}'), third, fourth]);
    expect((await look()).found.join('\n')).toMatch(/signed by a key of ours: 2026-11.jsonl:2/);

    // the end: the database remembers it, and where that was cut off too, whoever kept a copy
    await write([first, second]);
    expect((await look()).notes.join('\n')).toMatch(/4 heads in .*, 2 of them only in the database/);
    await tamper('delete from kit.head where number > 2');
    expect((await look()).found).toEqual([]);
    expect((await look({ copies: kept })).found.join('\n')).toMatch(/each head that others kept/);
    await tamper('delete from kit.audit_log where id > 2');
    expect((await look()).found).toEqual([]);
    const { found } = await look({ copies: path.join(kept, '2026-11.jsonl') });
    expect(found.join('\n')).toMatch(new RegExp(`${NAMED}: head 4 of .*audit row 4`));
  });

  test('that none of our keys signed stop the signing, and a row of the database alone does not', async () => {
    await live(1);
    await sign();
    await tamper(`update kit.head set jws = 'nonsense', number = 7`);
    await live(1);
    expect((await sign())?.head.number).toBe(2);
    expect((await look()).found.join('\n')).toMatch(/signed by a key of ours: the database/);
    await rm(config.keys_dir, { recursive: true });
    signer = await openSigner(config.keys_dir);
    await live(1);
    await expect(sign()).rejects.toThrow(/none is signed by a key of ours/);
  });
});
