import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { type Crowd, gather } from './crowd.ts';
import { type Figures, report } from './figures.ts';
import { expectAllIsWell, underWay } from './kill-run.ts';
import { installProduct, type Product, STILL_OPEN } from './product.ts';
import { FAKETIME } from './tools.ts';

/** Where the clock is put, in seconds after where it began; or just before the end of the month, so that it passes. */
export type Jump = number | 'before midnight of the month';

const MINUTE = 60;
export const HOUR = 60 * MINUTE;
/** Before its first price list nothing has a price: no jump goes back so far. */
const INSTALLED_BEFORE = 8 * HOUR;

/** Turns the program's clock forward and back while generations run; timers go on, as they do when a clock is set. */
export async function clockRun(options: { people: number; jumps: Iterable<Jump> }): Promise<Figures> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'stellary-clock-'));
  const file = path.join(parent, 'clock');
  let offset_s = 0;
  // an hour before the end of a month, whatever day it is: near enough that nobody's session ends by the way there
  const begins_s = secondsToMonthEnd(Date.now()) - HOUR;
  const turn = async (to: Jump) => {
    offset_s = typeof to === 'number' ? begins_s + to : secondsToMonthEnd(Date.now()) - 4;
    // the program reads it at any moment: never half of it
    await writeFile(`${file}.draft`, `${offset_s < 0 ? '' : '+'}${Math.round(offset_s)}s`);
    await rename(`${file}.draft`, file);
  };
  await turn(-INSTALLED_BEFORE);
  const product = await installProduct({
    runner_slots: 2,
    scripted: true,
    env: {
      LD_PRELOAD: FAKETIME.file,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
    },
  });
  try {
    await product.start();
    await turn(0);
    /** Between which two instants of its own clock the product must have taken each order. */
    const offsets: { from: number; offset_s: number }[] = [{ from: Date.now(), offset_s }];
    const crowd = await gather(product.url, options.people);
    let jumps = 0;
    let landed = 0;
    for (const jump of options.jumps) {
      await underWay(crowd);
      if ((await product.query(STILL_OPEN)).length + crowd.in_flight > 0) landed += 1;
      await turn(jump);
      offsets.push({ from: Date.now(), offset_s });
      jumps += 1;
      if (typeof jump !== 'number') await sleep(6_000); // over midnight
    }
    await underWay(crowd);
    await crowd.stop();
    // a lease that was taken when the clock stood ahead lapses at last when the clock stands there again
    await turn(Math.max(...offsets.map((at) => at.offset_s)) + MINUTE);
    // days that are over all at once are closed a moment later; what is wrong for good is told below
    await eventually(
      'the closers caught up with the clock',
      async () => (await product.verify()).ok,
      60_000,
    ).catch(() => {});
    await expectAllIsWell(product, crowd, { ends: ['succeeded', 'failed', 'expired'] });
    const months = await expectRightMonths(product, crowd, offsets);
    return report('clock jumps', {
      acknowledged: crowd.acknowledged(),
      faults_landed: landed,
      violations: 0,
      more: `jumps ${jumps}; months ${months.join(', ')}`,
    });
  } finally {
    await product.end();
    await rm(parent, { recursive: true, force: true });
  }
}

function secondsToMonthEnd(now: number): number {
  const at = new Date(now);
  return (Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) - now) / 1000;
}

/** Each order lies in the month in which the program's clock stood when it was taken, and is settled not before. */
async function expectRightMonths(
  product: Product,
  crowd: Crowd,
  offsets: readonly { from: number; offset_s: number }[],
): Promise<string[]> {
  const rows = await product.query<{ id: string; created_at: Date; settled_at: Date | null }>(
    `select g.id, g.created_at, r.settled_at from generation.generation g
     left join earnings.receipt r on r.generation_id = g.id`,
  );
  const told = new Map(crowd.people.flatMap((person) => [...person.acknowledged_at]));
  const months = new Set<string>();
  for (const { id, created_at, settled_at } of rows) {
    const at = told.get(id) ?? 0;
    months.add(created_at.toISOString().slice(0, 7));
    if (settled_at) months.add(settled_at.toISOString().slice(0, 7));
    // asked up to some seconds before it was told, perhaps before the last jump
    const before = offsets.filter(({ from }) => from <= at);
    const near = before.slice(-2).map(({ offset_s }) => at + offset_s * 1000 - created_at.getTime());
    expect(
      near.some((late_ms) => late_ms > -TOLERANCE_MS && late_ms < ASKED_BEFORE_MS_MAX),
      `${id} was taken at ${created_at.toISOString()}, by which clock?`,
    ).toBe(true);
  }
  return [...months].sort();
}
const TOLERANCE_MS = 2_000;
const ASKED_BEFORE_MS_MAX = 60_000;
