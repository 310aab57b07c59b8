import type * as z from 'zod';
import type { Invitation, SplitProposal } from '#api/program/agreement-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, type SplitProposalId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';

const INVITATIONS_SHOWN = 100;

/** A proposal as one of those whom it is about sees it. */
export async function presentSplit(
  { db, clock }: Context,
  viewer: AccountId,
  proposal: program.SplitProposal,
): Promise<SplitProposal> {
  const person = await people(db, [proposal.proposed_by, ...proposal.people.map((one) => one.person_id)]);
  return {
    id: proposal.id,
    state: stateNow(proposal, clock.now()),
    proposed_by: person(proposal.proposed_by),
    proposed_at: proposal.proposed_at.toISOString(),
    expires_at: proposal.expires_at.toISOString(),
    effective_from: proposal.effective_from?.toISOString() ?? null,
    note: proposal.note,
    people: proposal.people.map((one) => partOf(one, person)),
    can: { withdraw: mayWithdraw(viewer, proposal) },
  };
}

/** A proposal is over when its time is, also before its timer has said so. */
const stateNow = ({ state, expires_at }: program.SplitProposal, at: Date): SplitProposal['state'] =>
  state === 'proposed' && expires_at <= at ? 'expired' : state;

const partOf = (
  { person_id, answered_at, ...part }: program.SplitProposal['people'][number],
  person: Awaited<ReturnType<typeof people>>,
) => ({ person: person(person_id), ...part, answered_at: answered_at?.toISOString() ?? null });

function mayWithdraw(viewer: AccountId, { proposed_by, state, model_id }: program.SplitProposal) {
  if (proposed_by !== viewer) return no('Only whoever proposed it may.');
  if (state === 'proposed' || (state === 'accepted' && !model_id)) return YES;
  return no('It is over, or agreed already.');
}

export async function splitFor(
  context: Context,
  viewer: AccountId,
  id: SplitProposalId,
): Promise<SplitProposal> {
  return presentSplit(context, viewer, present(await program.splitById(context.db, id), 'the proposal'));
}

/** What somebody was asked to share in. */
export async function invitations(
  context: Context,
  person_id: AccountId,
): Promise<z.infer<typeof Invitation>[]> {
  const asked = await program.splitsAskedOf(context.db, person_id, INVITATIONS_SHOWN);
  return Promise.all(asked.map((proposal) => presentInvitation(context, person_id, proposal)));
}

export async function invitation(context: Context, person_id: AccountId, id: SplitProposalId) {
  const proposal = present(await program.splitById(context.db, id), 'the proposal');
  return presentInvitation(context, person_id, proposal);
}

async function presentInvitation(
  context: Context,
  person_id: AccountId,
  proposal: program.SplitProposal,
): Promise<z.infer<typeof Invitation>> {
  const shown = await presentSplit(context, person_id, proposal);
  const place = proposal.people.findIndex((one) => one.person_id === person_id);
  const mine = present(shown.people[place], 'the part that was asked about');
  return {
    proposal: shown,
    ...(await subjectOf(context, proposal)),
    mine,
    can: { answer: mayAnswer(shown.state, mine.answer) },
  };
}

function mayAnswer(state: SplitProposal['state'], answer: string | null) {
  if (answer) return no(`You have ${answer} it.`);
  if (state === 'proposed') return YES;
  return no(state === 'expired' ? 'Its time is over.' : 'It is no longer open.');
}

async function subjectOf({ db, clock }: Context, { model_id, revision_id }: program.SplitProposal) {
  const at = clock.now();
  if (model_id) {
    const [model] = await registry.modelsByIds(db, [model_id]);
    const { title, summary, slug } = present(model, 'the model');
    const agreement = await program.agreementInForce(db, model_id, at);
    return { title, summary, model_slug: slug, share_ppm: agreement?.share_ppm ?? null };
  }
  const revision = revision_id === null ? undefined : await program.revisionById(db, revision_id);
  const { title, summary } = present(revision, 'the revision').content;
  const terms = await program.termsAt(db, at);
  return { title, summary, model_slug: null, share_ppm: terms?.share_ppm ?? null };
}

/** How a model's share is divided, for those who share in it. */
export async function splitOfModel(context: Context, viewer: AccountId, slug: string) {
  const { db, clock } = context;
  const at = clock.now();
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const split = (await earnings.splitInForce(db, model_id, at)) ?? refuse('NOT_PRICED');
  const { owner, sharer, proposals } = await sharersOf(context, viewer, model);
  const person = await people(
    db,
    split.parts.map(({ person_id }) => person_id),
  );
  const waits = proposals.some(({ state }) => state === 'proposed' || state === 'accepted');
  return {
    title: model.title,
    version: split.version,
    parts: split.parts.map(({ person_id, ...part }) => ({ person: person(person_id), ...part })),
    proposals: await Promise.all(
      proposals
        .filter(({ people: asked }) => owner || sharer || asked.some(({ person_id }) => person_id === viewer))
        .map((proposal) => presentSplit(context, viewer, proposal)),
    ),
    earliest: program.daysAfter(at, 1).toISOString(),
    can: { propose: mayPropose(owner, waits) },
  };
}

/**
 * Whose a model is, for those who may look into how it is shared: its owner, who shares in it, who was asked to, and
 * who had it once. To anybody else there is nothing.
 */
export async function sharersOf(
  { db, clock }: Context,
  viewer: AccountId,
  model: { id: string; creator_id: string },
) {
  const model_id = asId<ModelId>(model.id);
  const [split, proposals, owners] = await Promise.all([
    earnings.splitInForce(db, model_id, clock.now()),
    program.splitsOf(db, { model_id }),
    program.ownersOf(db, model_id),
  ]);
  const isViewer = ({ person_id }: { person_id: string }) => person_id === viewer;
  const owner = model.creator_id === viewer;
  const sharer = split?.parts.some(isViewer) ?? false;
  const asked = proposals.some((proposal) => proposal.people.some(isViewer));
  if (!owner && !sharer && !asked && !owners.some(isViewer)) refuse('NOT_FOUND');
  return { owner, sharer, proposals };
}

function mayPropose(owner: boolean, waits: boolean) {
  if (!owner) return no('Only the creator of the model may.');
  return waits ? no('Another split waits for answers or for its date.') : YES;
}
