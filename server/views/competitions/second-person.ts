import type { AccountId, CategoryId, EntryId, RoundId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { isPartyTo, stillHolds, WATCHERS } from './own-interest.ts';

/**
 * Whether somebody else has opened a case about an entry; about a category as a whole where none is named, or about any of
 * the round: what everybody has read is changed by two.
 */
export async function isAskedByAnother(
  db: Db,
  round_id: RoundId,
  {
    category_id,
    entry_id = null,
    actor_id,
  }: { category_id: CategoryId | null; entry_id?: EntryId | null; actor_id: AccountId },
): Promise<boolean> {
  const cases = await competitions.integrityCasesOf(db, round_id);
  for (const one of cases) {
    const { opened_by } = one;
    if (one.state !== 'open' || opened_by === null || opened_by === actor_id) continue;
    if (category_id !== null && one.category_id !== category_id) continue;
    if (one.anomaly.entry_id !== entry_id) continue;
    // who has left the desk since, or has something to gain by it, is no second person
    if (!(await stillHolds(db, opened_by, WATCHERS))) continue;
    if (!(await isPartyTo(db, one.category_id, opened_by))) return true;
  }
  return false;
}
