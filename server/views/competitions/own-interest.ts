import type { AccountId, CategoryId, RoundId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';

/** Whether somebody stands in an entry of a category. */
export async function standsIn(db: Db, category_id: CategoryId, person_id: AccountId): Promise<boolean> {
  return (await competitions.entriesBy(db, category_id, [person_id])).length > 0;
}

/** The same of any category of a round. */
export async function hasInterestIn(db: Db, round_id: RoundId, person_id: AccountId): Promise<boolean> {
  for (const { id } of await competitions.categoriesOf(db, round_id))
    if (await standsIn(db, id, person_id)) return true;
  return false;
}
