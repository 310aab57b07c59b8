import type { JudgeConflict } from '#api/competitions/results-shapes.ts';
import { type AccountId, asId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import * as campaigns from '../../modules/campaigns/index.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as earnings from '../../modules/earnings/index.ts';
import * as registry from '../../modules/registry/index.ts';

/** What of a category decides who must not judge it. */
type Category = Pick<competitions.Category, 'id' | 'kind'>;
type Round = Pick<competitions.Round, 'written_by' | 'proposed_by' | 'approved_by'>;

/**
 * Why each of these people must not judge a category, from what the product knows: they stand in an entry, or were
 * named in one, they are near to somebody who does, a model that an entry was made with is theirs, or they set up the
 * round and its prizes. What they declare comes on top.
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
      return [
        ...when(submitters.has(person), 'own_entry', 'They have an entry in this category.'),
        ...when(
          !submitters.has(person) && behind.has(person),
          'collaborator',
          'They are named in an entry of this category.',
        ),
        ...when(
          [...near].some((one) => behind.has(one)),
          'relation',
          'They are near to somebody who has an entry: they share earnings, a device, or one brought the other here.',
        ),
        ...when(creators.has(person), 'model_creator', 'An entry was made with a model of theirs.'),
        ...when(organisers.has(person), 'organiser', 'They set up this round and its prizes.'),
      ];
    }),
  );
  return new Map(people.map((person, index) => [person, found[index] ?? []]));
}

const when = (holds: boolean, kind: JudgeConflict['kind'], says: string): JudgeConflict[] =>
  holds ? [{ kind, says }] : [];

async function nearTo(db: Db, person: AccountId): Promise<Set<string>> {
  const [sharers, close] = await Promise.all([
    earnings.sharersWith(db, person),
    campaigns.closeTo(db, asId(person)),
  ]);
  return new Set([...sharers, ...close].filter((one) => one !== person));
}
