import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import { buy } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { type Crowd, gather, type Person } from './crowd.ts';
import { installProduct, type Product, STILL_OPEN } from './product.ts';

/**
 * Fills the disk under the product while people generate and buy, makes room again, and looks what became of it. A
 * program of its own in a mount namespace of its own (`unshare --mount`), where the small disk is a tmpfs that nobody
 * else sees. Its last line is what it found, in JSON.
 */
const DISK = '/mnt';
const DISK_BYTES = 600_000_000;
/** Below what the product keeps free, and enough for the database. */
const NEARLY_FULL_BYTES = 90_000_000;
const LOG_BYTES_MAX = 400_000_000;
const FULL_FOR_MS = 3_000;

const rounds = Number(process.argv[2] ?? 1);
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=755`, 'disk', DISK]);
const data_dir = path.join(DISK, 'product');
const ballast = path.join(DISK, 'ballast');
mkdirSync(data_dir);

const product = await installProduct({ runner_slots: 2, scripted: true, data_dir });
try {
  await product.start();
  const crowd = await gather(product.url, 4);
  const buying = keepBuying(crowd.people[0]);
  let landed = 0;
  let died = 0;
  for (let round = 0; round < rounds; round += 1) {
    await servesAgain(crowd);
    fillUpTo(NEARLY_FULL_BYTES);
    await isTold(crowd.troubles, ['STORAGE_FULL']);
    // with room for a moment, so that work is in flight when there is none
    rmSync(ballast);
    await servesAgain(crowd);
    await eventually('somebody waits for something', async () => {
      return crowd.in_flight + (await product.query(STILL_OPEN)).length > 0;
    });
    landed += 1;
    fillUpTo(0);
    await isTold(buying.troubles, ['UNAVAILABLE', 'OUTCOME_UNKNOWN']);
    died += Number(await exhaustLog(product));
    await sleep(FULL_FOR_MS);
    rmSync(ballast);
    // nobody starts anything: it comes back by itself
    await servesAgain(crowd);
  }
  await buying.stop();
  await crowd.stop();
  await eventually(
    'everything has ended',
    async () => (await product.query(STILL_OPEN)).length === 0,
    120_000,
  );
  const verified = await product.verify();
  const lost = await lostOf(crowd);
  const troubles = new Map([...crowd.troubles].concat([...buying.troubles]));
  process.stdout.write(
    `\n${JSON.stringify({ acknowledged: crowd.acknowledged(), landed, died, lost, verified, troubles: Object.fromEntries(troubles) })}\n`,
  );
} finally {
  await product.end().catch(() => {}); // the disk cannot be removed: it goes with this process
}
process.exit();

async function servesAgain(crowd: Crowd): Promise<void> {
  const before = crowd.acknowledged();
  await eventually(
    'the product serves again',
    () => crowd.acknowledged() >= before + 2 * crowd.people.length,
    120_000,
  );
}

/** Leaves so many bytes free. */
function fillUpTo(free: number): void {
  const chunk = Buffer.alloc(1 << 20);
  const fd = openSync(ballast, 'w');
  try {
    for (;;) {
      const disk = statfsSync(DISK);
      const rest = disk.bavail * disk.bsize - free;
      if (rest <= 0) return;
      writeSync(fd, chunk, 0, Math.min(chunk.byteLength, rest));
    }
  } catch {
    // full to the last byte: what was asked for
  } finally {
    closeSync(fd);
  }
}

function isTold(troubles: Map<string, number>, names: string[]): Promise<boolean> {
  const count = () => names.reduce((sum, name) => sum + (troubles.get(name) ?? 0), 0);
  const before = count();
  return eventually(`people are told ${names.join(' or ')}`, () => count() > before, 60_000);
}

/** PostgreSQL keeps some log in hand. Once that is used up it finds no room for more, and dies of it. */
async function exhaustLog({ query }: Product): Promise<boolean> {
  for (let written = 0; written < LOG_BYTES_MAX; written += 1_000_000) {
    try {
      await query(`select pg_logical_emit_message(true, 'fill', repeat('x', 1000000))`);
    } catch {
      return true;
    }
  }
  return false;
}

/** Buys on and on, also when the disk is too full to start a generation: that goes through the database alone. */
function keepBuying(person: Person | undefined) {
  if (!person) throw new Error('nobody to buy');
  const troubles = new Map<string, number>();
  let stopped = false;
  const life = (async () => {
    while (!stopped) {
      const key = randomUUID();
      for (let done = false; !done; await sleep(50)) {
        try {
          person.purchases.set(key, (await buy(person, 'pack-1000', key)).purchase_id);
          done = true;
        } catch (error) {
          const name = error instanceof ORPCError ? String(error.code) : 'UNREACHABLE';
          troubles.set(name, (troubles.get(name) ?? 0) + 1);
        }
      }
    }
  })();
  return {
    troubles,
    stop() {
      stopped = true;
      return life;
    },
  };
}

/** Each thing that was said yes to, asked for again by the person to whom it was said. */
async function lostOf(crowd: Crowd): Promise<number> {
  let lost = 0;
  for (const person of crowd.people) {
    for (const id of person.generations.values())
      lost += Number(await isMissing(() => whenLet(() => person.api.generation.getGeneration({ id }))));
    for (const [key, id] of person.purchases) {
      const again = await whenLet(() => buy(person, 'pack-1000', key));
      lost += Number(again.purchase_id !== id);
    }
  }
  return lost;
}

async function isMissing(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look();
    return false;
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'NOT_FOUND') return true;
    throw error;
  }
}

/** Whoever asks much is told to wait, and waits. */
async function whenLet<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ORPCError) || error.code !== 'RATE_LIMITED') throw error;
      await sleep(Number(error.data.retry_after_s) * 1_000);
    }
  }
}
