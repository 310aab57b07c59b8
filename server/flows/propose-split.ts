import type { TeamPart } from '#api/program/application-shapes.ts';
import type * as z from 'zod';
import type { Context } from '../context.ts';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type ModelId,
  newId,
  type SplitProposalId,
} from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Tx } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { splitOfTeam } from '../views/application-team.ts';
import { settleSplit } from './answer-invitation.ts';
import { askTeam, demandFewInvitations, invite, INVITATION_DAYS, withdrawSplit } from './ask-team.ts';
import { demandUnclaimed } from './demand-unclaimed.ts';
import { demandStanding } from './standing-of.ts';

type Proposed = { slug: string; team: z.infer<typeof TeamPart>[]; effective_from: Date; note: string };
/** Further ahead nothing is agreed. */
const AHEAD_DAYS_MAX = 366;

/** The creator of a model proposes another split, from a date to come on. */
export async function proposeSplit(
  context: Context,
  owner_id: AccountId,
  { slug, ...proposed }: Proposed,
): Promise<SplitProposalId> {
  const at = context.clock.now();
  const model = await registry.modelBySlug(context.db, slug);
  if (model?.creator_id !== owner_id) return refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const id = await context.database.inTransaction((tx) =>
    writeSplit(tx, context, owner_id, { ...proposed, model_id }, at),
  );
  context.wake.send('news');
  return id;
}

/** The same inside an act that has found the model. */
export async function writeSplit(
  tx: Tx,
  context: Context,
  owner_id: AccountId,
  { model_id, team, effective_from, note }: Omit<Proposed, 'slug'> & { model_id: ModelId },
  at: Date,
): Promise<SplitProposalId> {
  await demandStanding({ db: tx }, owner_id, 'edit');
  if (effective_from <= at) refuse('SPLIT_REFUSED', { why: 'A split holds from a date to come on.' });
  if (effective_from.getTime() > at.getTime() + AHEAD_DAYS_MAX * DAY_MS)
    refuse('SPLIT_REFUSED', { why: 'The date is more than a year away.' });
  const agreed = await splitOfTeam({ db: tx }, owner_id, team);
  const after = agreed.map((part) => ({ ...part, person_id: asId<AccountId>(part.person_id) }));
  const id = newId<SplitProposalId>(at);
  // it may have changed hands meanwhile, and does not before this is done
  const model = await registry.modelToAddTo(tx, model_id);
  if (model?.creator_id !== owner_id) return refuse('NOT_FOUND');
  const now = (await earnings.splitInForce(tx, model_id, at)) ?? refuse('NOT_PRICED');
  const before = now.parts.map((part) => ({ ...part, person_id: asId<AccountId>(part.person_id) }));
  if (sameParts(before, after)) refuse('SPLIT_REFUSED', { why: 'This is the split that holds now.' });
  await demandUnclaimed(tx, model_id);
  if (await program.liveSplit(tx, { model_id })) refuse('SPLIT_WAITS');
  const gone = await identity.leftAmong(
    tx,
    before.map(({ person_id }) => person_id),
  );
  const people = program.proposedParts(before, after, owner_id, gone);
  const expires_at = new Date(
    Math.min(effective_from.getTime(), program.daysAfter(at, INVITATION_DAYS).getTime()),
  );
  await program
    .insertSplitProposal(tx, {
      ...{ id, application_id: null, revision_id: null, model_id, effective_from },
      ...{ proposed_by: owner_id, proposed_at: at, expires_at, note, people },
    })
    .catch((error: unknown) => {
      const twice =
        error instanceof Error && 'constraint' in error && error.constraint === 'split_proposal_once';
      return twice ? refuse('SPLIT_WAITS') : Promise.reject(error);
    });
  await invite(tx, context, id, model.title, at);
  await demandFewInvitations(tx, owner_id, at);
  if (people.every(({ asked }) => !asked)) await settleSplit(tx, id, at);
  return id;
}

const sameParts = (one: readonly program.Part[], other: readonly program.Part[]): boolean =>
  one.length === other.length &&
  one.every(({ person_id, part_ppm }) =>
    other.some((part) => part.person_id === person_id && part.part_ppm === part_ppm),
  );

/** Whoever proposed a split takes it back, while nobody earns by it. */
export async function takeSplitBack(
  context: Context,
  owner_id: AccountId,
  id: SplitProposalId,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    await program.lockSplit(tx, id);
    const proposal = await program.splitById(tx, id);
    if (proposal?.proposed_by !== owner_id) return refuse('NOT_FOUND');
    // what everybody agreed on for a published model is written down, and another agreement has to replace it
    if (proposal.model_id && proposal.state === 'accepted')
      refuse('NOT_NOW', { state: 'accepted', act: 'withdraw', possible: [] });
    await withdrawSplit(tx, id, { id: owner_id, as: 'owner' }, at);
  });
  context.wake.send('news');
}

/** Asks the team of an accepted application once more: somebody declined, or did not answer in time. */
export async function askTeamAgain(
  context: Context,
  applicant_id: AccountId,
  application_id: ApplicationId,
): Promise<SplitProposalId> {
  const at = context.clock.now();
  const id = await context.database.inTransaction(async (tx) => {
    const application = (await program.lockOwn(tx, application_id, applicant_id)) ?? refuse('NOT_FOUND');
    if (application.state !== 'agreement_pending')
      refuse('NOT_NOW', { state: application.state, act: 'ask_team', possible: [] });
    if (await program.liveSplit(tx, { application_id })) refuse('SPLIT_WAITS');
    const revision = (await program.newestRevision(tx, application_id)) ?? refuse('NOT_FOUND');
    await askTeam(tx, context, revision, at);
    await demandFewInvitations(tx, applicant_id, at);
    return (await program.liveSplit(tx, { application_id }))?.id ?? refuse('NOT_FOUND');
  });
  context.wake.send('news');
  return id;
}
