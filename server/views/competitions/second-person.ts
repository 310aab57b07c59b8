import type { AccountId, CategoryId, RoundId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';

/**
 * Whether somebody else has opened a case about a category as a whole, or about any of the round: what everybody has read
 * is changed by two.
 */
export async function isAskedByAnother(
  db: Db,
  round_id: RoundId,
  { category_id, actor_id }: { category_id: CategoryId | null; actor_id: AccountId },
): Promise<boolean> {
  const cases = await competitions.integrityCasesOf(db, round_id);
  return cases.some(
    (one) =>
      one.state === 'open' &&
      (category_id === null || one.category_id === category_id) &&
      one.anomaly.entry_id === null &&
      one.opened_by !== null &&
      one.opened_by !== actor_id,
  );
}
