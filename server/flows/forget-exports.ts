import type { Context } from '../context.ts';
import { DAY_MS } from '../kit/clock.ts';
import * as analytics from '../modules/analytics/index.ts';

/** That there was a file is known for so long after it is gone. */
const REMEMBERED_DAYS = 30;

/** Deletes the files of exports whose time is over, that failed, or that nobody knows. Answers how many. */
export async function forgetExports({ database, db, exports, clock }: Context): Promise<number> {
  const at = clock.now();
  // listed first: one that is begun meanwhile is not among them
  const ids = await exports.ids();
  const needed = await analytics.exportsInUse(db, ids, at);
  const over = ids.filter((id) => !needed.has(id));
  for (const id of over) await exports.remove(id);
  const before = new Date(at.getTime() - REMEMBERED_DAYS * DAY_MS);
  await database.inTransaction((tx) => analytics.forgetExports(tx, before));
  return over.length;
}
