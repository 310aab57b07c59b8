import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { type Crowd, gather } from './crowd.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { installProduct, type Product, workingIn } from './product.ts';

export type Fault = 'server' | 'database' | 'connection';

/**
 * Kills parts of the product in the middle of a run of generations, one after the other at random moments,
 * and then asks: is everything there that was acknowledged, and was each charged exactly once or released?
 */
export async function killRun(options: {
  people: number;
  /** The next fault, or null when it is enough. */
  next: (done: number) => Fault | null;
  /** Waits out the leases of killed runners, or says that their time has come. */
  leases: 'wait' | 'lapse';
}): Promise<void> {
  const product = await installProduct({ runner_slots: 2 });
  try {
    await product.start();
    const crowd = await gather(product.url, options.people);
    const landed: Record<Fault, number> = { server: 0, database: 0, connection: 0 };
    let done = 0;
    for (let fault = options.next(done); fault; fault = options.next((done += 1))) {
      await underWay(crowd);
      await sleep(Math.random() * 1_500);
      if (await strike(product, crowd, fault)) landed[fault] += 1;
    }
    await underWay(crowd);
    await crowd.stop();
    if (options.leases === 'lapse') {
      // what a runner held that is gone is taken back at once, not in half a minute
      await product.query(`update generation.generation set lease_until = now() - interval '1 minute'
        where state in ('leased', 'running') and lease_holder not like '%:${product.pid}:%'`);
    }
    await expectAllIsWell(product, crowd);
    report(crowd, done, landed);
    for (const [fault, times] of Object.entries(landed)) {
      expect(times, `faults of the ${fault} that hit work in flight`).toBeGreaterThan(0);
    }
  } finally {
    await product.end();
  }
}

/** People are being served again. */
async function underWay(crowd: Crowd): Promise<void> {
  const before = crowd.acknowledged();
  await eventually(
    'the product serves again',
    () => crowd.acknowledged() >= before + 2 * crowd.people.length,
    120_000,
  );
}

/** One fault. Answers whether it hit work in flight: a request without an answer, or a job in somebody's hands. */
async function strike(product: Product, crowd: Crowd, fault: Fault): Promise<boolean> {
  const jobs = await product.query(
    `select 1 from generation.generation where state in ('leased', 'running', 'delivering')`,
  );
  const requests = crowd.in_flight;
  if (fault === 'connection') {
    product.killBackend();
  } else if (fault === 'server') {
    await product.killServer();
    await product.start();
  } else {
    await product.killDatabase();
    await saysSo(product);
    await product.leave();
    await product.start();
  }
  return requests + jobs.length > 0;
}

/** Without its database the product answers, and says that it cannot. */
async function saysSo({ url }: Product): Promise<void> {
  const honest = await fetch(`${url}/api/v1/models`);
  expect(honest.status).toBe(503);
  expect(JSON.parse(await honest.text())).toMatchObject({ code: 'UNAVAILABLE' });
}

async function expectAllIsWell(product: Product, crowd: Crowd): Promise<void> {
  const OPEN = `select id from generation.generation where state in ('queued', 'leased', 'running', 'delivering')`;
  await eventually('everything has ended', async () => (await product.query(OPEN)).length === 0, 180_000);

  await expectExactlyOnce(crowd, product.query);
  const { ok, said } = await product.verify();
  expect(said).toContain('Everything holds.');
  expect(ok).toBe(true);
  await eventually('inference processes of killed servers are gone', () => orphansIn(product) === 0);
}

/** One server lives, with its two inference processes; what else stands in its scratch folder has lost its parent. */
const orphansIn = (product: Product) => Math.max(0, workingIn(`${product.data_dir}/scratch`).length - 2);

function report(crowd: Crowd, faults: number, landed: Record<Fault, number>): void {
  const hit = Object.values(landed).reduce((sum, times) => sum + times, 0);
  const seen = [...crowd.troubles].map(([name, times]) => `${name} ${times}`).join(', ') || 'none';
  const kinds = Object.entries(landed)
    .map(([fault, times]) => `${fault} ${times}`)
    .join(', ');
  process.stdout.write(
    `[faults] acknowledged ${crowd.acknowledged()}; faults ${faults}, on work in flight ${hit} (${kinds}); troubles seen: ${seen}; violations 0\n`,
  );
}
