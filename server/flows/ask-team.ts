import type { Context } from '../context.ts';
import { type AccountId, asId, newId, type SplitProposalId } from '../ids.ts';
import { startOfDay } from '../kit/clock.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { splitOfTeam } from '../views/application-team.ts';
import { sendMail } from './send-mail.ts';

/** So long those who are asked have to answer. */
export const INVITATION_DAYS = program.CLOCKS.invitation_days;
/** People whom one account may ask in a UTC day; each is written a letter. */
export const INVITATIONS_PER_DAY_MAX = 60;
export const EXPIRE_TIMER = 'split.expire';
export const ACTIVATE_TIMER = 'split.activate';

/**
 * Asks everybody whom a revision names in its team. Who was asked the same before is not asked again: their answers
 * stand. The applicant has what the others leave.
 */
export async function askTeam(tx: Tx, context: Context, revision: program.Revision, at: Date): Promise<void> {
  const { application_id } = revision;
  const application = present(await program.applicationById(tx, application_id), 'the application');
  const live = await program.liveSplit(tx, { application_id });
  if (live) {
    const asked = live.revision_id && (await program.revisionById(tx, live.revision_id));
    if (asked && sameTeam(asked, revision)) return;
    const by = { id: application.applicant_id, as: 'owner' };
    await withdrawSplit(tx, live.id, by, at);
  }
  const { team, title } = revision.content;
  if (team.length === 0) return;
  const { applicant_id } = application;
  const agreed = await splitOfTeam({ db: tx }, applicant_id, team);
  const after = agreed.map((part) => ({ ...part, person_id: asId<AccountId>(part.person_id) }));
  const id = newId<SplitProposalId>(at);
  await program.insertSplitProposal(tx, {
    id,
    application_id,
    revision_id: revision.id,
    model_id: null,
    effective_from: null,
    proposed_by: applicant_id,
    proposed_at: at,
    expires_at: program.daysAfter(at, INVITATION_DAYS),
    note: '',
    people: program.proposedParts([], after, applicant_id),
  });
  await invite(tx, context, id, title, at);
}

const sameTeam = (one: program.Revision, other: program.Revision): boolean =>
  JSON.stringify(one.content.team) === JSON.stringify(other.content.team);

/** Refuses what whoever proposes it does now, if too many were asked by it today; what others do goes on. */
export async function demandFewInvitations(tx: Tx, proposer_id: AccountId, at: Date): Promise<void> {
  const asked = await program.countInvitations(tx, proposer_id, startOfDay(at));
  if (asked > INVITATIONS_PER_DAY_MAX) refuse('INVITATIONS_FULL', { limit: INVITATIONS_PER_DAY_MAX });
}

/** Sets the clock of a proposal and writes to everybody whom it asks. */
export async function invite(
  tx: Tx,
  context: Context,
  id: SplitProposalId,
  title: string,
  at: Date,
): Promise<void> {
  const proposal = present(await program.splitById(tx, id), 'the proposal');
  await setTimer(tx, { kind: EXPIRE_TIMER, subject_id: id, due_at: proposal.expires_at, at });
  const proposer = await identity.accountById(tx, proposal.proposed_by);
  const page = `${context.origins.public}/program/invitations`;
  for (const { person_id, asked } of proposal.people) {
    if (!asked) continue;
    const by = proposer?.display_name ?? 'Somebody';
    const about = { by, title, until: proposal.expires_at };
    await sendMail(tx, context, person_id, (say) => say.invitationLetter(page, about), at);
  }
}

/** Takes a proposal back, with its clocks. */
export async function withdrawSplit(
  tx: Tx,
  id: SplitProposalId,
  by: { id: string; as: string },
  at: Date,
): Promise<void> {
  await program.moveSplit(tx, 'withdraw', { id, by, at });
  for (const kind of [EXPIRE_TIMER, ACTIVATE_TIMER]) await dropTimer(tx, { kind, subject_id: id, at });
}

/** Somebody did not answer in time. */
export async function expireSplit(tx: Tx, { clock }: Context, timer: Timer): Promise<void> {
  const proposal = await program.splitById(tx, asId<SplitProposalId>(timer.subject_id));
  if (proposal?.state !== 'proposed') return;
  const by = { id: 'system', as: 'timer' };
  await program.moveSplit(tx, 'expire', { id: proposal.id, by, at: clock.now() });
}

/** The date has come from which a model's earnings are divided anew; its table of parts has waited for it. */
export async function activateSplit(tx: Tx, { clock }: Context, timer: Timer): Promise<void> {
  const proposal = await program.splitById(tx, asId<SplitProposalId>(timer.subject_id));
  if (proposal?.state !== 'accepted' || !proposal.model_id) return;
  const step = { by: { id: 'system', as: 'timer' }, at: clock.now() };
  for (const { id, state } of await program.splitsOf(tx, { model_id: proposal.model_id }))
    if (state === 'active') await program.moveSplit(tx, 'supersede', { id, ...step });
  await program.moveSplit(tx, 'activate', { id: proposal.id, ...step });
}
