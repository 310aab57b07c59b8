import type { Database } from '../kit/database.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import { countUsage } from './count-usage.ts';

const AT_ONCE = 1_000;

/**
 * Counts what the news does not tell any more: everything that has ended, and every correction, is looked up in the
 * books, and what is there already is left alone. Killed anywhere, the next one goes on where it was. Answers how much
 * was missing.
 */
export async function deriveFacts(
  database: Database,
  tell: (looked_at: number, missing: number) => void = () => {},
): Promise<number> {
  let looked_at = 0;
  let missing = 0;
  for (let after = await analytics.derivedAfter(database.db); ;) {
    const ids = await generation.endedAfter(database.db, after, AT_ONCE);
    const last = ids.at(-1) ?? null;
    missing += await database.inTransaction(async (tx) => {
      const found = await countUsage(tx, { ended: ids, corrected: ids, adjusted: [] });
      await analytics.noteDerived(tx, last);
      return found;
    });
    if (last === null) break;
    tell((looked_at += ids.length), missing);
    after = last;
  }
  const adjusted = await earnings.allApprovedAdjustments(database.db);
  return missing + (await database.inTransaction((tx) => analytics.addCorrections(tx, adjusted, [])));
}
