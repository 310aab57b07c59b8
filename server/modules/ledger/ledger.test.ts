import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../tests/setup/database.ts';
import { type Database, openDatabase } from '../../kit/database.ts';
import * as ledger from './index.ts';

const purse = (name: string): ledger.Account => ({ key: `purse:${name}`, asset: 'CREDIT', guarded: true });
const source: ledger.Account = { key: 'source', asset: 'CREDIT', guarded: false };
const earner = (name: string): ledger.Account => ({ key: `earner:${name}`, asset: 'CREDIT', guarded: false });
const dollars: ledger.Account = { key: 'dollars', asset: 'USD', guarded: false };
const at = new Date('2026-11-22T12:00:30Z');

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

const run = <T>(
  act: Parameters<Database['inTransaction']>[0] extends (tx: infer X) => unknown
    ? (tx: X) => Promise<T>
    : never,
) => database.inTransaction(act);

const give = (to: ledger.Account, amount: bigint, id: string = randomUUID()) =>
  run((tx) =>
    ledger.post(
      tx,
      [
        {
          id,
          kind: 'gift',
          memo: 'gift',
          legs: [
            { account: source, amount: -amount },
            { account: to, amount },
          ],
        },
      ],
      at,
    ),
  );

const balanceOf = async (account: ledger.Account) => (await ledger.balances(database.db, [account]))(account);

describe('posting', () => {
  test('what one account gains another gives', async () => {
    const ada = purse('ada');
    await give(ada, 500n);
    expect(await balanceOf(ada)).toEqual({ posted: 500n, held: 0n, available: 500n });
  });

  test('the same cause is posted once, however often it is tried', async () => {
    const bea = purse('bea');
    const id = randomUUID();
    await give(bea, 100n, id);
    await expect(give(bea, 100n, id)).rejects.toThrow(ledger.AlreadyPosted);
    expect((await balanceOf(bea)).posted).toBe(100n);
  });

  test('a guarded account never falls below zero', async () => {
    const cem = purse('cem');
    await give(cem, 100n);
    const take = run((tx) =>
      ledger.post(
        tx,
        [
          {
            id: randomUUID(),
            kind: 'take',
            memo: '',
            legs: [
              { account: cem, amount: -101n },
              { account: source, amount: 101n },
            ],
          },
        ],
        at,
      ),
    );
    await expect(take).rejects.toThrow(ledger.Overdrawn);
    expect((await balanceOf(cem)).posted).toBe(100n);
  });

  test('what does not sum to zero, or mixes assets, never reaches the database', async () => {
    const lopsided = run((tx) =>
      ledger.post(
        tx,
        [
          {
            id: randomUUID(),
            kind: 'x',
            memo: '',
            legs: [
              { account: source, amount: -1n },
              { account: purse('d'), amount: 2n },
            ],
          },
        ],
        at,
      ),
    );
    await expect(lopsided).rejects.toThrow(/sums to zero/);
    const mixed = run((tx) =>
      ledger.post(
        tx,
        [
          {
            id: randomUUID(),
            kind: 'x',
            memo: '',
            legs: [
              { account: source, amount: -1n },
              { account: dollars, amount: 1n },
            ],
          },
        ],
        at,
      ),
    );
    await expect(mixed).rejects.toThrow(/one asset/);
  });

  test('the journal cannot be changed, not even by hand', async () => {
    await give(purse('eve'), 1n);
    await expect(database.pool.query('update ledger.journal set memo = $1', ['mine'])).rejects.toThrow(
      /append only/,
    );
    await expect(database.pool.query('delete from ledger.batch')).rejects.toThrow(/append only/);
    await expect(database.pool.query('truncate ledger.journal')).rejects.toThrow(/append only/);
  });
});

describe('holding', () => {
  test('what is held cannot be held or spent again', async () => {
    const fay = purse('fay');
    await give(fay, 100n);
    await run((tx) => ledger.hold(tx, [{ id: randomUUID(), account: fay, amount: 80n, memo: '' }], at));
    expect(await balanceOf(fay)).toEqual({ posted: 100n, held: 80n, available: 20n });
    const again = run((tx) =>
      ledger.hold(tx, [{ id: randomUUID(), account: fay, amount: 21n, memo: '' }], at),
    );
    await expect(again).rejects.toThrow(ledger.Overdrawn);
  });

  test('a hold is captured or voided, once', async () => {
    const gil = purse('gil');
    await give(gil, 100n);
    const id = randomUUID();
    await run((tx) => ledger.hold(tx, [{ id, account: gil, amount: 60n, memo: '' }], at));
    const charge = {
      id,
      kind: 'charge',
      memo: '',
      legs: [
        { account: gil, amount: -50n },
        { account: earner('gil'), amount: 50n },
      ],
    };
    await run((tx) => ledger.capture(tx, [{ id, account: gil, captured: 50n }], [charge], at));
    expect(await balanceOf(gil)).toEqual({ posted: 50n, held: 0n, available: 50n });
    await expect(
      run((tx) =>
        ledger.capture(tx, [{ id, account: gil, captured: 50n }], [{ ...charge, id: randomUUID() }], at),
      ),
    ).rejects.toThrow(ledger.HoldNotOpen);
    await expect(run((tx) => ledger.voidHolds(tx, id, at))).rejects.toThrow(ledger.HoldNotOpen);
  });

  test('nothing is charged that was not captured', async () => {
    const hal = purse('hal');
    await give(hal, 100n);
    const id = randomUUID();
    await run((tx) => ledger.hold(tx, [{ id, account: hal, amount: 60n, memo: '' }], at));
    const charge = {
      id,
      kind: 'charge',
      memo: '',
      legs: [
        { account: hal, amount: -61n },
        { account: earner('hal'), amount: 61n },
      ],
    };
    await expect(
      run((tx) => ledger.capture(tx, [{ id, account: hal, captured: 60n }], [charge], at)),
    ).rejects.toThrow(/what is captured/);
  });

  test('twenty at once for the last of it: one gets it', async () => {
    const ida = purse('ida');
    await give(ida, 10n);
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        run((tx) => ledger.hold(tx, [{ id: randomUUID(), account: ida, amount: 10n, memo: '' }], at)),
      ),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balanceOf(ida)).toEqual({ posted: 10n, held: 10n, available: 0n });
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
      const account = (who: string) => purse(`${run_id}:${who}`);
      const model = new Map(people.map((who) => [who, { posted: 0n, open: new Map<string, bigint>() }]));
      for (const { who, what, amount } of steps) {
        const mine = model.get(who);
        if (!mine) continue;
        const held = [...mine.open.values()].reduce((a, b) => a + b, 0n);
        const [open] = mine.open;
        if (what === 'give') {
          await give(account(who), amount);
          mine.posted += amount;
        } else if (what === 'hold') {
          const id = randomUUID();
          const held_now = await run((tx) =>
            ledger.hold(tx, [{ id, account: account(who), amount, memo: '' }], at),
          ).then(
            () => true,
            (error: unknown) => {
              if (error instanceof ledger.Overdrawn) return false;
              throw error;
            },
          );
          expect(held_now).toBe(mine.posted - held >= amount);
          if (held_now) mine.open.set(id, amount);
        } else if (open) {
          const [id, hold] = open;
          const captured = amount < hold ? amount : hold;
          if (what === 'capture') {
            const legs = [
              { account: account(who), amount: -captured },
              { account: earner(who), amount: captured },
            ];
            await run((tx) =>
              ledger.capture(
                tx,
                [{ id, account: account(who), captured }],
                [{ id, kind: 'charge', memo: '', legs }],
                at,
              ),
            );
            mine.posted -= captured;
          } else {
            await run((tx) => ledger.voidHolds(tx, id, at));
          }
          mine.open.delete(id);
        }
      }
      for (const [who, mine] of model) {
        const held = [...mine.open.values()].reduce((a, b) => a + b, 0n);
        expect(await balanceOf(account(who))).toEqual({
          posted: mine.posted,
          held,
          available: mine.posted - held,
        });
      }
    }),
    { numRuns: 15 },
  );
  expect((await ledger.invariants(database.db)).violations).toEqual([]);
});

test('a row that was changed behind our back is found by the chain of hashes', async () => {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('alter table ledger.journal disable trigger user');
    await client.query(
      `update ledger.journal set memo = 'another' where (id, part) = (select id, part from ledger.journal limit 1)`,
    );
    const { rows } = await client.query(`
      with rows as (select batch_id, string_agg(ledger.row_digest(j), ''::bytea order by ordinal) d from ledger.journal j group by 1)
      select c.id from ledger.batch c join rows r on r.batch_id = c.id
      where c.hash <> sha256(c.prev_hash || convert_to(c.id || '|' || c.slot || '|' || extract(epoch from c.at), 'UTF8') || r.d)`);
    expect(rows).toHaveLength(1);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
