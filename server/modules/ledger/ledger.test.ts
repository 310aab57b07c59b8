import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../tests/setup/database.ts';
import { type Database, inOneSnapshot, openDatabase, type Tx } from '../../kit/database.ts';
import * as ledger from './index.ts';

const account = (key: string, guarded: boolean, asset: ledger.Asset = 'CREDIT'): ledger.Account => ({
  key,
  asset,
  guarded,
});
const purse = (name: string) => account(`purse:${name}`, true);
const earner = (name: string) => account(`earner:${name}`, false);
const source = account('source', false);
const dollars = account('dollars', false, 'USD');
const at = new Date('2026-11-22T12:00:30Z');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  database = openDatabase(fresh.url, { connections_max: 8 });
  drop = async () => {
    await database.close();
    await fresh.drop();
  };
});
afterAll(() => drop());

const run = <T>(act: (tx: Tx) => Promise<T>) => database.inTransaction(act);

const move = (
  id: string,
  from: ledger.Account,
  to: ledger.Account,
  amount: bigint,
  part = 0,
): ledger.Posting => ({
  id,
  part,
  kind: 'move',
  memo: '',
  legs: [
    { account: from, amount: -amount },
    { account: to, amount },
  ],
});
const post = (postings: ledger.Posting[], when = at) => run((tx) => ledger.post(tx, postings, when));
const give = (to: ledger.Account, amount: bigint, id: string = randomUUID(), when = at) =>
  post([move(id, source, to, amount)], when);
const request = (first: ledger.Account, amount: bigint, second: ledger.Account | null = null) => ({
  id: uuidv7(),
  first,
  second,
  amount,
  expires_at: later(3600),
});
const authorize = (...requests: ledger.HoldRequest[]) => run((tx) => ledger.authorize(tx, requests));
const capture = (...postings: ledger.Posting[]) => run((tx) => ledger.capture(tx, postings, at));
const voidHolds = (...ids: string[]) => run((tx) => ledger.voidHolds(tx, ids, at));
const balanceOf = async (of: ledger.Account) => (await ledger.balances(database.db, [of]))(of);
const accruedBy = async (of: ledger.Account) => (await ledger.accrued(database.db, [of]))(of);

const verify = async (how: ledger.Thoroughness = 'full') =>
  (
    await inOneSnapshot(
      database.db,
      2,
      ledger.checks(how).map(
        ({ run: look }) =>
          (tx: Tx) =>
            look(tx),
      ),
    )
  ).flat();

describe('posting', () => {
  test('what one account gains another gives', async () => {
    const ada = purse('ada');
    await give(ada, 500n);
    expect(await balanceOf(ada)).toEqual({ posted: 500n, held: 0n, available: 500n });
    await post([move(randomUUID(), ada, earner('ada'), 200n)]);
    expect((await balanceOf(ada)).posted).toBe(300n);
    expect(await accruedBy(earner('ada'))).toBe(200n);
  });

  test('the same cause is posted once, however often it is tried', async () => {
    const bea = purse('bea');
    const id = randomUUID();
    await give(bea, 100n, id);
    await expect(give(bea, 100n, id)).rejects.toThrow(ledger.AlreadyPosted);
    const twice = randomUUID();
    await expect(post([move(twice, source, bea, 1n), move(twice, source, bea, 1n)])).rejects.toThrow(
      ledger.AlreadyPosted,
    );
    expect((await balanceOf(bea)).posted).toBe(100n);
  });

  test('a guarded account never falls below zero, and nothing else of the batch is posted', async () => {
    const cem = purse('cem');
    await give(cem, 100n);
    const other = randomUUID();
    await expect(
      post([move(other, source, purse('cem 2'), 5n), move(randomUUID(), cem, source, 101n)]),
    ).rejects.toThrow(ledger.Overdrawn);
    expect((await balanceOf(cem)).posted).toBe(100n);
    expect((await balanceOf(purse('cem 2'))).posted).toBe(0n);
    await give(purse('cem 2'), 5n, other);
  });

  test('each row carries the balance after it, also of several rows of one account in a batch', async () => {
    const dee = purse('dee');
    await post([
      move(randomUUID(), source, dee, 100n),
      move(randomUUID(), dee, source, 30n),
      move(randomUUID(), source, purse('dee 2'), 7n),
      move(randomUUID(), dee, source, 20n),
    ]);
    const { rows } = await database.pool.query<{ bal0: bigint }>(
      `select j.bal0 from ledger.rows j join ledger.accounts a on a.id = j.acc0 where a.key = $1 order by j.seq`,
      [dee.key],
    );
    expect(rows.map(({ bal0 }) => bal0)).toEqual([100n, 70n, 50n]);
  });

  test('what does not sum to zero, mixes assets, has two guarded legs or too many never reaches the database', async () => {
    const legs = (...of: [ledger.Account, bigint][]) => [
      {
        id: randomUUID(),
        kind: 'x',
        memo: '',
        legs: of.map(([one, amount]) => ({ account: one, amount })),
      },
    ];
    await expect(post(legs([source, -1n], [purse('e'), 2n]))).rejects.toThrow(/sums to zero/);
    await expect(post(legs([source, -1n], [dollars, 1n]))).rejects.toThrow(/one asset/);
    await expect(post(legs([purse('e'), -1n], [purse('f'), 1n]))).rejects.toThrow(/one guarded leg/);
    const seven = Array.from({ length: 6 }, (_, n): [ledger.Account, bigint] => [earner(`${n}`), 1n]);
    await expect(post(legs([source, -6n], ...seven))).rejects.toThrow(/at most 6 legs/);
    await expect(post(legs([source, 0n]))).rejects.toThrow(/one asset/);
  });

  test('the database refuses the same by itself', async () => {
    const { rows } = await database.pool.query<{ key: string; id: number }>(
      'select key, id from ledger.accounts',
    );
    const idOf = (key: string) => rows.find((row) => row.key === key)?.id;
    const insert = (acc0: number | undefined, amt0: number, acc1: number | undefined, amt1: number) =>
      database.pool.query(
        `insert into ledger.journal (id, part, seq, kind, acc0, amt0, acc1, amt1, bal0) values ($1, 0, 0, 'x', $2::int4, $3, $4, $5, case when $2::int4 > 0 then 0 end)`,
        [randomUUID(), acc0, amt0, acc1, amt1],
      );
    await run((tx) =>
      ledger.post(tx, [move(randomUUID(), dollars, account('more dollars', false, 'USD'), 1n)], at),
    );
    const { rows: usd } = await database.pool.query<{ id: number }>(
      `select id from ledger.accounts where key = 'dollars'`,
    );
    await expect(insert(idOf('source'), -1, idOf('earner:ada'), 2)).rejects.toThrow(/journal_sums_to_zero/);
    await expect(insert(idOf('source'), -1, usd[0]?.id, 1)).rejects.toThrow(/journal_one_asset/);
    await expect(insert(idOf('source'), -1, idOf('purse:ada'), 1)).rejects.toThrow(/journal_guards_leg_0/);
  });

  test('the functions refuse columns that do not match, and times that cannot be', async () => {
    await give(purse('kay'), 5n);
    const { rows } = await database.pool.query<{ key: string; id: number }>(
      `select key, id from ledger.accounts where key in ('source', 'purse:kay', 'earner:ada')`,
    );
    const idOf = (key: string) => rows.find((row) => row.key === key)?.id;
    const columns = {
      at: '2026-11-22',
      ids: [randomUUID()],
      parts: [0],
      kinds: ['x'],
      acc0: [idOf('source')],
      amt0: ['-1'],
      acc1: [idOf('earner:ada')],
      amt1: ['1'],
      acc2: null as (number | null | undefined)[] | null,
      amt2: null as (string | null)[] | null,
      acc3: null as (number | null | undefined)[] | null,
      amt3: null as (string | null)[] | null,
    };
    const crafted = (change: Partial<Record<keyof typeof columns, unknown>>) => {
      const { at: when, ids, parts, kinds, ...legs } = { ...columns, ids: [randomUUID()], ...change };
      return database.pool.query(
        `select ledger.post(0::int2, $1, $2, $3, $4, null, $5::int4[], $6::int8[], $7::int4[], $8::int8[],
           $9::int4[], $10::int8[], $11::int4[], $12::int8[], null, null, null, null)`,
        [when, ids, parts, kinds, ...Object.values(legs)],
      );
    };
    await expect(crafted({ ids: [], parts: [], kinds: [], acc0: [], amt0: [] })).rejects.toThrow(
      /each column/,
    );
    await expect(crafted({ acc1: [idOf('earner:ada'), idOf('source')], amt1: ['1', '777'] })).rejects.toThrow(
      /each column/,
    );
    await expect(
      crafted({
        ids: [randomUUID(), randomUUID()],
        parts: [0, 0],
        kinds: ['x', 'x'],
        acc0: [idOf('source'), null],
        amt0: ['-1', '1'],
        acc1: [idOf('earner:ada'), idOf('source')],
        amt1: ['1', '-1'],
      }),
    ).rejects.toThrow(/each column/);
    await expect(
      crafted({ amt1: ['-1'], acc2: [idOf('source')], amt2: [null], acc3: [null], amt3: ['2'] }),
    ).rejects.toThrow(/journal_legs_pair/);
    for (const when of ['infinity', '-infinity', '1969-01-01', '5000-01-01'])
      await expect(crafted({ at: when })).rejects.toThrow(/batch_in_our_time/);
    await expect(crafted({})).resolves.toBeDefined();
    const another = { ...purse('kay'), guarded: false };
    await expect(post([move(randomUUID(), source, another, 1n)])).rejects.toThrow(/another kind/);
    expect(await verify()).toEqual([]);
  });

  test('the books cannot be changed, not even by hand', async () => {
    await give(purse('eve'), 1n);
    for (const change of [
      `update ledger.journal set memo = 'mine'`,
      'delete from ledger.batch',
      'truncate ledger.journal',
      `update ledger.account set key = 'mine'`,
      'delete from ledger.voided',
    ])
      await expect(database.pool.query(change)).rejects.toThrow(/append only/);
  });
});

describe('holding', () => {
  test('what is held cannot be held or spent again', async () => {
    const fay = purse('fay');
    await give(fay, 100n);
    expect(await authorize(request(fay, 80n))).toEqual([{ first: 80n, second: 0n }]);
    expect(await balanceOf(fay)).toEqual({ posted: 100n, held: 80n, available: 20n });
    expect(await authorize(request(fay, 21n))).toEqual([null]);
    await expect(post([move(randomUUID(), fay, source, 21n)])).rejects.toThrow(ledger.Overdrawn);
    expect(await authorize(request(fay, 20n))).toEqual([{ first: 20n, second: 0n }]);
  });

  test('the first purse gives as far as it goes, the second the rest; of many each in turn', async () => {
    const first = purse('flo promo');
    const second = purse('flo paid');
    await give(first, 100n);
    await give(second, 100n);
    const answers = await authorize(
      request(first, 70n, second),
      request(first, 70n, second),
      request(purse('nobody'), 1n),
      request(first, 61n, second),
      request(first, 60n, second),
    );
    expect(answers).toEqual([
      { first: 70n, second: 0n },
      { first: 30n, second: 40n },
      null,
      null,
      { first: 0n, second: 60n },
    ]);
    expect(await balanceOf(first)).toEqual({ posted: 100n, held: 100n, available: 0n });
    expect(await balanceOf(second)).toEqual({ posted: 100n, held: 100n, available: 0n });
  });

  test('a hold is captured or voided, once', async () => {
    const gil = purse('gil');
    await give(gil, 100n);
    const held = request(gil, 60n);
    await authorize(held);
    await capture(move(held.id, gil, earner('gil'), 50n));
    expect(await balanceOf(gil)).toEqual({ posted: 50n, held: 0n, available: 50n });
    await expect(capture(move(held.id, gil, earner('gil'), 50n, 1))).rejects.toThrow(ledger.HoldNotOpen);
    await expect(voidHolds(held.id)).rejects.toThrow(ledger.HoldNotOpen);

    const freed = request(gil, 50n);
    await authorize(freed);
    await voidHolds(freed.id);
    expect((await balanceOf(gil)).available).toBe(50n);
    await expect(voidHolds(freed.id)).rejects.toThrow(ledger.HoldNotOpen);
    await expect(capture(move(freed.id, gil, earner('gil'), 50n))).rejects.toThrow(ledger.HoldNotOpen);
  });

  test('holds that outlived their time are known, the oldest first', async () => {
    const gus = purse('gus');
    await give(gus, 100n);
    const [second, first, open] = [2, 1, 4000].map((seconds) => ({
      ...request(gus, 10n),
      expires_at: later(seconds),
    }));
    if (!first || !second || !open) throw new Error('three requests');
    await authorize(second, first, open);
    expect(await ledger.expiredHolds(database.db, later(0), 10)).toEqual([]);
    expect(await ledger.expiredHolds(database.db, later(60), 10)).toEqual([first.id, second.id]);
    expect(await ledger.expiredHolds(database.db, later(60), 1)).toEqual([first.id]);
    await voidHolds(first.id, second.id);
    expect(await ledger.expiredHolds(database.db, later(60), 10)).toEqual([]);
    expect((await balanceOf(gus)).held).toBe(10n);
    await voidHolds(open.id);
  });

  test('nothing is captured beyond the hold, nor from anywhere else', async () => {
    const hal = purse('hal');
    await give(hal, 100n);
    await give(purse('hal 2'), 100n);
    const held = request(hal, 60n);
    await authorize(held);
    await expect(capture(move(held.id, hal, earner('hal'), 61n))).rejects.toThrow(ledger.HoldNotOpen);
    await expect(
      capture(move(held.id, hal, earner('hal'), 40n), move(held.id, hal, earner('hal'), 21n, 1)),
    ).rejects.toThrow(ledger.HoldNotOpen);
    await expect(capture(move(held.id, purse('hal 2'), earner('hal'), 10n))).rejects.toThrow(
      ledger.HoldNotOpen,
    );
    expect(await balanceOf(hal)).toEqual({ posted: 100n, held: 60n, available: 40n });
  });

  test('several rows of one hold, several holds of one cause, and rows that hold nothing go in one batch', async () => {
    const promo = purse('ivy promo');
    const paid = purse('ivy paid');
    await give(promo, 30n);
    await give(paid, 100n);
    const mixed = request(promo, 80n, paid);
    const unused = request(promo, 10n, paid);
    expect(await authorize(mixed, unused)).toEqual([
      { first: 30n, second: 50n },
      { first: 0n, second: 10n },
    ]);
    await capture(
      move(mixed.id, paid, earner('ivy'), 20n, 0),
      move(mixed.id, paid, earner('ivy 2'), 25n, 1),
      move(randomUUID(), dollars, account('more dollars', false, 'USD'), 7n),
      move(unused.id, paid, earner('ivy'), 1n),
    );
    expect(await balanceOf(promo)).toEqual({ posted: 30n, held: 0n, available: 30n });
    expect(await balanceOf(paid)).toEqual({ posted: 54n, held: 0n, available: 54n });
    expect(await verify()).toEqual([]);
  });

  test('a large batch is what the same in small ones would be', async () => {
    const many = Array.from({ length: 40 }, (_, n) => purse(`many ${n}`));
    await post(many.map((one) => move(randomUUID(), source, one, 10n)));
    const requests = Array.from({ length: 200 }, (_, n) => request(many[n % 40] ?? purse(''), 3n));
    const granted = await authorize(...requests);
    // three fit into each purse, the first three that came
    expect(granted.map((answer) => answer !== null)).toEqual(requests.map((_, n) => n < 120));
    const open = requests.filter((_, n) => n < 120);
    await capture(
      ...open.slice(0, 100).map(({ id, first }) => move(id, first, earner('of many'), 2n)),
      move(randomUUID(), dollars, account('more dollars', false, 'USD'), 7n),
    );
    await voidHolds(...open.slice(100).map(({ id }) => id));
    expect(await accruedBy(earner('of many'))).toBe(200n);
    const balance = await ledger.balances(database.db, many);
    expect(many.map((one) => balance(one).available)).toEqual(many.map((_, n) => (n < 20 ? 4n : 6n)));
    expect(await verify()).toEqual([]);
  });

  test('twenty at once for the last of it: one gets it', async () => {
    const ida = purse('ida');
    await give(ida, 10n);
    const tries = await Promise.all(Array.from({ length: 20 }, () => authorize(request(ida, 10n))));
    expect(tries.filter(([granted]) => granted !== null)).toHaveLength(1);
    expect(await balanceOf(ida)).toEqual({ posted: 10n, held: 10n, available: 0n });
  });

  test('batches that overlap in every order, in slots and alone, neither overdraw nor wait in a circle', async () => {
    const poor = Array.from({ length: 12 }, (_, n) => purse(`poor ${n}`));
    for (const one of poor) await give(one, 50n);
    await give(earner('of the poor'), 1n);
    const shuffled = () => [...poor].sort(() => Math.random() - 0.5);
    const acts = { begun: 0, asked: 0 };
    const once = <T>(act: (tx: Tx) => Promise<T>) => {
      acts.asked += 1;
      return run((tx) => {
        acts.begun += 1;
        return act(tx);
      });
    };
    const SLOTS = [{ slot: 0 }, { slot: 1 }, { slot: 2 }, {}];
    const rounds = Array.from({ length: 24 }, async (_, round) => {
      const firsts = shuffled();
      const requests = firsts.map((one, place) => request(one, 9n, firsts[(place + 1) % firsts.length]));
      const answers = await once((tx) => ledger.authorize(tx, requests));
      const granted = requests.filter((_, place) => answers[place]);
      const [first, ...rest] = granted;
      if (first) await once((tx) => ledger.voidHolds(tx, [first.id], at));
      const postings = rest.flatMap(({ id, first: from, second }) => {
        const taken = answers[requests.findIndex((asked) => asked.id === id)];
        return [
          move(id, from, earner('of the poor'), taken?.first ?? 0n),
          ...(second ? [move(id, second, earner('of the poor'), taken?.second ?? 0n, 1)] : []),
        ].filter(({ legs }) => legs[0]?.amount !== 0n);
      });
      if (postings.length > 0)
        await once((tx) => ledger.capture(tx, postings, at, SLOTS[round % SLOTS.length]));
      return rest.length;
    });
    const captured = (await Promise.all(rounds)).reduce((a, b) => a + b, 0);
    expect(await accruedBy(earner('of the poor'))).toBe(BigInt(captured) * 9n + 1n);
    expect(captured).toBeGreaterThan(20);
    expect(acts.begun).toBe(acts.asked); // nobody was sent back to end a deadlock
    expect(await verify()).toEqual([]);
  });
});

describe('accounts', () => {
  test('an account keeps its id, whoever asks and however many at once', async () => {
    const wanted = ['zoe', 'yan', 'xia'].map(purse);
    const book = ledger.createAccountBook();
    const asked = await Promise.all(Array.from({ length: 10 }, () => run((tx) => book.within(tx, wanted))));
    expect(new Set(asked.map((idOf) => wanted.map(idOf).join())).size).toBe(1);
  });

  test('an account that was rolled back is not remembered', async () => {
    const book = ledger.createAccountBook();
    const ghost = earner('ghost');
    await expect(
      run(async (tx) => {
        await book.within(tx, [ghost]);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow(/changed my mind/);
    const posted = run(async (tx) => {
      const idOf = await book.within(tx, [source, ghost]);
      return ledger.post(tx, [move(randomUUID(), source, ghost, 3n)], at, { ids: idOf });
    });
    await expect(posted).resolves.toBeTypeOf('bigint');
    expect(await accruedBy(ghost)).toBe(3n);
  });

  test('a posting to an account that was never opened is refused whole', async () => {
    const idOf = (one: ledger.Account) => (one.key === 'source' ? 4_000_001 : -4_000_003);
    await expect(
      run((tx) => ledger.post(tx, [move(randomUUID(), source, earner('x'), 1n)], at, { ids: idOf })),
    ).rejects.toThrow(/never opened|foreign key/);
  });
});

describe('reading', () => {
  const day = (date: string, series = 'kim') => ({
    ...account(`${series}:${date}`, false),
    series,
    day: date,
  });

  test('what was earned in an interval is not earned again when it moves', async () => {
    const saturday = day('2026-11-21');
    const sunday = day('2026-11-22');
    await post([move(randomUUID(), source, saturday, 40n)], new Date('2026-11-21T23:59:59Z'));
    await post([move(randomUUID(), source, sunday, 60n)], new Date('2026-11-22T00:00:00Z'));
    await post(
      [move(randomUUID(), saturday, earner('kim available'), 40n)],
      new Date('2026-11-22T10:00:00Z'),
    );
    expect((await ledger.seriesBalance(database.db, ['kim']))('kim')).toBe(60n);
    expect((await ledger.earned(database.db, ['kim']))('kim')).toBe(100n);
    const today = { from: new Date('2026-11-22T00:00:00Z') };
    expect((await ledger.earned(database.db, ['kim'], today))('kim')).toBe(60n);
    expect(await ledger.earnedByDay(database.db, ['kim'], new Date('2026-11-01T00:00:00Z'))).toEqual(
      new Map([
        ['2026-11-21', 40n],
        ['2026-11-22', 60n],
      ]),
    );
  });

  test('a balance at any instant is what it was then', async () => {
    const lea = purse('lea');
    const paid = earner('lea');
    await give(lea, 100n, randomUUID(), later(0));
    await post([move(randomUUID(), lea, paid, 30n)], later(10));
    await post([move(randomUUID(), lea, paid, 20n)], later(100));
    const asOf = async (when: Date) => {
      const moment = await ledger.momentBefore(database.db, new Date(when.getTime() + 1));
      const lying = await ledger.lyingIn(database.db, { keys: [lea.key, paid.key] }, moment);
      const held = new Map(lying.map(({ name, amount }) => [name, amount]));
      return [held.get(lea.key) ?? 0n, held.get(paid.key) ?? 0n];
    };
    expect(await asOf(later(-1))).toEqual([0n, 0n]);
    expect(await asOf(later(9))).toEqual([100n, 0n]);
    expect(await asOf(later(10))).toEqual([70n, 30n]);
    expect(await asOf(later(99))).toEqual([70n, 30n]);
    expect(await asOf(later(100))).toEqual([50n, 50n]);
  });

  test('a statement tells holds, releases and postings, newest first', async () => {
    const max = purse('max');
    await give(max, 100n, uuidv7(), new Date(Date.now() - 10_000));
    const [kept, freed, open] = [request(max, 60n), request(max, 10n), request(max, 5n)];
    await authorize(kept, freed, open);
    await run((tx) =>
      ledger.capture(tx, [move(kept.id, max, earner('max'), 50n)], new Date(Date.now() + 1000)),
    );
    await run((tx) => ledger.voidHolds(tx, [freed.id], new Date(Date.now() + 2000)));
    const told = await ledger.statement(database.db, [max.key], { kinds: null, before: null, limit: 20 });
    expect(told.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['release', 10n],
      ['release', 10n],
      ['move', -50n],
      ...[open, freed, kept]
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .map(({ amount }): [string, bigint] => ['hold', -amount]),
      ['move', 100n],
    ]);
    const [second] = told.slice(1);
    const next = await ledger.statement(database.db, [max.key], {
      kinds: null,
      before: { at: second?.at.toISOString() ?? '', id: second?.entry ?? '' },
      limit: 1,
    });
    expect(next[0]?.entry).toBe(told[2]?.entry);
  });
});

test('whatever people do, in whatever order, every invariant holds and a simple model agrees', async () => {
  const people = ['kim', 'lea', 'max'];
  const step = fc.record({
    who: fc.constantFrom(...people),
    what: fc.constantFrom('give', 'hold', 'capture', 'void'),
    amount: fc.bigInt({ min: 1n, max: 40n }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const run_id = randomUUID();
      const account_of = (who: string) => purse(`${run_id}:${who}`);
      const model = new Map(people.map((who) => [who, { posted: 0n, open: new Map<string, bigint>() }]));
      const heldOf = (open: Map<string, bigint>) => [...open.values()].reduce((a, b) => a + b, 0n);
      for (const { who, what, amount } of steps) {
        const mine = model.get(who);
        if (!mine) continue;
        const [open] = mine.open;
        if (what === 'give') {
          await give(account_of(who), amount);
          mine.posted += amount;
        } else if (what === 'hold') {
          const wanted = request(account_of(who), amount);
          const [granted] = await authorize(wanted);
          expect(granted !== null).toBe(mine.posted - heldOf(mine.open) >= amount);
          if (granted) mine.open.set(wanted.id, amount);
        } else if (open) {
          const [id, hold] = open;
          const captured = amount < hold ? amount : hold;
          if (what === 'capture') {
            await capture(move(id, account_of(who), earner(who), captured));
            mine.posted -= captured;
          } else {
            await voidHolds(id);
          }
          mine.open.delete(id);
        }
      }
      for (const [who, mine] of model) {
        const held = heldOf(mine.open);
        expect(await balanceOf(account_of(who))).toEqual({
          posted: mine.posted,
          held,
          available: mine.posted - held,
        });
      }
    }),
    { numRuns: 15, endOnFailure: true },
  );
  expect(await verify()).toEqual([]);
  expect(await verify('fast')).toEqual([]);
});

describe('what was changed behind our back is found', () => {
  const changes: [string, string, RegExp][] = [
    ['an amount', `update ledger.journal set amt0 = amt0 - 1, amt1 = amt1 + 1 where id = $1`, /hashes/],
    ['a name', `update ledger.account set key = key || '!' where key = 'purse:victim'`, /accounts/],
    [
      'a balance',
      `update ledger.balance set posted = posted + 1 where account_id = (select id from ledger.account where key = 'purse:victim')`,
      /the last is the balance/,
    ],
    [
      'an accrual',
      `update ledger.accrual set delta = delta + 1 where account_id = (select id from ledger.account where key = 'source')`,
      /accruals/,
    ],
    ['a hold', `update ledger.hold set amt = amt + 1`, /open holds/],
    ['a row that is gone', `delete from ledger.journal where id = $1`, /hashes/],
    [
      'a batch that is gone',
      `delete from ledger.batch where id = (select max(id) from ledger.batch)`,
      /hashes/,
    ],
  ];
  test.each(changes)('%s', async (_, change, found) => {
    const id = uuidv7();
    await give(purse('victim'), 10n, id);
    await authorize(request(purse('victim'), 1n));
    const breach = new Error('roll this back');
    const looking = database.db.transaction().execute(async (tx) => {
      const { sql } = await import('kysely');
      await sql.raw('set local session_replication_role = replica').execute(tx);
      await sql.raw(change.replace('$1', `'${id}'`)).execute(tx);
      const violations = [];
      for (const { run: look } of ledger.checks('full')) violations.push(...(await look(tx)));
      expect(violations.map(({ invariant }) => invariant).join()).toMatch(found);
      throw breach;
    });
    await expect(looking).rejects.toBe(breach);
  });
});
