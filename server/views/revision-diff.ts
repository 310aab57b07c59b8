import type { RevisionDiff } from '#api/program/applicant-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ApplicationId, AssignmentId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { blindContent } from './blind.ts';
import { mayLookInto } from './desk.ts';
import { comparedTo } from './review.ts';

type Wanted = { number: number; from?: number | undefined };
type Readable = Pick<Context, 'db'>;

/** What one revision says otherwise than another of the same application. */
export async function revisionDiff(
  { db }: Readable,
  id: ApplicationId,
  { number, from = number - 1 }: Wanted,
): Promise<RevisionDiff> {
  const [before, after] = await pair(db, id, from, number);
  return { from, to: number, changes: changesOf(saidIn(before), saidIn(after)) };
}

/** The same at the desk, for those who may look into the file. */
export async function deskDiff(
  context: Readable,
  viewer: AccountId,
  id: ApplicationId,
  wanted: Wanted,
): Promise<RevisionDiff> {
  await mayLookInto(context.db, viewer, id);
  return revisionDiff(context, id, wanted);
}

/** The same for a reviewer: without anything that says whose it is, and since what they saw last. */
export async function blindDiff(
  { db }: Readable,
  reviewer_id: AccountId,
  assignment_id: AssignmentId,
): Promise<RevisionDiff> {
  const assignment = (await program.assignmentById(db, assignment_id)) ?? refuse('NOT_FOUND');
  if (assignment.reviewer_id !== reviewer_id) refuse('NOT_FOUND');
  const { application_id } = assignment;
  const application = (await program.applicationById(db, application_id)) ?? refuse('NOT_FOUND');
  const revision = (await program.revisionById(db, assignment.revision_id)) ?? refuse('NOT_FOUND');
  const from = (await comparedTo(db, assignment, revision)) ?? refuse('NOT_FOUND');
  const [before, after] = await pair(db, application_id, from, revision.number);
  const letterOf = letters();
  const shown = async (one: program.Revision) => ({
    ...(await blindContent(db, application, one)),
    weights: one.content.release.files.map(({ digest }) => letterOf(digest)),
  });
  return { from, to: revision.number, changes: changesOf(await shown(before), await shown(after)) };
}

/** What stands for a digest: whether a file is another one may be seen, and not which one it is. */
function letters(): (digest: string) => string {
  const seen: string[] = [];
  return (digest) => {
    if (!seen.includes(digest)) seen.push(digest);
    return `file ${seen.indexOf(digest) + 1}`;
  };
}

async function pair(db: Db, id: ApplicationId, from: number, to: number) {
  const found = await program.revisionsOf(db, id);
  const of = (wanted: number) => found.find(({ number }) => number === wanted) ?? refuse('NOT_FOUND');
  return [of(from), of(to)] as const;
}

const saidIn = (revision: program.Revision) => ({
  ...revision.content,
  rights: { version: revision.rights_version, text: revision.rights_text },
});

const changesOf = (before: object, after: object): RevisionDiff['changes'] =>
  program.differences(before, after).map((change) => ({
    ...change,
    paragraphs:
      change.before === null || change.after === null
        ? null
        : program.compareTexts(change.before, change.after),
  }));
