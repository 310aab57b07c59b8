import type {
  Assignment as Shown,
  AssignmentSummary,
  DeclaredConflict,
  SubmittedReview,
} from '#api/program/review-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, asId, type AssignmentId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { blindContent } from './blind.ts';
import { no, YES } from './can.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { mayDiscuss, seesOthers } from './panel-talk.ts';
import { people } from './people.ts';
import { RUBRIC } from './rubric.ts';

/** What a reviewer was asked for: what is open, whose time ends first; or what is done, the newest first. */
export async function assignmentList(
  context: Context,
  reviewer_id: AccountId,
  query: { state: 'open' | 'done'; limit: number; cursor?: string | undefined },
) {
  const { state, limit, cursor } = query;
  const owner = `assignments ${state} ${reviewer_id}`;
  const rows = await program.assignmentsOfReviewer(context.db, reviewer_id, {
    open: state === 'open',
    after: rowOf(placeOf(context, owner, cursor)),
    limit: limit + 1,
  });
  const { shown, next_cursor } = pageOf(context, owner, rows, limit, (last) => [
    last.due_at.toISOString(),
    last.id,
  ]);
  return { items: await Promise.all(shown.map((one) => summary(context.db, one))), next_cursor };
}

async function summary(db: Db, assignment: program.Assignment): Promise<AssignmentSummary> {
  const { application, revision } = await about(db, assignment);
  const { title, modality } = await blindContent(db, application, revision);
  return { ...head(assignment, application, revision), title, modality };
}

const head = (
  { id, state, assigned_at, due_at, kind }: program.Assignment,
  application: program.Application,
  revision: program.Revision,
) => ({
  id,
  state,
  revision: revision.number,
  assigned_at: assigned_at.toISOString(),
  due_at: due_at.toISOString(),
  resting: kind !== 'gold' && state === 'assigned' && RESTING.has(application.state),
});
const RESTING = new Set(['needs_changes', 'submitted', 'screening']);

async function about(db: Db, { application_id, revision_id }: program.Assignment) {
  return {
    application: present(await program.applicationById(db, application_id), 'what is reviewed'),
    revision: present(await program.revisionById(db, revision_id), 'the revision that is reviewed'),
  };
}

/** The workbench: what is to be reviewed, without its author, and without the others until the reviewer has submitted. */
export async function assignmentPage(
  { db }: Context,
  reviewer_id: AccountId,
  id: AssignmentId,
): Promise<Shown> {
  const assignment = (await program.assignmentById(db, id)) ?? refuse('NOT_FOUND');
  if (assignment.reviewer_id !== reviewer_id) refuse('NOT_FOUND');
  const { application, revision } = await about(db, assignment);
  const content = await blindContent(db, application, revision);
  const numbers = await revisionNumbers(db, assignment.application_id);
  const mine = (await program.reviewsOf(db, [id])).map((review) => shownReview(review, numbers));
  const compared_to = await comparedTo(db, assignment, revision);
  const open = seesOthers(application, assignment);
  return {
    ...head(assignment, application, revision),
    title: content.title,
    modality: content.modality,
    version: assignment.version,
    application_id: application.id,
    digest: revision.digest,
    compared_to,
    content,
    rubric: RUBRIC,
    draft: assignment.draft,
    draft_version: assignment.draft_version,
    notes: assignment.notes,
    mine,
    others: open ? await peers(db, assignment, numbers) : null,
    remarks: open ? await talk(db, application, assignment) : null,
    can: acts(application, assignment),
  };
}

/** The revision that a reviewer wrote about last, else the one before theirs; null for a first one. */
export async function comparedTo(
  db: Db,
  { id, application_id }: program.Assignment,
  { number }: program.Revision,
): Promise<number | null> {
  const numberOf = await revisionNumbers(db, application_id);
  const written = (await program.reviewsOf(db, [id])).map(({ revision_id }) => numberOf(revision_id));
  const earlier = written.filter((one) => one < number);
  if (earlier.length > 0) return Math.max(...earlier);
  return number > 1 ? number - 1 : null;
}

export async function revisionNumbers(
  db: Db,
  application_id: ApplicationId,
): Promise<(id: string) => number> {
  const revisions = await program.revisionsOf(db, application_id);
  const numbers = new Map<string, number>(revisions.map(({ id, number }) => [id, number]));
  return (id) => present(numbers.get(id), 'the number of a revision');
}

export const shownReview = (
  review: program.Review,
  numberOf: (revision_id: string) => number,
): SubmittedReview => ({
  scores: review.scores,
  confidence: review.confidence,
  recommendation: review.recommendation,
  to_applicant: review.to_applicant,
  to_panel: review.to_panel,
  number: review.number,
  after_release: review.after_release,
  revision: numberOf(review.revision_id),
  submitted_at: review.submitted_at.toISOString(),
});

const submittedOf = (all: readonly program.Assignment[], panel: number) =>
  all.filter((one) => one.panel === panel && one.kind !== 'gold' && one.state === 'submitted');

/** The others of the panel, by nobody in particular. */
async function peers(db: Db, mine: program.Assignment, numberOf: (revision_id: string) => number) {
  const panel = submittedOf(await program.assignmentsOf(db, mine.application_id), mine.panel);
  const versions = await program.reviewsOf(
    db,
    panel.map(({ id }) => id),
  );
  return panel.flatMap(({ id }, index) => {
    const own = versions.filter(({ assignment_id }) => assignment_id === id);
    const [newest] = own;
    if (id === mine.id || !newest) return [];
    return [{ ...shownReview(newest, numberOf), by: `Reviewer ${index + 1}`, versions: own.length }];
  });
}

async function talk(db: Db, { id }: program.Application, mine: program.Assignment) {
  const panel = submittedOf(await program.assignmentsOf(db, id), mine.panel);
  const remarks = await program.remarksOf(db, id, mine.panel);
  return remarks.map(({ author_id, text, said_at }) => {
    const index = panel.findIndex(({ reviewer_id }) => reviewer_id === author_id);
    return {
      by: index < 0 ? 'The chair' : `Reviewer ${index + 1}`,
      mine: author_id === mine.reviewer_id,
      text,
      said_at: said_at.toISOString(),
    };
  });
}

function acts(application: program.Application, mine: program.Assignment) {
  const here =
    mine.kind === 'gold' ||
    (mine.panel === application.panel &&
      (application.state === 'in_review' || application.state === 'deliberation'));
  const rests = no(
    RESTING.has(application.state)
      ? 'The applicant was asked for changes: the clock stands still.'
      : 'It is no longer being reviewed.',
  );
  const when = (state: program.Assignment['state'], why: string) =>
    mine.state !== state ? no(why) : here ? YES : rests;
  return {
    submit: when('assigned', mine.state === 'submitted' ? 'Your review is in.' : 'This was given to others.'),
    amend: when('submitted', 'There is no review to change yet.'),
    decline: mine.state === 'assigned' ? YES : no('It can no longer be declined.'),
    discuss: mayDiscuss(application, [mine], false),
  };
}

/** What somebody declared about people and applications that they cannot judge. */
export async function declaredList(
  { db }: Context,
  person_id: AccountId,
): Promise<{ items: DeclaredConflict[] }> {
  const declared = await program.declaredBy(db, person_id);
  const person = await people(
    db,
    declared.flatMap(({ with_id }) => with_id ?? []),
  );
  return {
    items: await Promise.all(
      declared.map(async ({ id, application_id, with_id, reason, declared_at }) => ({
        id,
        about: with_id ? person(with_id).display_name : await titleOf(db, application_id),
        reason,
        declared_at: declared_at.toISOString(),
      })),
    ),
  };
}

async function titleOf(db: Db, id: string | null): Promise<string> {
  const application = id && (await program.applicationById(db, asId<ApplicationId>(id)));
  const revision = application && (await program.newestRevision(db, application.id));
  if (!application || !revision) return 'An application';
  return (await blindContent(db, application, revision)).title;
}
