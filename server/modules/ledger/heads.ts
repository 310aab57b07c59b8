import { sql } from 'kysely';
import * as z from 'zod';
import type { Db } from '../../kit/database.ts';
import { gather, type Violation } from '../../kit/findings.ts';
import { SLOTS } from './ledger.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** The newest batch of each slot and how many there are, and the newest of the accounts: the ends of the ledger's chains. */
export const LedgerHead = z.object({
  slots: z.array(z.object({ slot: z.int(), batch: z.int(), hash: Hash, batches: z.int() })),
  accounts: z.object({ number: z.int(), hash: Hash }).nullable(),
});
export type LedgerHead = z.infer<typeof LedgerHead>;

/** Where the chains end now. Only what came after `since` is counted. */
export async function head(db: Db, since: LedgerHead | null): Promise<LedgerHead> {
  const known = since?.slots ?? [];
  // of a slot that is not known yet any batch may be new
  const floor = known.length < SLOTS ? 0 : Math.min(...known.map(({ batch }) => batch));
  const { rows } = await sql<{ slot: number; batch: bigint; hash: Buffer; batches: bigint }>`
    with known as (
      select * from unnest(${known.map(({ slot }) => slot)}::int2[], ${known.map(({ batch }) => batch)}::int8[]) k(slot, batch)),
    newer as (
      select b.slot, max(b.id) as batch, count(*) as batches
      from ledger.batches b left join known k on k.slot = b.slot
      where b.id > ${floor} and b.id > coalesce(k.batch, 0)
      group by b.slot)
    select n.slot, n.batch, n.batches, b.hash from newer n join ledger.batches b on b.id = n.batch`.execute(
    db,
  );
  const slots = new Map(known.map((end) => [end.slot, end]));
  for (const { slot, batch, hash, batches } of rows) {
    slots.set(slot, {
      slot,
      batch: Number(batch),
      hash: hash.toString('hex'),
      batches: (slots.get(slot)?.batches ?? 0) + Number(batches),
    });
  }
  return {
    slots: [...slots.values()].sort((a, b) => a.slot - b.slot),
    accounts: await newestAccount(db),
  };
}

async function newestAccount(db: Db): Promise<LedgerHead['accounts']> {
  const { rows } = await sql<{ number: number; hash: Buffer }>`
    select number, hash from ledger.accounts order by number desc limit 1`.execute(db);
  return rows[0] ? { number: rows[0].number, hash: rows[0].hash.toString('hex') } : null;
}

/** What these heads name and the ledger does not have, or not with that hash; asked for many heads at once. */
export async function missingOf(
  db: Db,
  heads: readonly LedgerHead[],
): Promise<(head: LedgerHead) => string[]> {
  const batches = new Set(heads.flatMap(({ slots }) => slots.map(({ batch }) => batch)));
  const accounts = new Set(heads.flatMap((head) => (head.accounts ? [head.accounts.number] : [])));
  const { rows: found } = await sql<{ id: bigint; slot: number; hash: Buffer }>`
    select id, slot, hash from ledger.batches where id = any(${[...batches]}::int8[])`.execute(db);
  const { rows: named } = await sql<{ number: number; hash: Buffer }>`
    select number, hash from ledger.accounts where number = any(${[...accounts]}::int4[])`.execute(db);
  const batchHashes = new Map(found.map(({ id, slot, hash }) => [`${slot}:${id}`, hash.toString('hex')]));
  const accountHashes = new Map(named.map(({ number, hash }) => [number, hash.toString('hex')]));
  return (head) => [
    ...head.slots
      .filter(({ slot, batch, hash }) => batchHashes.get(`${slot}:${batch}`) !== hash)
      .map(({ slot, batch }) => `ledger batch ${batch} of slot ${slot}`),
    ...(head.accounts && accountHashes.get(head.accounts.number) !== head.accounts.hash
      ? [`ledger account ${head.accounts.number}`]
      : []),
  ];
}

const BATCHES = 'the chain of hashes is whole';
const ACCOUNTS = 'the chain of accounts is whole';
export const CHAINS = [BATCHES, ACCOUNTS];
const SUBJECTS_MAX = 20;
const PAGE = 1_000;
const EMPTY = Buffer.alloc(0);
/** The largest int8. */
const LAST_SEQ = 2n ** 63n - 1n;

/**
 * Whether every batch says what was hashed when it was written, and follows the one before it; the accounts
 * likewise. The hash is spelled out here: a function of the schema could be made to agree with anything.
 */
export async function verifyChains(
  db: Db,
): Promise<{ checked: string[]; violations: Violation[]; rows: number }> {
  const { violations, find } = gather();
  let rows = 0;
  const ends = new Map<number, Buffer>();
  const words = await wordsOfBatch(db);
  for (let after = 0n, more = true; more;) {
    const page = await batchesAfter(db, after, words);
    for (const { batch, written, found, computed } of page) {
      if (!written) {
        find(BATCHES, `${batch}, of which there are only rows`);
        continue;
      }
      const { slot, n, prev_hash, hash } = written;
      const isWhole = n === Number(found) && computed?.equals(hash);
      if (!isWhole || !prev_hash.equals(ends.get(slot) ?? EMPTY)) find(BATCHES, String(batch));
      ends.set(slot, hash);
      rows += n;
      after = batch;
    }
    more = page.filter(({ written }) => written).length === PAGE;
  }
  for (const subject of await wrongAccounts(db)) find(ACCOUNTS, subject);
  return { checked: CHAINS, violations, rows };
}

const LEGS = [0, 1, 2, 3, 4, 5];
const COLUMNS = [
  ...['id', 'part', 'kind', 'memo', 'held0'],
  ...LEGS.flatMap((leg) => [`acc${leg}`, `amt${leg}`]),
];
const NEVER_EMPTY = new Set(['id', 'part', 'kind', 'acc0', 'amt0', 'acc1', 'amt1']);

/** What the rows of a batch say, column by column as it was hashed: a dash where no row has anything in it. */
async function wordsOfBatch(db: Db): Promise<string> {
  // putting together columns in which there is nothing anywhere would take a third of the time
  const optional = COLUMNS.filter((name) => !NEVER_EMPTY.has(name));
  const { rows } = await sql<Record<string, boolean>>`
    select ${sql.raw(optional.map((name) => `count(${name}) > 0 as ${name}`).join(', '))} from ledger.rows`.execute(
    db,
  );
  const together = (name: string) => `array_agg(${name} order by seq)`;
  return COLUMNS.map((name) => {
    if (NEVER_EMPTY.has(name)) return `array_send(${together(name)})`;
    return rows[0]?.[name]
      ? `coalesce(array_send(case when count(${name}) > 0 then ${together(name)} end), '-')`
      : `'-'::bytea`;
  }).join(' || ');
}

/** A batch, and what its rows say; `written` is null where there are rows and no batch. */
type BatchFound = {
  batch: bigint;
  written: { slot: number; n: number; prev_hash: Buffer; hash: Buffer } | null;
  found: bigint;
  computed: Buffer | null;
};

async function batchesAfter(db: Db, after: bigint, words: string): Promise<BatchFound[]> {
  type Row = Omit<BatchFound, 'written'> & NonNullable<BatchFound['written']> & { is_written: boolean };
  const { rows } = await sql<Row>`
    with page as materialized (select * from ledger.batches where id > ${after} order by id limit ${PAGE}),
    bounds as (
      select (${after}::int8 + 1) << 20 as from_seq,
             case when count(*) < ${PAGE} then ${LAST_SEQ}::int8 else ((max(id) + 1) << 20) - 1 end as to_seq from page),
    said as (
      select seq >> 20 as batch, count(*) as found, ${sql.raw(words)} as words
      from ledger.rows where seq between (select from_seq from bounds) and (select to_seq from bounds)
      group by 1)
    select coalesce(b.id, s.batch) as batch, b.id is not null as is_written, b.slot, b.n, b.prev_hash, b.hash,
           coalesce(s.found, 0) as found,
           sha256(b.prev_hash || int8send(b.id) || int2send(b.slot) || timestamptz_send(b.at) || s.words) as computed
    from page b full join said s on s.batch = b.id order by 1`.execute(db);
  return rows.map(({ batch, is_written, found, computed, slot, n, prev_hash, hash }) => ({
    batch,
    found,
    computed,
    written: is_written ? { slot, n, prev_hash, hash } : null,
  }));
}

async function wrongAccounts(db: Db): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    with chained as (
      select id, key, number, hash, row_number() over by_number as place,
             coalesce(lag(hash) over by_number, '') as prev_hash
      from ledger.accounts window by_number as (order by number))
    select key from chained
    where number <> place
       or hash <> sha256(prev_hash || convert_to(concat_ws('|', number, id, key), 'UTF8'))
    order by number limit ${SUBJECTS_MAX}`.execute(db);
  return rows.map(({ key }) => key);
}
