import type { Database } from '../kit/database.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import { countUsage } from './count-usage.ts';

const AT_ONCE = 1_000;

/**
 * Counts what the news does not tell any more: everything that has ended, and every correction, is looked up in the
 * books, and what is there already is left alone. Answers how much was missing.
 */
export async function deriveFacts(
  database: Database,
  tell: (looked_at: number, missing: number) => void = () => {},
): Promise<number> {
  let looked_at = 0;
  let missing = 0;
  for (let after: string | null = null; ;) {
    const ids: string[] = await generation.endedAfter(database.db, after, AT_ONCE);
    if (ids.length === 0) break;
    missing += await database.inTransaction((tx) =>
      countUsage(tx, { ended: ids, corrected: ids, adjusted: [] }),
    );
    tell((looked_at += ids.length), missing);
    after = ids.at(-1) ?? null;
  }
  const adjusted = await earnings.allApprovedAdjustments(database.db);
  return missing + (await database.inTransaction((tx) => analytics.addCorrections(tx, adjusted)));
}
