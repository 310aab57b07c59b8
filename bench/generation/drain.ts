import type { Context } from '../../server/context.ts';
import { startRunner } from '../../server/roles/runner.ts';
import { startWorker } from '../../server/roles/worker.ts';
import { quantile } from '../quantile.ts';
import { idleEngine, openProduct, type Product } from './product.ts';

const PAYERS = 40;
/** Of each payer in one round; nobody may have more than 50 open. */
const JOBS_EACH = 40;
const ROUNDS = 3;
const SLOTS = 32;

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
  while ((await open(context)) > 0) await new Promise((rest) => setTimeout(rest, 10));
  const seconds = (performance.now() - began) / 1000;
  await runner.stop();
  await worker.stop();
  return (PAYERS * JOBS_EACH) / seconds;
}

async function open({ database }: Context): Promise<number> {
  const { rows } = await database.pool.query<{ n: bigint }>(
    `select count(*) as n from generation.generation where state in ('queued', 'leased', 'running', 'delivering')`,
  );
  return Number(rows[0]?.n ?? 0n);
}
