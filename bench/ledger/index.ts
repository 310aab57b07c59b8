import { loadavg } from 'node:os';
import { createBatcher } from '../../server/kit/batcher.ts';
import { inOneSnapshot, type Tx } from '../../server/kit/database.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { quantile, round } from '../quantile.ts';
import { copyIn } from './copy-in.ts';
import { prepareNaive, runNaive } from './naive.ts';
import {
  charge,
  cpuOfPostgres,
  type Generation,
  generations,
  openWorld,
  PRICE,
  purse,
  walBytes,
  type World,
} from './world.ts';

const PAIRS = 7;
const BATCH = 8_000;
const BATCHES = 4;
const NAIVE = 600;
const LANES = [4, 8, 16, 32];
const OPEN_LOOP = { per_s: 1_000, seconds: 12, warm_up_s: 2 };
const ROWS_TO_VERIFY = 1_000_000;
const ROWS_OF_GROWTH = 10_000_000;

type Measured = { per_s: number; cpu_us: number; wal: number };

/**
 * The ledger as the product calls it, against what one would write first and against the speed at which PostgreSQL
 * takes rows at all. Everything that is compared runs in turn in one process on one server; ratios are medians of pairs.
 */
export async function benchLedger(options: { long: boolean }): Promise<Record<string, number | string>> {
  const load_before = loadavg()[0] ?? 0;
  const world = await openWorld();
  try {
    await prepareNaive(world);
    await prepareCopy(world);
    const lanes = await bestLanes(world);
    await postBatches(world, BATCHES); // plans, caches, first pages

    const posts: Measured[] = [];
    const alone: Measured[] = [];
    const cycles: Measured[] = [];
    const ratios = {
      naive: [] as number[],
      copy: [] as number[],
      alone: [] as number[],
      cycle: [] as number[],
    };
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const naive = await measured(world, NAIVE, naively(world, lanes));
      const post = await postBatches(world, BATCHES);
      const copy = await measured(world, BATCH * BATCHES, copying(world));
      const one_slot = await postBatches(world, BATCHES, 1);
      const cycle = await cycleBatches(world, BATCHES);
      posts.push(post);
      alone.push(one_slot);
      cycles.push(cycle);
      ratios.naive.push(post.per_s / naive.per_s);
      ratios.copy.push(post.per_s / copy.per_s);
      ratios.alone.push(one_slot.per_s / copy.per_s);
      ratios.cycle.push(cycle.per_s / naive.per_s);
      const rates = { naive, post, copy, 'post in one slot': one_slot, 'authorize + capture': cycle };
      const told = Object.entries(rates).map(([name, { per_s }]) => `${name} ${whole(per_s)}/s`);
      say(`pair ${pair}: ${told.join(', ')}`);
    }
    const p99_ms = await openLoop(world);
    const verify_rows_per_s = await verifying(world);
    const growth = options.long ? await growing(world) : null;
    return {
      post_vs_naive: round(median(ratios.naive)),
      post_vs_copy: round(median(ratios.copy), 2),
      cycle_vs_naive: round(median(ratios.cycle)),
      pg_cpu_us_per_generation: round(median(alone.map(({ cpu_us }) => cpu_us))),
      wal_bytes_per_generation: whole(median(cycles.map(({ wal }) => wal))),
      p99_ms_at_1000_per_s: round(p99_ms),
      ...(growth === null ? {} : { growth_10m: round(growth, 2) }),
      verify_rows_per_s,
      // side by side two backends share a core's units, so that each works longer for the same
      pg_cpu_us_side_by_side: round(median(posts.map(({ cpu_us }) => cpu_us))),
      post_in_one_slot_vs_copy: round(median(ratios.alone), 2),
      post_per_s: whole(median(posts.map(({ per_s }) => per_s))),
      cycle_per_s: whole(median(cycles.map(({ per_s }) => per_s))),
      naive_lanes: lanes,
      pairs: PAIRS,
      load_before: round(load_before),
      load_after: round(loadavg()[0] ?? 0),
    };
  } finally {
    await world.close();
  }
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
const whole = Math.round;
const median = (figures: readonly number[]) => quantile(figures, 0.5);

async function measured(world: World, n: number, work: () => Promise<void>): Promise<Measured> {
  const cpu = cpuOfPostgres(world.postgres);
  const wal = await walBytes(world);
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  return {
    per_s: n / seconds,
    cpu_us: (cpuOfPostgres(world.postgres) - cpu) / n,
    wal: Number((await walBytes(world)) - wal) / n,
  };
}

// what is compared ---------------------------------------------------------------------------------------------

/** The number of connections at which one transaction for each generation is quickest here. */
async function bestLanes(world: World): Promise<number> {
  let best = { lanes: 0, per_s: 0 };
  for (const lanes of LANES) {
    const { per_s } = await measured(world, NAIVE, naively(world, lanes));
    say(`naive on ${lanes} connections: ${whole(per_s)}/s`);
    if (per_s > best.per_s) best = { lanes, per_s };
  }
  return best.lanes;
}

function naively(world: World, lanes: number) {
  const all = generations(NAIVE);
  return () => runNaive(world, all, lanes);
}

/** Batches as they come to the ledger's slots: each payer in one of `slots`, which work side by side. */
function bySlot(batches: number, slots: number): Generation[][][] {
  const lines: Generation[][] = Array.from({ length: slots }, () => []);
  for (const generation of generations(batches * BATCH)) lines[generation.payer % slots]?.push(generation);
  return lines.map((line) =>
    Array.from({ length: Math.ceil(line.length / BATCH) }, (_, n) => line.slice(n * BATCH, (n + 1) * BATCH)),
  );
}

/** Charges posted by the ledger, on as many slots as the product has or on fewer. */
function postBatches(world: World, batches: number, slots = ledger.SLOTS): Promise<Measured> {
  const lines = bySlot(batches, slots).map((line) => line.map((some) => some.map(charge)));
  return measured(world, batches * BATCH, () =>
    sideBySide(lines, (charges, slot) =>
      world.database.inTransaction((tx) => ledger.post(tx, charges, new Date(), { ids: world.ids, slot })),
    ),
  );
}

async function sideBySide<T>(
  lines: readonly (readonly T[])[],
  act: (item: T, line: number) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    lines.map(async (line, place) => {
      for (const item of line) await act(item, place);
    }),
  );
}

const holdOf = (generation: Generation): ledger.HoldRequest => ({
  id: generation.id,
  first: purse(generation.payer),
  second: null,
  amount: PRICE,
  expires_at: new Date(Date.now() + 3_600_000),
});

/** The whole life of a generation: authorized in one transaction, captured in another. */
function cycleBatches(world: World, batches: number): Promise<Measured> {
  const { database, ids } = world;
  const lines = bySlot(batches, ledger.SLOTS);
  return measured(world, batches * BATCH, () =>
    sideBySide(lines, async (some, slot) => {
      await database.inTransaction((tx) => ledger.authorize(tx, some.map(holdOf), ids));
      await database.inTransaction((tx) => ledger.capture(tx, some.map(charge), new Date(), { ids, slot }));
    }),
  );
}

/** The same rows into the same table with the same indexes, over the same kind of connection, and nothing else. */
async function prepareCopy({ database }: World): Promise<void> {
  await database.pool.query(
    `create schema copied; create table copied.journal (like ledger.journal including all)`,
  );
}

/** What is sent is made before the clock runs. */
function copying(world: World): () => Promise<void> {
  let seq = BigInt(Date.now()) << 20n;
  const batches = Array.from({ length: BATCHES }, () =>
    generations(BATCH).map((generation) => {
      const { id, kind, legs } = charge(generation);
      seq += 1n;
      const columns = legs.flatMap(({ account, amount }) => [world.ids(account), amount]);
      return `${[id, 0, seq, kind, 999_000_000_000n, ...columns].join('\t')}\n`;
    }),
  ).map((rows) => Buffer.from(rows.join('')));
  return async () => {
    const client = await world.database.pool.connect();
    try {
      for (const rows of batches)
        await copyIn(
          client,
          'copy copied.journal (id, part, seq, kind, bal0, acc0, amt0, acc1, amt1, acc2, amt2, acc3, amt3) from stdin',
          rows,
        );
    } finally {
      client.release();
    }
  };
}

// how long one waits ---------------------------------------------------------------------------------------------

/**
 * Callers arrive by the clock whether or not those before them were served, and each awaits its own generation:
 * authorized, then captured, each through a batcher. The time is from when a caller was due.
 */
async function openLoop(world: World): Promise<number> {
  const { database, ids } = world;
  const lines = (act: (tx: Tx, some: readonly Generation[], slot: number) => Promise<unknown>) => {
    const batchers = Array.from({ length: ledger.SLOTS }, (_, slot) =>
      createBatcher<Generation, void>({
        size_max: 1_000,
        async flush(some) {
          await database.inTransaction((tx) => act(tx, some, slot));
          return some.map(() => ({ value: undefined }));
        },
      }),
    );
    return (generation: Generation) => batchers[generation.payer % ledger.SLOTS]?.add(generation);
  };
  const authorize = lines((tx, some) => ledger.authorize(tx, some.map(holdOf), ids));
  const capture = lines((tx, some, slot) => ledger.capture(tx, some.map(charge), new Date(), { ids, slot }));
  const { per_s, seconds, warm_up_s } = OPEN_LOOP;
  const waits: number[] = [];
  const open: Promise<void>[] = [];
  const begun = performance.now();
  for (let n = 0; n < per_s * seconds;) {
    const due_by_now = Math.min(per_s * seconds, Math.floor(((performance.now() - begun) / 1_000) * per_s));
    for (const generation of generations(due_by_now - n)) {
      const due = begun + (n / per_s) * 1_000;
      const counts = n >= warm_up_s * per_s;
      n += 1;
      open.push(
        (async () => {
          await authorize(generation);
          await capture(generation);
          if (counts) waits.push(performance.now() - due);
        })(),
      );
    }
    await new Promise((rest) => setTimeout(rest, 1));
  }
  await Promise.all(open);
  say(`open loop: ${waits.length} at ${per_s}/s, p50 ${round(median(waits))} ms`);
  return quantile(waits, 0.99);
}

// at size ---------------------------------------------------------------------------------------------------------

async function rowsOf({ database }: World): Promise<number> {
  const { rows } = await database.pool.query<{ n: bigint }>('select count(*) n from ledger.journal');
  return Number(rows[0]?.n);
}

async function fillTo(world: World, rows: number): Promise<void> {
  for (let n = await rowsOf(world); n < rows; n += BATCH)
    await world.database.inTransaction((tx) =>
      ledger.post(tx, generations(Math.min(BATCH, rows - n)).map(charge), new Date(), { ids: world.ids }),
    );
}

/** Rows of the journal for which every invariant of the ledger is checked in a second, on two connections. */
async function verifying(world: World): Promise<number> {
  await fillTo(world, ROWS_TO_VERIFY);
  await world.database.pool.query('vacuum analyze');
  const rows = await rowsOf(world);
  const rates: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const begun = performance.now();
    const works = ledger.checks('full').map(
      ({ run }) =>
        (tx: Tx) =>
          run(tx),
    );
    const violations = (await inOneSnapshot(world.database.db, 2, works)).flat();
    if (violations.length > 0) throw new Error(`the books do not hold: ${JSON.stringify(violations)}`);
    rates.push(rows / ((performance.now() - begun) / 1_000));
  }
  say(`verify: ${rows} rows, ${rates.map(whole).join(', ')} rows/s`);
  return whole(median(rates));
}

/** How fast it still is with ten million rows: another ledger, empty, runs in turn with the full one. */
async function growing(full: World): Promise<number> {
  say('growing to ten million rows');
  await fillTo(full, ROWS_OF_GROWTH);
  await full.database.pool.query('vacuum analyze');
  await full.database.pool.query('checkpoint');
  const empty = await openWorld();
  try {
    await postBatches(empty, BATCHES);
    await postBatches(full, BATCHES);
    const ratios: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const small = await postBatches(empty, BATCHES);
      const large = await postBatches(full, BATCHES);
      ratios.push(large.per_s / small.per_s);
      say(`growth ${pair}: empty ${whole(small.per_s)}/s, ten million ${whole(large.per_s)}/s`);
    }
    return median(ratios);
  } finally {
    await empty.close();
  }
}
