import type { JudgeConflict } from '#api/competitions/results-shapes.ts';
import { conflictWords } from '#api/competitions/state-words.ts';
import type { AccountId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as identity from '../../modules/identity/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { RUNS } from './facts.ts';
import { nearTo } from './relations.ts';

/** What of a category decides who must not judge it. */
type Category = Pick<competitions.Category, 'id' | 'kind'>;
type Round = Pick<competitions.Round, 'written_by' | 'proposed_by' | 'approved_by'>;

/**
 * Why each of these people must not judge a category, from what the product knows: they stand in an entry, or were
 * named in one, they are near to somebody who does, a model that an entry was made with is theirs, they set up the round
 * and its prizes, or their office shows them whose entries are. What they declare comes on top.
 */
export async function judgeConflicts(
  db: Db,
  { round, category }: { round: Round; category: Category },
  people: readonly AccountId[],
): Promise<Map<AccountId, JudgeConflict[]>> {
  const entries = await competitions.entriesOf(db, category.id, competitions.STANDS);
  const authors = await competitions.peopleOf(
    db,
    entries.map(({ id }) => id),
  );
  const submitters = new Set(entries.map(({ person_id }) => person_id));
  const behind = new Set<string>([
    ...submitters,
    ...authors.filter(({ declined_at }) => declined_at === null).map(({ person_id }) => person_id),
  ]);
  const models = await registry.modelsByIds(
    db,
    entries.map(({ model_id }) => model_id),
  );
  const creators = new Set<string>(models.map(({ creator_id }) => creator_id));
  const organisers = new Set<string | null>([round.written_by, round.proposed_by, round.approved_by]);
  const found = await Promise.all(
    people.map(async (person): Promise<JudgeConflict[]> => {
      const near = behind.has(person) ? new Set<string>() : await nearTo(db, person);
      const account = await identity.accountById(db, person);
      return [
        ...when(submitters.has(person), 'own_entry'),
        ...when(!submitters.has(person) && behind.has(person), 'collaborator'),
        ...when(
          [...near].some((one) => behind.has(one)),
          'relation',
        ),
        ...when(creators.has(person), 'model_creator'),
        ...when(organisers.has(person), 'organiser'),
        ...when(account?.roles.some((role) => RUNS.includes(role)) ?? false, 'office'),
      ];
    }),
  );
  return new Map(people.map((person, index) => [person, found[index] ?? []]));
}

const when = (holds: boolean, kind: Exclude<JudgeConflict['kind'], 'declared'>): JudgeConflict[] =>
  holds ? [{ kind, says: conflictWords({ kind, says: '' }) }] : [];
