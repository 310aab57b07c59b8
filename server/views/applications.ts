import type * as z from 'zod';
import type { ApplicationForApplicant, Finding, Trial } from '#api/program/applicant-shapes.ts';
import { ApplicationState, type ApplicationSummary, type Revision } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { startOfDay } from '../kit/clock.ts';
import { actsFrom, stepsOf } from '../kit/state-machine.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { mediaFile, picture } from './media.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

/** Somebody's applications, newest first, and whether another may begin. */
export async function applicationList(
  context: Context,
  applicant_id: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const { db, clock } = context;
  const owner = `applications ${applicant_id}`;
  const after = rowOf(placeOf(context, owner, cursor));
  const [found, open, begun, cooling] = await Promise.all([
    program.applicationsOf(db, applicant_id, { after, limit: limit + 1 }),
    program.openApplications(db, applicant_id),
    program.countBegun(db, applicant_id, startOfDay(clock.now())),
    program.coolDownOf(db, applicant_id, clock.now()),
  ]);
  const { shown, next_cursor } = pageOf(context, owner, found, limit, ({ begun_at, id }) => [
    begun_at.toISOString(),
    id,
  ]);
  return {
    items: shown.map(presentSummary),
    next_cursor,
    can: { begin: mayBegin({ open, begun }, cooling) },
  };
}

function mayBegin(
  { open, begun }: { open: number; begun: number },
  cooling: Awaited<ReturnType<typeof program.coolDownOf>>,
) {
  if (open >= program.APPLICATIONS_MAX)
    return no(`You have ${open} open applications. Withdraw or finish one first.`);
  if (begun >= program.BEGUN_PER_DAY_MAX)
    return no(`You have begun ${begun} applications today. Another can begin tomorrow.`);
  if (!cooling) return YES;
  return no(
    cooling.until === 'never'
      ? 'After the last decision no other application can begin.'
      : `After the last decision another application can begin on ${cooling.until.toISOString().slice(0, 10)}.`,
  );
}

const presentSummary = (row: program.Application): z.infer<typeof ApplicationSummary> => ({
  id: row.id,
  title: row.title,
  modality: row.modality,
  state: row.state,
  version: row.version,
  revision: row.revision,
  begun_at: row.begun_at.toISOString(),
  submitted_at: row.submitted_at?.toISOString() ?? null,
  state_since: row.state_since.toISOString(),
  due_at: row.due_at?.toISOString() ?? null,
});

/** An application of its applicant; to anybody else it does not exist. */
export async function ownApplication(
  { db }: Pick<Context, 'db'>,
  applicant_id: AccountId,
  id: ApplicationId,
): Promise<program.Application> {
  const application = await program.applicationById(db, id);
  return application?.applicant_id === applicant_id ? application : refuse('NOT_FOUND');
}

/** All of one application for its applicant; `findings` are what stands between its draft and a submission. */
export async function presentApplication(
  context: Context,
  application: program.Application,
  findings: Finding[],
): Promise<ApplicationForApplicant> {
  const { db } = context;
  const [steps, trials, person, models] = await Promise.all([
    stepsOf(db, program.applicationMachine, application.id),
    program.trialsOf(db, application.id),
    people(db, [application.applicant_id]),
    registry.modelsByIds(db, application.model_id ? [application.model_id] : []),
  ]);
  return {
    ...presentSummary(application),
    applicant: person(application.applicant_id),
    draft: application.draft,
    draft_version: application.draft_version,
    draft_at: application.draft_at.toISOString(),
    follows_id: application.follows_id,
    model_slug: models[0]?.slug ?? null,
    steps: steps.map(({ act, from_state, to_state, capacity, at }) => ({
      act,
      from: ApplicationState.nullable().parse(from_state),
      to: ApplicationState.parse(to_state),
      by: capacity,
      at: at.toISOString(),
    })),
    can: canOf(application, findings),
    findings,
    trials: trials.map((trial) => presentTrial(context, trial)),
  };
}

/** What the applicant may do now, by the machine of applications. */
function canOf({ state }: program.Application, findings: readonly Finding[]) {
  const possible = actsFrom(program.applicationMachine, state, 'applicant');
  const may = (act: program.ApplicationAct, why: string) => (possible.includes(act) ? YES : no(why));
  const write = may('submit', 'What was submitted is changed only when it is asked for.');
  const missing = findings.length === 1 ? 'One thing is' : `${findings.length} things are`;
  return {
    write,
    submit: write.allowed && findings.length > 0 ? no(`${missing} still in the way.`) : write,
    withdraw: may('withdraw', 'There is nothing left to take back.'),
    appeal: may('appeal', 'Only a refusal can be appealed.'),
    enrol: may('enrol', 'No agreement is offered.'),
  };
}

export function presentTrial(context: Context, trial: program.Trial): Trial {
  const { id, modality, width, height, duration_ms, thumbhash, waveform, input } = trial;
  return {
    id,
    ...mediaFile(context, trial, `sample-${id.slice(-6)}`),
    ...{ modality, width, height, duration_ms, thumbhash, waveform, input },
    thumbnail: picture(context, trial.thumbnail),
    made_at: trial.made_at.toISOString(),
  };
}

export async function revisionList(context: Context, id: ApplicationId): Promise<{ items: Revision[] }> {
  const found = await program.revisionsOf(context.db, id);
  return { items: found.map(presentRevision) };
}

export const presentRevision = (revision: program.Revision): Revision => ({
  id: revision.id,
  number: revision.number,
  digest: revision.digest,
  content: revision.content,
  form_version: revision.form_version,
  terms_version: revision.terms_version,
  rights: { version: revision.rights_version, text: revision.rights_text },
  submitted_at: revision.submitted_at.toISOString(),
});
