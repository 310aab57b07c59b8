import type { AccountId, CategoryId, EntryId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as generation from '../../modules/generation/index.ts';
import * as identity from '../../modules/identity/index.ts';
import { nearTo } from './relations.ts';

/** How many people made something with an entered release, and its place by that. */
export type ModelUsers = { entry_id: EntryId; people: number; c: number };

/**
 * What members say of the models of a round by what they make: different people who were there before the round was
 * announced, are known by their e-mail, and paid with credits that they bought for something made with the release since
 * it was entered and before voting ends. However often: everybody once, and a household once. Nobody who made the model,
 * shares its earnings or is close to them counts, and nobody who had all of it back.
 */
export async function modelUsersOf(db: Db, category_id: CategoryId): Promise<ModelUsers[]> {
  const category = present(await competitions.categoryById(db, category_id), 'the category that is counted');
  const round = present(await competitions.roundById(db, category.round_id), 'its round');
  const entries = (await competitions.entriesOf(db, category_id)).filter(({ stands }) => stands);
  if (entries.length === 0) return [];
  const uses = await generation.paidUsesOfReleases(
    db,
    entries.map(({ release_id }) => release_id),
    { since: new Date(Math.min(...entries.map((one) => one.submitted_at.getTime()))), until: round.tally_at },
  );
  const back = await earnings.takenBackAmong(
    db,
    uses.map(({ id }) => id),
  );
  const kept = uses.filter(({ id }) => !back.has(id));
  const voiceOf = await voices(db, round.announced_at, [...new Set(kept.map(({ payer_id }) => payer_id))]);
  const people = new Map<EntryId, number>();
  for (const { id, release_id, submitted_at } of entries) {
    const near = await authorsAndNear(db, id);
    const counted = kept.filter(
      (use) => use.release_id === release_id && use.began_at >= submitted_at && !near.has(use.payer_id),
    );
    people.set(id, new Set(counted.flatMap(({ payer_id }) => voiceOf.get(payer_id) ?? [])).size);
  }
  return entries.map(({ id }) => {
    const own = people.get(id) ?? 0;
    return { entry_id: id, people: own, c: 1 + [...people.values()].filter((other) => other > own).length };
  });
}

/** Who counts, and as whom: members of one household as one. */
async function voices(
  db: Db,
  announced_at: Date | null,
  people: readonly AccountId[],
): Promise<Map<AccountId, string>> {
  if (!announced_at) return new Map();
  const known = [...(await identity.verifiedAmong(db, people, announced_at))];
  const ties = await campaigns.tiesOf(db, known);
  const households = competitions.clustersOf(
    known.map((id) => ({ pseudonym: id, links: ties.get(id) ?? [], cluster: null })),
  );
  return new Map(known.map((id) => [id, households.get(id) ?? id]));
}

/** Whose an entry is, and who is near to them. */
async function authorsAndNear(db: Db, entry_id: EntryId): Promise<Set<AccountId>> {
  const near = new Set<AccountId>();
  for (const { person_id } of await competitions.peopleOf(db, [entry_id]))
    for (const id of [person_id, ...(await nearTo(db, person_id))]) near.add(id);
  return near;
}
