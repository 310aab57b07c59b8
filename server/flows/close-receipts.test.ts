import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EMPTY_ROOT, NO_PREVIOUS, verifyChain } from '@stellary/proofs';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gate } from '../../tests/eventually.ts';
import { freshDatabase } from '../../tests/setup/database.ts';
import { asId, type GenerationId } from '../ids.ts';
import { settableClock } from '../kit/clock.ts';
import { type Database, openDatabase, type Tx } from '../kit/database.ts';
import { openSigner, rotateKeys, type Signer } from '../kit/signing.ts';
import * as earnings from '../modules/earnings/index.ts';
import { verifyReceiptLog } from '../views/receipt-log.ts';
import { closeReceipts } from './close-receipts.ts';

const clock = settableClock(new Date());
let database: Database;
let signer: Signer;
let keys: string;
let undo: (() => Promise<void>)[] = [];

beforeEach(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 8 });
  keys = await mkdtemp(path.join(tmpdir(), 'stellary-receipts-'));
  undo = [() => database.close(), () => fresh.drop(), () => rm(keys, { recursive: true, force: true })];
  signer = await openSigner(keys);
  clock.set(new Date('2026-11-22T10:00:00Z'));
});
afterEach(async () => {
  for (const act of undo) await act();
});

const close = () => closeReceipts({ database, signer, clock });
const minutesLater = (minutes: number) => clock.advance(minutes * 60_000);

/** Receipts of generations that are nowhere else: what the owner of the database can do and nobody else. */
async function asOwner(tx: Tx, statement: ReturnType<typeof sql>): Promise<void> {
  await sql`set local session_replication_role = replica`.execute(tx);
  await statement.execute(tx);
}
const tamper = (statement: string) => database.inTransaction((tx) => asOwner(tx, sql.raw(statement)));

async function write(tx: Tx, settled_at: Date, count = 1): Promise<GenerationId[]> {
  const ids = Array.from({ length: count }, () => asId<GenerationId>(randomUUID())).sort();
  const sealed = ids.map((generation_id) => earnings.sealReceipt({ generation_id }));
  await asOwner(
    tx,
    sql`insert into earnings.receipt (generation_id, settled_at, canonical, digest)
      select id, ${settled_at}, canonical, digest
      from unnest(${ids}::uuid[], ${sealed.map(({ canonical }) => canonical)}::text[], ${sealed.map(({ digest }) => digest)}::text[]) r(id, canonical, digest)`,
  );
  return ids;
}
const settle = (count = 1, settled_at = clock.now()) =>
  database.inTransaction((tx) => write(tx, settled_at, count));

async function places(): Promise<Record<string, [number, number]>> {
  const rows = await database.db.selectFrom('earnings.receipt_place').selectAll().execute();
  return Object.fromEntries(rows.map(({ generation_id, block, index }) => [generation_id, [block, index]]));
}
const blocks = () => earnings.blocksAfter(database.db, 0, 1000);
const days = () => earnings.daysAfter(database.db, null, 1000);
const look = async () =>
  (await verifyReceiptLog(database.db, signer.jwks())).violations.map(
    ({ invariant, subject }) => `${invariant}: ${subject}`,
  );

describe('receipts get a place in the log', () => {
  test('in the order in which they were settled, under headers that follow each other', async () => {
    expect(await close()).toEqual({ days: 0, receipts: 0, more: false });
    const late = await settle(1, new Date('2026-11-22T09:59:02Z'));
    const early = await settle(2, new Date('2026-11-22T09:59:01Z'));
    expect(await close()).toEqual({ days: 0, receipts: 3, more: false });
    expect(await close()).toEqual({ days: 0, receipts: 0, more: false });
    minutesLater(1);
    const next = await settle();
    await close();
    expect(await places()).toEqual({
      [early[0] ?? '']: [1, 0],
      [early[1] ?? '']: [1, 1],
      [late[0] ?? '']: [1, 2],
      [next[0] ?? '']: [2, 0],
    });
    const [first, second] = await blocks();
    expect(first?.header).toMatchObject({ number: 1, first: 0, size: 3, previous: NO_PREVIOUS });
    expect(second?.header).toMatchObject({ number: 2, first: 3, size: 1, previous: first?.hash });
    const signed = (await blocks()).map(({ jws }) => jws);
    expect(await verifyChain(signed, 'receipts-block', signer.jwks())).toMatchObject({ holds: true });
    expect(await look()).toEqual([]);
  });

  test('also those whose transaction commits late, and none before it commits', async () => {
    const written = gate();
    const mayCommit = gate();
    const slow = database.inTransaction(async (tx) => {
      const ids = await write(tx, clock.now());
      written.open();
      await mayCommit.opened;
      return ids;
    });
    await written.opened;
    minutesLater(1);
    const quick = await settle();
    expect(await close()).toMatchObject({ receipts: 1 });
    expect(await close()).toMatchObject({ receipts: 0 });
    const more = await settle();
    expect(await close()).toMatchObject({ receipts: 1 });
    mayCommit.open();
    const late = await slow;
    expect(await close()).toMatchObject({ receipts: 1 });
    expect(await places()).toEqual({
      [quick[0] ?? '']: [1, 0],
      [more[0] ?? '']: [2, 0],
      [late[0] ?? '']: [3, 0],
    });
    expect(await look()).toEqual([]);
  });

  test('once, however many close at once', async () => {
    const other = openDatabase(database.url, { connections_max: 4 });
    await settle(50);
    const closings = [database, other, database, other].map((each) =>
      closeReceipts({ database: each, signer, clock }),
    );
    const [closed] = await Promise.all([Promise.all(closings), settle(50), settle(50)]);
    const last = await close();
    await other.close();
    expect([...closed, last].reduce((sum, { receipts }) => sum + receipts, 0)).toBe(150);
    expect(Object.keys(await places())).toHaveLength(150);
    expect(await look()).toEqual([]);
  });

  test('in blocks that are not too large to prove one of them', async () => {
    await settle(4_100);
    expect(await close()).toMatchObject({ receipts: 4_096, more: true });
    expect(await close()).toMatchObject({ receipts: 4, more: false });
    expect(await look()).toEqual([]);
  });

  test('that is written once', async () => {
    await settle();
    await close();
    for (const table of ['receipt', 'receipt_block', 'receipt_place', 'receipt_day'])
      for (const act of [`delete from earnings.${table}`, `truncate earnings.${table} cascade`])
        await expect(sql.raw(act).execute(database.db)).rejects.toThrow('append only');
  });
});

describe('days', () => {
  test('hold the blocks that were closed in them, whenever those receipts were settled', async () => {
    clock.set(new Date('2026-11-22T23:59:50Z'));
    await settle();
    await close();
    await settle(1, new Date('2026-11-22T23:59:59.900Z'));
    clock.set(new Date('2026-11-23T00:00:02Z'));
    expect(await close()).toEqual({ days: 1, receipts: 1, more: false });
    expect((await days()).map(({ header }) => header)).toMatchObject([
      {
        day: '2026-11-22',
        first_block: 1,
        blocks: 1,
        previous: NO_PREVIOUS,
        closed_at: '2026-11-23T00:00:02.000Z',
      },
    ]);
    clock.set(new Date('2026-11-24T00:00:01Z'));
    expect(await close()).toEqual({ days: 1, receipts: 0, more: false });
    expect((await days())[1]?.header).toMatchObject({ day: '2026-11-23', first_block: 2, blocks: 1 });
    expect(await look()).toEqual([]);
  });

  test('are all closed, once, by whoever comes after a week of nobody', async () => {
    await settle();
    await close();
    clock.set(new Date('2026-11-29T08:00:00Z'));
    await settle();
    const closed = await Promise.all([close(), close(), close()]);
    expect(closed.map((one) => one.days).sort((a, b) => a - b)).toEqual([0, 0, 7]);
    expect(
      (await days()).map(({ header: { day, first_block, blocks: n } }) => [day, first_block, n]),
    ).toEqual([
      ['2026-11-22', 1, 1],
      ...['23', '24', '25', '26', '27', '28'].map((day) => [`2026-11-${day}`, 2, 0]),
    ]);
    expect((await days())[3]?.header.root).toBe(EMPTY_ROOT);
    const signed = (await days()).map(({ jws }) => jws);
    expect(await verifyChain(signed, 'receipts-day', signer.jwks())).toMatchObject({ holds: true });
    expect(await look()).toEqual([]);
  });

  test('that were signed get no more blocks when the clock goes back', async () => {
    await settle();
    await close();
    clock.set(new Date('2026-11-23T00:00:10Z'));
    await close();
    clock.set(new Date('2026-11-22T23:59:00Z'));
    await settle();
    await close();
    expect((await blocks())[1]?.header.closed_at).toBe('2026-11-23T00:00:10.000Z');
    expect(await look()).toEqual([]);
  });
});

describe('what was done to the log is found', () => {
  const ROOT = 'each block has the root of its receipts as they are';
  const CHAIN = 'the chain of blocks of receipts is unbroken and signed';
  const DAYS = 'the chain of days of receipts is unbroken and signed, and no day is left out';

  /** Four blocks of three receipts, the last two a day later; keys were changed between. */
  async function history() {
    for (const at of [
      '2026-11-22T10:00:00Z',
      '2026-11-22T11:00:00Z',
      '2026-11-23T10:00:00Z',
      '2026-11-25T10:00:00Z',
    ]) {
      clock.set(new Date(at));
      await settle(3);
      await close();
      if (at.startsWith('2026-11-23')) {
        await rotateKeys(keys);
        signer = await openSigner(keys);
      }
    }
    clock.set(new Date('2026-11-25T10:00:03Z'));
  }

  test('and nothing else is', async () => {
    await history();
    const { violations, notes } = await verifyReceiptLog(database.db, signer.jwks());
    expect(violations).toEqual([]);
    expect(notes).toEqual(['receipts: 12 in 4 blocks of 3 days that are over']);
    const [newest] = signer.jwks().keys;
    const without = await verifyReceiptLog(database.db, { keys: newest ? [newest] : [] });
    expect(without.violations.map(({ subject }) => subject).join('\n')).toMatch(
      /block 1: .*no key of the set/,
    );
  });

  const inBlock = (block: number, index: number) =>
    `(select generation_id from earnings.receipt_place where block = ${block} and index = ${index})`;
  const REWRITTEN = `canonical = '{"generation_id":"mine"}', digest = 'sha256:' || encode(sha256('{"generation_id":"mine"}'), 'hex')`;

  test.each([
    [
      'a receipt whose text was changed',
      `update earnings.receipt set canonical = '{}' where generation_id = ${inBlock(2, 1)}`,
      [`${ROOT}: block 2`],
    ],
    [
      'a receipt that was written anew, digest and all',
      `update earnings.receipt set ${REWRITTEN} where generation_id = ${inBlock(2, 1)}`,
      [`${ROOT}: block 2`],
    ],
    [
      'two receipts that changed places',
      `update earnings.receipt_place set index = index + 100 where (block, index) in ((1, 0), (3, 2));
       update earnings.receipt_place set block = 4 - block, index = 102 - index where index >= 100`,
      [`${ROOT}: block 1`, `${ROOT}: block 3`],
    ],
    [
      'a receipt that lost its place',
      `delete from earnings.receipt_place where block = 2 and index = 2`,
      [/^each receipt .* lies in one block: /, `${ROOT}: block 2`],
    ],
    [
      'a receipt that was taken out with its place',
      `delete from earnings.receipt where generation_id = ${inBlock(2, 0)}; delete from earnings.receipt_place where block = 2 and index = 0`,
      [`${ROOT}: block 2`],
    ],
    [
      'a block that was taken out',
      `delete from earnings.receipt where generation_id in (select generation_id from earnings.receipt_place where block = 2); delete from earnings.receipt_place where block = 2; delete from earnings.receipt_block where number = 2`,
      [`${CHAIN}: block 3: it does not name the hash of the one before`, /lies in the day.*2026-11-22/],
    ],
    [
      'the first block, when it was taken out',
      `delete from earnings.receipt_place where block = 1; delete from earnings.receipt_block where number = 1`,
      [/lies in one block/, `${CHAIN}: block 2: it is not the first`],
    ],
    [
      'a block with another root',
      `update earnings.receipt_block set root = repeat('a', 64) where number = 3`,
      [`${CHAIN}: block 3: the row is not what its header says`],
    ],
    [
      'a header that is no text',
      `update earnings.receipt_block set header = 'x' where number = 3`,
      [`${CHAIN}: block 3: the row is not what its header says`, `${ROOT}: block 3`],
    ],
    [
      'a block with the signature of another',
      `update earnings.receipt_block b set jws = (select jws from earnings.receipt_block where number = 2) where number = 3`,
      [`${CHAIN}: block 3: the row is not what its header says`, new RegExp(`${CHAIN}: block 3: `)],
    ],
    [
      'a day that was taken out',
      `delete from earnings.receipt_day where day = '2026-11-23'`,
      [`${DAYS}: 2026-11-23 is not the day before 2026-11-24`, new RegExp(`${DAYS}: 2026-11-24: `)],
    ],
    [
      'the last day, when it was taken out',
      `delete from earnings.receipt_day where day = '2026-11-24'`,
      [`${DAYS}: 2026-11-24 is over and was not closed`],
    ],
    [
      'a block that was moved to another day',
      `update earnings.receipt_block set closed_at = '2026-11-23T09:00:00Z' where number = 2`,
      [
        `${CHAIN}: block 2: the row is not what its header says`,
        /lies in the day.*2026-11-22/,
        /lies in the day.*2026-11-23/,
      ],
    ],
  ])('%s', async (_what, statement, expected) => {
    await history();
    await tamper(statement);
    const found = await look();
    for (const one of expected)
      expect(found).toContainEqual(typeof one === 'string' ? one : expect.stringMatching(one));
  });

  test('receipts that wait although life goes on', async () => {
    await history();
    await settle();
    expect(await look()).toEqual([]);
    minutesLater(5);
    await settle();
    expect(await look()).toHaveLength(1);
    await close();
    expect(await look()).toEqual([]);
  });
});
