import { ApplicationContent } from '#api/program/application-shapes.ts';
import type { Recommendation, Scores } from '#api/program/review-shapes.ts';
import { type AccountId, type ApplicationId, asId, newId, type RevisionId } from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import type { Role } from '../server/modules/identity/index.ts';
import * as program from '../server/modules/program/index.ts';
import { wholeDraft } from './accepted.ts';
import type { Visitor } from './client.ts';
import type { World } from './world.ts';

/** Applications and those who judge them, for stories that begin where the applicant has submitted. */

export type Person = Visitor & { email: string; id: AccountId; handle: string };

/** Somebody with an account, and with these roles, signed in for as long as a story takes. */
export async function person(world: World, name: string, ...roles: Role[]): Promise<Person> {
  const member = await world.member(name);
  const { account } = await member.api.identity.getMe();
  const { id, handle } = present(account, 'the account of somebody who signed up');
  const { db, clock } = world.context;
  const granted_at = clock.now();
  const given = roles.map((role) => ({ account_id: id, role, granted_at, granted_by: 'a test' }));
  if (given.length > 0) await db.insertInto('identity.role').values(given).execute();
  const later = new Date(granted_at.getTime() + STORY_MS);
  await db
    .updateTable('identity.session')
    .set({ created_at: later, seen_at: later, expires_at: later })
    .where('account_id', '=', id)
    .execute();
  return { ...member, id: asId<AccountId>(id), handle };
}
/** Years: who is signed in goes on to be, while days pass. */
const STORY_MS = 3 * 365 * 24 * 3600_000;

export const content = (slug: string, change: Record<string, unknown> = {}): ApplicationContent =>
  ApplicationContent.parse({
    ...wholeDraft(slug),
    title: `Waves of ${slug}`,
    ...change,
  });

/** An application that was begun and submitted. */
export async function submitted(
  world: World,
  applicant: Pick<Person, 'id'>,
  slug: string,
  change: Record<string, unknown> = {},
): Promise<ApplicationId> {
  const { database, clock } = world.context;
  const at = clock.now();
  const id = newId<ApplicationId>(at);
  await database.inTransaction((tx) =>
    program.beginApplication(
      tx,
      { id, applicant_id: applicant.id, draft: {}, title: '', modality: null, follows_id: null },
      at,
    ),
  );
  await submitAgain(world, applicant, id, content(slug, change));
  return id;
}

/** The next revision of an application is submitted. */
export async function submitAgain(
  { context: { database, clock } }: World,
  applicant: Pick<Person, 'id'>,
  id: ApplicationId,
  said: ApplicationContent,
): Promise<void> {
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const number = ((await program.newestRevision(tx, id))?.number ?? 0) + 1;
    await program.insertRevision(tx, {
      id: newId<RevisionId>(at),
      application_id: id,
      number,
      content: said,
      form_version: program.FORM_VERSION,
      terms_version: present(await program.newestTerms(tx, at), 'terms'),
      rights_version: program.RIGHTS.version,
      rights_text: program.RIGHTS.text,
      submitted_at: at,
    });
    const { title, modality } = said;
    await program.moveApplication(tx, 'submit', {
      id,
      by: { id: applicant.id, as: 'applicant' },
      at,
      set: { revision: number, title, modality, submitted_at: at, due_at: at },
    });
  });
}

export const scores = (change: Partial<Scores> = {}): Scores => ({
  creativity: 4,
  utility: 4,
  impact: 3,
  quality: 4,
  safety: 5,
  ...change,
});

export const review = (recommendation: Recommendation, change: Partial<Scores> = {}) => ({
  scores: scores(change),
  confidence: 4,
  recommendation,
  to_applicant: `I recommend: ${recommendation}.`,
  to_panel: '',
});

/** What this reviewer was asked about an application, if they were. */
export async function assignmentOf(
  world: World,
  reviewer: Person,
  application_id: ApplicationId,
): Promise<program.Assignment | undefined> {
  const all = await program.assignmentsOf(world.context.db, application_id);
  return all.findLast(({ reviewer_id }) => reviewer_id === reviewer.id);
}

/** Each of these reviewers who was asked and has not answered writes this; who is asked because of it does not. */
export async function everybodyReviews(
  world: World,
  reviewers: readonly Person[],
  application_id: ApplicationId,
  recommendation: Recommendation,
  change: Partial<Scores> = {},
): Promise<Person[]> {
  const all = await program.assignmentsOf(world.context.db, application_id);
  const wrote: Person[] = [];
  for (const { id, state, kind, reviewer_id } of all) {
    const reviewer = reviewers.find((one) => one.id === reviewer_id);
    if (!reviewer || state !== 'assigned' || kind === 'gold') continue;
    await reviewer.api.program.createReview({ id, review: review(recommendation, change) });
    wrote.push(reviewer);
  }
  return wrote;
}
