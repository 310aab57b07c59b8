import type { AccountId, CategoryId, RoundId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as identity from '../../modules/identity/index.ts';
import { nearTo } from './relations.ts';

/** Whether somebody stands in an entry of a category. */
export async function standsIn(db: Db, category_id: CategoryId, person_id: AccountId): Promise<boolean> {
  return (await competitions.entriesBy(db, category_id, [person_id])).length > 0;
}

/** Whether somebody stands in a category of a round, or judges one. */
export async function takesPartIn(db: Db, round_id: RoundId, person_id: AccountId): Promise<boolean> {
  for (const { id } of await competitions.categoriesOf(db, round_id)) {
    if (await standsIn(db, id, person_id)) return true;
    if ((await competitions.judgesOf(db, id)).includes(person_id)) return true;
  }
  return false;
}

/** Whether somebody stands in a category or judges it, or is near to whoever stands in it. */
export async function isPartyTo(db: Db, category_id: CategoryId, person_id: AccountId): Promise<boolean> {
  if ((await competitions.judgesOf(db, category_id)).includes(person_id)) return true;
  const near = await nearTo(db, person_id);
  return (await competitions.entriesBy(db, category_id, [person_id, ...near])).length > 0;
}

/** The same of any of these categories. */
export async function isPartyToAny(
  db: Db,
  category_ids: readonly CategoryId[],
  person_id: AccountId,
): Promise<boolean> {
  for (const id of category_ids) if (await isPartyTo(db, id, person_id)) return true;
  return false;
}

/** Whether somebody takes part in a round, or is near to whoever wins something in it as it was counted last. */
export async function hasGainFrom(db: Db, round_id: RoundId, person_id: AccountId): Promise<boolean> {
  if (await takesPartIn(db, round_id, person_id)) return true;
  const near = await nearTo(db, person_id);
  if (near.size === 0) return false;
  const due = await competitions.awardsDue(db, round_id);
  const winners = await competitions.peopleOf(
    db,
    due.map(({ entry_id }) => entry_id),
  );
  return winners.some((one) => near.has(one.person_id));
}

/** Whether somebody has one of these roles now: what they did while they had it counts no longer without. */
export async function stillHolds(
  db: Db,
  person_id: AccountId,
  roles: readonly identity.Role[],
): Promise<boolean> {
  const account = await identity.accountById(db, person_id);
  return account?.roles.some((role) => roles.includes(role)) ?? false;
}

/** Who runs rounds, and who watches over them. */
export const ORGANISERS: readonly identity.Role[] = ['editor', 'admin'];
export const WATCHERS: readonly identity.Role[] = ['moderator', 'admin'];
