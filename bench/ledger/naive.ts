import type pg from 'pg';
import { EARNERS, type Generation, PAYERS, PRICE, SHARES, type World } from './world.ts';

/**
 * What one would write first, and does well: each generation one transaction with its entries as rows and every
 * balance kept, accounts locked in a fixed order, prepared statements, as many connections as help.
 */
export async function prepareNaive({ database }: World): Promise<void> {
  await database.pool.query(`
    create schema naive;
    create table naive.balance (account int primary key, amount int8 not null) with (fillfactor = 50);
    create table naive.entry (id uuid not null, account int not null, amount int8 not null, at timestamptz not null, primary key (id, account));
    create index on naive.entry (account, at);
    insert into naive.balance select n, 1000000000000 from generate_series(0, ${PAYERS + 2 * EARNERS}) n;`);
  await database.pool.query('vacuum analyze naive.balance');
}

const PLATFORM = PAYERS + 2 * EARNERS;

async function settleNaively(client: pg.PoolClient, generation: Generation): Promise<void> {
  const accounts = [
    generation.payer,
    PAYERS + generation.creator,
    PAYERS + EARNERS + generation.collaborator,
    PLATFORM,
  ];
  const amounts = [-PRICE, SHARES.creator, SHARES.collaborator, SHARES.platform].map(String);
  await client.query('begin');
  await client.query({
    name: 'entries',
    text: 'insert into naive.entry select $1, a, m, now() from unnest($2::int[], $3::int8[]) t(a, m)',
    values: [generation.id, accounts, amounts],
  });
  // the platform last: its row is locked for the shortest time
  for (const [place, account] of accounts.entries()) {
    await client.query({
      name: 'balance',
      text: 'update naive.balance set amount = amount + $2 where account = $1',
      values: [account, amounts[place]],
    });
  }
  await client.query('commit');
}

/** Generations settled, `lanes` at once, until the list is done. */
export async function runNaive({ database }: World, all: Generation[], lanes: number): Promise<void> {
  const queue = [...all];
  const lane = async () => {
    const client = await database.pool.connect();
    try {
      for (let next = queue.shift(); next; next = queue.shift()) await settleNaively(client, next);
    } finally {
      client.release();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
