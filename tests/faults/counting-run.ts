import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { expect } from 'vitest';
import { differencesWithBooks, verifyAnalytics } from '../../server/views/analytics-checks.ts';
import { EVERYBODY, foldFacts, usageOf } from '../../server/modules/analytics/index.ts';
import { deliver } from '../../server/kit/outbox.ts';
import { newsToFacts } from '../../server/subscribers/news-to-facts.ts';
import { insertEnded, insertPeople } from '../ended-generations.ts';
import { freshDatabase } from '../setup/database.ts';
import { startWorldOn } from '../world.ts';
import { report } from './figures.ts';

const COUNTER = path.join(import.meta.dirname, 'counter.ts');
const BATCH = 20;
/** A process is killed this long after its first batch at the latest. */
const LIFE_MS = 120;

/**
 * Whoever counts is killed at any moment, again and again, until so many batches were counted, while what there is to
 * count still comes in. Then every figure must be what the books say: nothing twice, nothing missing.
 */
export async function countingRun({ batches }: { batches: number }): Promise<void> {
  const fresh = await freshDatabase();
  const world = await startWorldOn(fresh, { roles: 'web' });
  try {
    await insertPeople(fresh.pool, 50);
    const at = world.context.clock.now();
    const wanted = batches * BATCH;
    let inserted = 0;
    const insert = async () => {
      const some = Math.min(400, wanted - inserted);
      if (some <= 0) return;
      inserted += some;
      await insertEnded(fresh.pool, some, new Date(at.getTime() - (inserted % 3) * 86_400_000));
    };
    let counted = 0;
    let kills = 0;
    while (inserted < wanted || (await factsIn(fresh.pool)) < wanted) {
      const [done] = await Promise.all([killed(fresh.url), insert(), insert()]);
      counted += done;
      // it does nothing but count: whoever had begun was at it
      kills += Number(done > 0);
    }
    const { database, db } = world.context;
    while ((await deliver(database, newsToFacts)) > 0);
    await foldFacts(database, at);
    const cuts = [new Date(at.getTime() - 9 * 86_400_000), new Date(at.getTime() + 86_400_000)];
    const [all] = await usageOf(db, { of: EVERYBODY, cuts });
    expect(all && all.succeeded + all.failed + all.cancelled + all.expired).toBe(wanted);
    const { violations } = await verifyAnalytics(db, false, cuts[1] ?? at);
    const differences = await differencesWithBooks(db, { from: new Date(0), to: cuts[1] ?? at });
    expect([...violations, ...differences]).toEqual([]);
    report('counting', {
      acknowledged: wanted,
      faults_landed: kills,
      violations: 0,
      more: `${counted} batches`,
    });
  } finally {
    await world.end();
  }
}

const factsIn = async (pool: pg.Pool) =>
  Number((await pool.query<{ n: string }>('select count(*)::text as n from analytics.fact')).rows[0]?.n);

/** Lets one count for a while and pulls its plug. Answers how many batches it said that it had counted. */
async function killed(url: string): Promise<number> {
  const child = spawn(process.execPath, [COUNTER, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let batches = 0;
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  const begun = new Promise<void>((first) =>
    child.stdout.on('data', (said) => {
      batches += String(said).length;
      first();
    }),
  );
  await Promise.race([begun, ended, sleep(15_000)]);
  await sleep(Math.random() * LIFE_MS);
  child.kill('SIGKILL');
  await ended;
  return batches;
}
