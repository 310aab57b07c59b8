import { sql } from 'kysely';
import type { Context } from '../../server/context.ts';
import { OPEN } from '../../server/modules/generation/index.ts';
import { startRunner } from '../../server/roles/runner.ts';
import { startWorker } from '../../server/roles/worker.ts';
import { quantile } from '../quantile.ts';
import { idleEngine, openProduct, type Product } from './product.ts';

const PAYERS = 40;
/** Of each payer in one round; nobody may have more than 50 open. */
const JOBS_EACH = 40;
const ROUNDS = 3;
const SLOTS = 64;
const LOOK_EVERY_MS = 25;

/**
 * How many generations a second leave a full queue when running them takes no time: leased, stored, delivered,
 * charged, shared out, with receipts, on a database that keeps its promises about the disk. Median of several rounds.
 */
export async function drain(kind: 'picture' | 'film'): Promise<number> {
  const product = await openProduct({ engine: await idleEngine(kind), slots: SLOTS, payers: PAYERS });
  try {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await fillQueue(product);
      rates.push(await emptyQueue(product.context));
    }
    return quantile(rates, 0.5);
  } finally {
    await product.close();
  }
}

async function fillQueue({ payers, start }: Product): Promise<void> {
  for (let n = 0; n < JOBS_EACH; n += 1) await Promise.all(payers.map(start));
}

/** Opens runners and a worker on the full queue and answers how many a second it lost until all were settled. */
async function emptyQueue(context: Context): Promise<number> {
  const began = performance.now();
  const worker = startWorker(context);
  const runner = startRunner(context);
  while (await isOpen(context)) await new Promise((rest) => setTimeout(rest, LOOK_EVERY_MS));
  const seconds = (performance.now() - began) / 1000;
  await runner.stop();
  await worker.stop();
  return (PAYERS * JOBS_EACH) / seconds;
}

/** By an index and not too often: to look is work for the same database. */
async function isOpen({ db }: Context): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select exists (select from generation.generation where state in (${sql.join(OPEN.map((state) => sql.lit(state)))}))
      as open`.execute(db);
  return rows[0]?.open ?? false;
}
