import { mkdtemp, rm } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 } from 'uuid';
import { type Database, openDatabase } from '../../server/kit/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/kit/embedded-postgres.ts';
import { migrate } from '../../server/kit/migrate.ts';
import * as ledger from '../../server/modules/ledger/index.ts';

export const PAYERS = 200_000;
export const EARNERS = 1_000;
export const PRICE = 1_000_000n;
const PURSE = 1_000_000_000_000n;
/** Accounts opened, and purses filled, in one call. */
const CHUNK = 5_000;

/** A durable PostgreSQL with a ledger in it: 200,000 filled purses, 1,000 creators, 1,000 collaborators, one platform. */
export type World = {
  postgres: EmbeddedPostgres;
  database: Database;
  ids: ledger.IdOf;
  close(): Promise<void>;
};

const account = (key: string, guarded: boolean): ledger.Account => ({ key, asset: 'CREDIT', guarded });
export const purse = (n: number) => account(`purse:${n}`, true);
export const creator = (n: number) => account(`creator:${n}`, false);
export const collaborator = (n: number) => account(`collaborator:${n}`, false);
export const platform = account('platform', false);
const mint = account('mint', false);

export async function openWorld(): Promise<World> {
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-ledger-'));
  const postgres = await startEmbeddedPostgres({
    data_dir,
    // room for the working set, and no checkpoint in the middle of a pair: the same for all that are compared
    settings: { shared_buffers: '1GB', max_wal_size: '16GB', checkpoint_timeout: '1h' },
  });
  const database = openDatabase(postgres.url, { connections_max: 40 });
  await migrate(database.pool);
  const book = ledger.createAccountBook();
  const all = [
    platform,
    mint,
    ...Array.from({ length: EARNERS }, (_, n) => [creator(n), collaborator(n)]).flat(),
    ...Array.from({ length: PAYERS }, (_, n) => purse(n)),
  ];
  const byKey = new Map<string, number>();
  for (let from = 0; from < all.length; from += CHUNK) {
    const some = all.slice(from, from + CHUNK);
    const idOf = await database.inTransaction((tx) => book.within(tx, some));
    for (const one of some) byKey.set(one.key, idOf(one));
  }
  const ids: ledger.IdOf = ({ key }) => byKey.get(key) ?? 0;
  for (let from = 0; from < PAYERS; from += CHUNK) {
    const gifts = Array.from({ length: CHUNK }, (_, n) => ({
      id: v7(),
      kind: 'gift',
      memo: '',
      legs: [
        { account: purse(from + n), amount: PURSE },
        { account: mint, amount: -PURSE },
      ],
    }));
    await database.inTransaction((tx) => ledger.post(tx, gifts, new Date(), { ids }));
  }
  await database.pool.query('vacuum analyze');
  await database.pool.query('checkpoint');
  return {
    postgres,
    database,
    ids,
    async close() {
      await database.close();
      await postgres.stop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

const any = (below: number) => Math.floor(Math.random() * below);
/** A few are used by many: the cube of a uniform draw. */
const skewed = (below: number) => Math.floor(Math.random() ** 3 * below);

export type Generation = { id: string; payer: number; creator: number; collaborator: number };

/** Generations as they come: any payer, skewed creators, time-ordered ids. */
export const generations = (n: number): Generation[] =>
  Array.from({ length: n }, () => ({
    id: v7(),
    payer: any(PAYERS),
    creator: skewed(EARNERS),
    collaborator: skewed(EARNERS),
  }));

/** 60 % to the creator, 10 % to a collaborator, 30 % to the platform. */
export const SHARES = {
  creator: (PRICE * 6n) / 10n,
  collaborator: PRICE / 10n,
  platform: (PRICE * 3n) / 10n,
};

export const charge = (generation: Generation): ledger.Posting => ({
  id: generation.id,
  kind: 'charge',
  memo: '',
  legs: [
    { account: purse(generation.payer), amount: -PRICE },
    { account: creator(generation.creator), amount: SHARES.creator },
    { account: collaborator(generation.collaborator), amount: SHARES.collaborator },
    { account: platform, amount: SHARES.platform },
  ],
});

/** Processor time of the whole PostgreSQL so far, in microseconds: the postmaster, its children and those that ended. */
export function cpuOfPostgres({ pid }: EmbeddedPostgres): number {
  const TICK_US = 10_000;
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [ppid = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map(
        (n) => fields[n],
      );
      if (Number(name) === pid) ticks += utime + stime + cutime + cstime;
      else if (ppid === pid) ticks += utime + stime;
    } catch {
      // it ended meanwhile: the postmaster counts it
    }
  }
  return ticks * TICK_US;
}

export async function walBytes({ database }: World): Promise<bigint> {
  const { rows } = await database.pool.query<{ bytes: bigint }>(
    `select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::int8 as bytes`,
  );
  return rows[0]?.bytes ?? 0n;
}
