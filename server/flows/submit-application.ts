import type { ApplicationContent } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, newId, type RevisionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer } from '../kit/timers.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { checkedContent } from './application-checks.ts';
import { askTeam, demandFewInvitations } from './ask-team.ts';
import { LAPSE_TIMER } from './panel.ts';
import { demandWritable } from './save-application.ts';
import { demandStanding } from './standing-of.ts';

/** A coordinator looks at it within this time. */
const SCREENED_WITHIN_MS = program.CLOCKS.screening_days * DAY_MS;

type Seen = { version: number; draft_version: number };

/** Submits the draft that the applicant saw: from now on it is a revision, and nobody changes it. */
export async function submitApplication(
  context: Context,
  applicant_id: AccountId,
  id: ApplicationId,
  seen: Seen,
): Promise<RevisionId> {
  const { db, clock, database } = context;
  const application = await program.applicationById(db, id);
  if (application?.applicant_id !== applicant_id) refuse('NOT_FOUND');
  demandWritable(application, 'submit');
  await demandStanding(context, applicant_id, 'apply');
  const content = await checkedContent(context, applicant_id, application.draft);
  const at = clock.now();
  const terms_version = (await program.newestTerms(db, at)) ?? refuse('NOT_PRICED');
  const revision_id = await database.inTransaction(async (tx) => {
    const locked = (await program.lockOwn(tx, id, applicant_id)) ?? refuse('NOT_FOUND');
    demandWritable(locked, 'submit');
    // what was checked is what was seen, and is still there
    for (const { draft_version } of [application, locked])
      if (draft_version !== seen.draft_version) refuse('DRAFT_CHANGED', { draft_version });
    const revision = await newRevision(tx, locked, { content, terms_version, at });
    await program.moveApplication(tx, 'submit', {
      ...{ id, at, version: seen.version, by: { id: applicant_id, as: 'applicant' } },
      detail: { revision_id: revision.id, digest: revision.digest },
      set: {
        due_at: new Date(at.getTime() + SCREENED_WITHIN_MS),
        revision: revision.number,
        title: content.title,
        modality: content.modality,
        submitted_at: at,
      },
    });
    await askTeam(tx, context, present(await program.revisionById(tx, revision.id), 'the revision'), at);
    await demandFewInvitations(tx, applicant_id, at);
    await dropTimer(tx, { kind: LAPSE_TIMER, subject_id: id, at });
    return revision.id;
  });
  context.wake.send('news');
  return revision_id;
}

async function newRevision(
  tx: Tx,
  { id, revision }: program.Application,
  { content, terms_version, at }: { content: ApplicationContent; terms_version: string; at: Date },
): Promise<{ id: RevisionId; number: number; digest: string }> {
  const trials = await program.trialsOf(tx, id);
  const samples = trials.map(({ id: trial_id, digest, input }) => ({
    ...{ trial_id, input },
    digest: `sha256:${digest}`,
  }));
  const said = {
    content: { ...content, samples },
    form_version: program.FORM_VERSION,
    rights_version: program.RIGHTS.version,
    rights_text: program.RIGHTS.text,
  };
  const last = await program.newestRevision(tx, id);
  if (last && last.digest === program.canonicalRevision(said).digest)
    refuse('SAME_REVISION', { number: last.number });
  const revision_id = newId<RevisionId>(at);
  const number = revision + 1;
  const place = { id: revision_id, application_id: id, number, terms_version, submitted_at: at };
  return { id: revision_id, number, digest: await program.insertRevision(tx, { ...said, ...place }) };
}
