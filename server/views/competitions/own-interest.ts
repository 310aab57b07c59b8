import type { AccountId, CategoryId, RoundId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import { nearTo } from './relations.ts';

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

/** Whether somebody stands in a round, or is near to whoever wins something in it as it was counted last. */
export async function hasGainFrom(db: Db, round_id: RoundId, person_id: AccountId): Promise<boolean> {
  if (await hasInterestIn(db, round_id, person_id)) return true;
  const near = await nearTo(db, person_id);
  if (near.size === 0) return false;
  const due = await competitions.awardsDue(db, round_id);
  const winners = await competitions.peopleOf(
    db,
    due.map(({ entry_id }) => entry_id),
  );
  return winners.some((one) => near.has(one.person_id));
}
