import type { Conflict } from '#api/program/review-shapes.ts';
import type { AccountId, ReleaseId } from '../ids.ts';
import { asId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';

/** An application and the revision of it that is judged. */
export type Judged = { application: program.Application; revision: program.Revision };

/**
 * Why each of these people must not judge an application, from what the product knows: it is theirs, they are in its
 * team, they share the earnings of a model with somebody of the team, what it was made from is theirs, one of them
 * brought the other here, or they said so themselves.
 */
export async function conflictsOf(
  db: Db,
  { application, revision }: Judged,
  people: readonly AccountId[],
): Promise<Map<AccountId, Conflict[]>> {
  const team = await teamOf(db, revision);
  const behind = [application.applicant_id, ...team];
  const [sharers, parents, referred, declared] = await Promise.all([
    Promise.all(behind.map((one) => earnings.sharersWith(db, one))),
    creatorsOfParents(db, revision),
    campaigns.referredAmong(db, people, behind),
    program.declaredConflicts(db, people, { application_id: application.id, with_ids: behind }),
  ]);
  const found = (person: AccountId): Conflict[] => [
    ...when(person === application.applicant_id, 'applicant', 'It is their own application.'),
    ...when(team.includes(person), 'team', 'They are in its team.'),
    ...when(
      !behind.includes(person) && sharers.some((shares) => shares.has(person)),
      'split',
      'They share the earnings of a model with somebody behind it.',
    ),
    ...when(parents.has(person), 'parent', 'It is made from a model of theirs.'),
    ...when(referred.has(person), 'referral', 'One of them came here by a link of the other.'),
    ...declared
      .filter(({ person_id }) => person_id === person)
      .map(({ reason }) => ({ kind: 'declared' as const, says: `They declared: ${reason}` })),
  ];
  return new Map(people.map((person) => [person, found(person)]));
}

const when = (holds: boolean, kind: Conflict['kind'], says: string): Conflict[] =>
  holds ? [{ kind, says }] : [];

/** The accounts of those who are to share, besides the applicant. */
export async function teamOf(db: Db, { content }: program.Revision): Promise<AccountId[]> {
  const accounts = await Promise.all(content.team.map(({ handle }) => identity.accountByHandle(db, handle)));
  return accounts.flatMap((account) => account?.id ?? []);
}

async function creatorsOfParents(db: Db, { content }: program.Revision): Promise<Set<string>> {
  if (content.lineage.kind === 'original') return new Set();
  const releases = await Promise.all(
    content.lineage.parents.map(({ release_id }) => registry.releaseById(db, asId<ReleaseId>(release_id))),
  );
  return new Set(releases.flatMap((release) => release?.creator_id ?? []));
}
