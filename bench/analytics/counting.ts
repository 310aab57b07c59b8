import { addFacts, type Fact, foldFacts, insertionOf } from '../../server/modules/analytics/index.ts';
import { cpuOfPostgres } from '../ledger/world.ts';
import { quantile } from '../quantile.ts';
import { drawFact, peopleOf, type People } from './facts.ts';
import type { World } from './world.ts';

/** What comes at 5,000 a second: heard every 200 ms, and folded every 5 s. */
const BATCH = 1_000;
const BATCHES = 50;
const FOLD_EVERY = 25;
const BATCH_MS = 200;
const PAIRS = 7;

export type Counting = { ratio: number; counted_us: number; plain_us: number };

/** A number that was folded: what is written under it is in no roll-up and never will be. */
const FOLDED = 1n;

/**
 * Processor time, of PostgreSQL and of this process, to count facts (their rows, minutes, and everything that folds add)
 * against that of inserting such rows into the same table and nothing else: with the same indexes, which are as large.
 * Both in turn, on one connection; medians of pairs.
 */
export async function counting(world: World): Promise<Counting> {
  const { database } = world.context;
  const people = await peopleOf(database.db);
  const pairs: Counting[] = [];
  await measured(world, batches(people, Date.now()), counted(world)); // plans, caches, first pages
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const plain = () =>
      measured(world, batches(people, Date.now()), (some) =>
        database.inTransaction((tx) => insertionOf(some, FOLDED).execute(tx)),
      );
    const plain_first = pair % 2 === 0 ? await plain() : null;
    const counted_us = await measured(world, batches(people, Date.now()), counted(world));
    const plain_us = plain_first ?? (await plain());
    pairs.push({ ratio: counted_us / plain_us, counted_us, plain_us });
    process.stderr.write(
      `pair ${pair}: counted ${counted_us.toFixed(1)} µs, plain ${plain_us.toFixed(1)} µs\n`,
    );
  }
  const median = (of: keyof Counting) =>
    quantile(
      pairs.map((pair) => pair[of]),
      0.5,
    );
  return { ratio: median('ratio'), counted_us: median('counted_us'), plain_us: median('plain_us') };
}

function batches(people: People, now: number): Fact[][] {
  return Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH }, (_, n) =>
      drawFact(people, new Date(now + batch * BATCH_MS + Math.floor((n * BATCH_MS) / BATCH))),
    ),
  );
}

/** Each batch in a transaction, as a subscriber hears it, and folds in between. */
function counted({ context: { database } }: World) {
  let n = 0;
  return async (facts: readonly Fact[]) => {
    await database.inTransaction((tx) => addFacts(tx, facts));
    n += 1;
    if (n % FOLD_EVERY === 0) await foldFacts(database, new Date());
  };
}

/** Processor time for each fact, in microseconds. */
async function measured(
  world: World,
  all: Fact[][],
  act: (facts: readonly Fact[]) => Promise<unknown>,
): Promise<number> {
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return cpuOfPostgres(world.postgres) + user + system;
  };
  const before = cpu();
  for (const facts of all) await act(facts);
  return (cpu() - before) / (BATCH * BATCHES);
}
