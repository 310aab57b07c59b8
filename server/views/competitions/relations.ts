import { type AccountId, asId, type CategoryId, type EntryId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as earnings from '../../modules/earnings/index.ts';

/** Who shares the earnings of a model with somebody, brought them or was brought by them, or uses the same browser. */
export async function nearTo(db: Db, person_id: AccountId): Promise<Set<AccountId>> {
  const [sharers, close] = await Promise.all([
    earnings.sharersWith(db, person_id),
    campaigns.closeTo(db, person_id),
  ]);
  const near = new Set([...sharers, ...close].map((one) => asId<AccountId>(one)));
  near.delete(person_id);
  return near;
}

/** Who among the winners of a category is near to another winner, or to one of its judges, in words. */
export async function relationsAmong(
  db: Db,
  category_id: CategoryId,
  winners: readonly EntryId[],
): Promise<{ entry: string; says: string }[]> {
  const people = await competitions.peopleOf(db, winners);
  const judges = await competitions.judgesOf(db, category_id);
  const found: { entry: string; says: string }[] = [];
  for (const { entry_id, person_id } of people) {
    const near = await nearTo(db, person_id);
    if (people.some((other) => other.entry_id !== entry_id && near.has(other.person_id)))
      found.push({ entry: entry_id, says: 'Its author is near to the author of another winner.' });
    if (judges.some((judge) => near.has(judge)))
      found.push({ entry: entry_id, says: 'Its author is near to a judge of this category.' });
  }
  return found;
}
