import type { Db } from '../../kit/database.ts';
import { factsFrom } from './raw.ts';
import * as exact from './read.ts';

const HOUR_MS = 3_600_000;
const isWhole = (at: Date) => at.getTime() % HOUR_MS === 0;

/**
 * Before which instant hours are the finest that is kept, where that matters to some cuts; null where it does not. A
 * part of an hour is counted out of facts, and of these the months of long ago are given away.
 */
export async function wholeHoursBefore(db: Db, cuts: readonly Date[]): Promise<Date | null> {
  if (cuts.every(isWhole)) return null;
  const kept = await factsFrom(db);
  return cuts.some((cut) => cut < kept && !isWhole(cut)) ? kept : null;
}

/**
 * Such cuts lie where their hour begins: what is no longer kept apart is on one side of them and not on none. So nothing
 * of long ago is missing from a sum, also where days begin at half past an hour.
 */
function inWholeHours<Asked extends { cuts: readonly Date[] }, Row extends { from: Date }>(
  read: (db: Db, asked: Asked) => Promise<Row[]>,
) {
  return async (db: Db, asked: Asked): Promise<Row[]> => {
    const before = await wholeHoursBefore(db, asked.cuts);
    if (!before) return read(db, asked);
    const cuts = asked.cuts.map((cut) =>
      cut < before ? new Date(Math.floor(cut.getTime() / HOUR_MS) * HOUR_MS) : cut,
    );
    // of two in the same hour the later one is where it begins
    const asked_for = new Map(cuts.map((cut, place) => [cut.getTime(), asked.cuts[place] ?? cut]));
    const rows = await read(db, { ...asked, cuts });
    return rows.map((row) => ({ ...row, from: asked_for.get(row.from.getTime()) ?? row.from }));
  };
}

export const usageOf = inWholeHours(exact.usageOf);
export const latencyOf = inWholeHours(exact.latencyOf);
export const reasonsOf = inWholeHours(exact.reasonsOf);
export const earnedBy = inWholeHours(exact.earnedBy);
