import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { type Crowd, gather } from './crowd.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { type Figures, report, sumOf, wordsOf } from './figures.ts';
import { installProduct, type Product, STILL_OPEN, workingIn } from './product.ts';

/** `database`, `connection`, or the name of a part of the program. */
export type Fault = string;

/** What a part has in hand, so that a fault is known to hit something. */
const IN_HAND: Record<string, string> = {
  runner: `state in ('leased', 'running')`,
  worker: `state = 'delivering'`,
};
const ANY_IN_HAND = `state in ('leased', 'running', 'delivering')`;

/**
 * Kills parts of the product in the middle of a run of generations, one after the other at random moments,
 * and then asks: is everything there that was acknowledged, and was each charged exactly once or released?
 */
export async function killRun(options: {
  people: number;
  /** As for `installProduct`. */
  parts?: Record<string, string>;
  scripted?: boolean;
  /** The next fault, or null when it is enough; `landed` says how many of each hit work in flight. */
  next: (done: number, landed: ReadonlyMap<Fault, number>) => Fault | null;
  /** Waits out the leases of killed runners, or says that their time has come. */
  leases: 'wait' | 'lapse';
}): Promise<Figures> {
  const { parts, scripted = false } = options;
  const product = await installProduct({ runner_slots: 2, scripted, ...(parts && { parts }) });
  try {
    await product.start();
    const crowd = await gather(product.url, options.people);
    const landed = new Map<Fault, number>();
    let done = 0;
    for (let fault = options.next(done, landed); fault; fault = options.next((done += 1), landed)) {
      await underWay(crowd);
      await sleep(Math.random() * 1_500);
      const hit = await strike(product, crowd, fault);
      landed.set(fault, (landed.get(fault) ?? 0) + Number(hit));
    }
    await underWay(crowd);
    await crowd.stop();
    if (options.leases === 'lapse') await lapseLeases(product);
    await expectAllIsWell(product, crowd);
    for (const [fault, times] of landed)
      expect(times, `faults of the ${fault} that hit work in flight`).toBeGreaterThan(0);
    return report(parts ? 'kills of parts' : 'kills', {
      acknowledged: crowd.acknowledged(),
      faults_landed: sumOf(landed),
      violations: 0,
      more: `${wordsOf(landed)}; faults ${done}; troubles seen: ${wordsOf(crowd.troubles)}`,
    });
  } finally {
    await product.end();
  }
}

/** People are being served again. */
export async function underWay(crowd: Crowd): Promise<void> {
  const before = crowd.acknowledged();
  await eventually(
    'the product serves again',
    () => crowd.acknowledged() >= before + 2 * crowd.people.length,
    120_000,
  ).catch((error: unknown) => {
    throw new Error(`people were told: ${wordsOf(crowd.troubles)}`, { cause: error });
  });
}

/** What a runner held that is gone is taken back at once, not in half a minute. */
export async function lapseLeases(product: Product): Promise<void> {
  await product.query(`update generation.generation set lease_until = now() - interval '1 minute'
    where state in ('leased', 'running') and lease_holder not like '%:${product.runner_pid}:%'`);
}

/** One fault. Answers whether it hit work in flight: a request without an answer, or a job in the hands of the part. */
async function strike(product: Product, crowd: Crowd, fault: Fault): Promise<boolean> {
  const inHand = async () =>
    (await product.query(`select 1 from generation.generation where ${IN_HAND[fault] ?? ANY_IN_HAND}`))
      .length;
  if (fault in IN_HAND) {
    await catchAtWork(product, fault, inHand);
    await product.kill(fault);
    await product.start();
    return true;
  }
  const jobs = await inHand();
  const requests = crowd.in_flight;
  if (fault === 'connection') {
    product.killBackend();
  } else if (fault === 'database') {
    await product.killDatabase();
    await saysSo(product);
    await product.leave();
    await product.start();
  } else {
    await product.kill(fault);
    await product.start();
  }
  return requests + jobs > 0;
}

/** A worker needs some milliseconds for what it does: held still until work lies before it, and let go into it. */
async function catchAtWork(product: Product, part: string, inHand: () => Promise<number>): Promise<void> {
  if (part === 'worker') product.signal(part, 'SIGSTOP');
  await eventually(`there is work for the ${part}`, async () => (await inHand()) > 0, 60_000);
  if (part === 'worker') product.signal(part, 'SIGCONT');
  await sleep(Math.random() * 10);
}

/** Without its database the product answers, and says that it cannot. */
async function saysSo({ url }: Product): Promise<void> {
  const honest = await fetch(`${url}/api/v1/models`);
  expect(honest.status).toBe(503);
  expect(JSON.parse(await honest.text())).toMatchObject({ code: 'UNAVAILABLE' });
}

export async function expectAllIsWell(
  product: Product,
  crowd: Crowd,
  options: Parameters<typeof expectExactlyOnce>[2] = {},
): Promise<void> {
  await expectEnded(product);
  await expectExactlyOnce(crowd, product.query, options);
  await expectChainBooked(product);
  await expectVerified(product);
  await eventually('inference processes of killed servers are gone', () => orphansIn(product) === 0, 120_000);
}

export async function expectEnded({ query }: Product): Promise<void> {
  await eventually('everything has ended', async () => (await query(STILL_OPEN)).length === 0, 180_000);
}

/** Where there is a chain it was killed as often: its million of the first start is in the books, and they go on together. */
export async function expectChainBooked({ query }: Product): Promise<void> {
  if ((await query(`select 1 from rewards.deployment`)).length === 0) return;
  const [before] = await query<{ block: bigint }>(`select max(block_number) as block from rewards.cursor`);
  await eventually('books and chain agree at a newer block', async () => {
    const agreeing = await query(`select 1 from rewards.reconciliation
      where block_number > ${before?.block ?? 0n} and agrees and chain_nanos = 1000000 * 1000000000::int8`);
    return agreeing.length > 0;
  });
  expect(await query(`select * from rewards.halt`)).toEqual([]);
}

export async function expectVerified(product: Product): Promise<void> {
  const { ok, said } = await product.verify();
  expect(said).toContain('Everything holds.');
  expect(ok).toBe(true);
}

/** Whoever stands in its scratch folder without a living parent: the system has taken them over. */
const orphansIn = (product: Product) =>
  workingIn(`${product.data_dir}/scratch`).filter((pid) => parentOf(pid) === 1).length;

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null; // it ended meanwhile
  }
}
