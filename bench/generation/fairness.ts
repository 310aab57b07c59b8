import type { AccountId } from '../../server/ids.ts';
import { startRunner } from '../../server/roles/runner.ts';
import { startWorker } from '../../server/roles/worker.ts';
import { idleEngine, openProduct } from './product.ts';

const LIGHT_USERS = 4;
const JOBS_OF_LIGHT = 20;
const JOBS_OF_WHALE = 400;
/** The whale has as many open as anybody may, all the time. */
const OPEN_MAX = 50;

/**
 * How far light users are from their fair share beside somebody with 400 jobs who came first. While all of them wait,
 * each is due the same part of what is served; the answer is the largest difference from it, as a part of it.
 */
export async function fairShareError(): Promise<number> {
  const payerOf = new Map<string, AccountId>();
  const served: AccountId[] = [];
  const engine = await idleEngine('film', (id) => {
    const payer = payerOf.get(id);
    if (payer) served.push(payer);
  });
  const product = await openProduct({ engine, slots: 1, payers: 1 + LIGHT_USERS });
  const [whale, ...light] = product.payers;
  if (!whale) throw new Error('nobody has 400 jobs');
  const start = async (payer: AccountId) => void payerOf.set(await product.start(payer), payer);
  try {
    for (let n = 0; n < OPEN_MAX; n += 1) await start(whale);
    for (let n = 0; n < JOBS_OF_LIGHT; n += 1) await Promise.all(light.map(start));
    const worker = startWorker(product.context);
    const runner = startRunner(product.context);
    const feeding = feed(JOBS_OF_WHALE - OPEN_MAX, () => start(whale));
    await feeding;
    while (served.length < JOBS_OF_WHALE + LIGHT_USERS * JOBS_OF_LIGHT)
      await new Promise((rest) => setTimeout(rest, 20));
    await runner.stop();
    await worker.stop();
  } finally {
    await product.close();
  }
  return largestError(served, light);
}

/** Starts so many more, each as soon as the limit of open ones lets it. */
async function feed(jobs: number, start: () => Promise<void>): Promise<void> {
  for (let started = 0; started < jobs;) {
    const full = await start().then(
      () => false,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'QUEUE_FULL') return true;
        throw error;
      },
    );
    if (full) await new Promise((rest) => setTimeout(rest, 5));
    else started += 1;
  }
}

/** Over what was served until the first of them had nothing left to wait for. */
function largestError(served: readonly AccountId[], light: readonly AccountId[]): number {
  const seen = new Map<AccountId, number>();
  let until = 0;
  for (const payer of served) {
    const times = (seen.get(payer) ?? 0) + 1;
    seen.set(payer, times);
    until += 1;
    if (light.includes(payer) && times === JOBS_OF_LIGHT) break;
  }
  const window = served.slice(0, until);
  const due = until / (light.length + 1);
  return Math.max(
    ...light.map((payer) => Math.abs(window.filter((one) => one === payer).length - due) / due),
  );
}
