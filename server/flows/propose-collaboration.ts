import type { OfferWish } from '#api/collaborations/shapes.ts';
import type { Context } from '../context.ts';
import {
  type AccountId,
  type ApplicationId,
  asId,
  type CollaborationId,
  type ModelId,
  newId,
} from '../ids.ts';
import { present } from '../kit/assert.ts';
import { startOfDay } from '../kit/clock.ts';
import { type Db, type Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { writeApplication } from './begin-application.ts';
import { demandNotBlocked } from './block-person.ts';
import { judgeWords } from './judge-words.ts';
import { writeSplit } from './propose-split.ts';
import { demandStanding } from './standing-of.ts';

/** Collaborations that one account may propose in a UTC day. */
const PER_DAY_MAX = 10;
/** So long an offer waits for its answer. */
const ANSWER_DAYS = 30;
/** A split that was agreed on holds from so many days later, which is time for everybody to consent. */
const SPLIT_AFTER_DAYS = 7;
export const COLLABORATION_TIMER = 'collaboration.expire';

type Wish = { handle: string; title: string; model: string | null; offer: OfferWish };

/** One creator proposes to another to share a model. */
export async function proposeCollaboration(
  context: Context,
  from_id: AccountId,
  { handle, title, model: slug, offer }: Wish,
): Promise<CollaborationId> {
  const at = context.clock.now();
  judgeWords(`${title}\n${offer.words}`);
  const id = newId<CollaborationId>(at);
  await context.database.inTransaction(async (tx) => {
    await demandStanding({ db: tx }, from_id, 'edit');
    const to_id = await creatorNamed(tx, from_id, handle);
    await demandNotBlocked(tx, from_id, to_id);
    const model = slug === null ? null : await sharedModel(tx, slug, [from_id, to_id]);
    const named = model?.title ?? title;
    if (!named) refuse('COLLABORATOR_REFUSED', { why: 'Say what the model to come is called, for now.' });
    const expires_at = program.daysAfter(at, ANSWER_DAYS);
    const model_id = model?.id ?? null;
    await program
      .insertCollaboration(tx, { id, from_id, to_id, model_id, title: named, begun_at: at, expires_at })
      .catch(refuseSecond);
    const said = saidBy(from_id, to_id, offer, model?.creator_id ?? null);
    await program.insertCollaborationOffer(tx, id, said, at);
    await setTimer(tx, { kind: COLLABORATION_TIMER, subject_id: id, due_at: expires_at, at });
    const proposed = await program.countCollaborations(tx, from_id, startOfDay(at));
    if (proposed > PER_DAY_MAX) refuse('INVITATIONS_FULL', { limit: PER_DAY_MAX });
    await tellOther(tx, id, from_id, to_id, at);
  });
  context.wake.send('news');
  return id;
}

async function creatorNamed(db: Db, from_id: AccountId, handle: string): Promise<AccountId> {
  const said = handle.replace(/^@/, '').toLowerCase();
  const account = await identity.accountByHandle(db, said);
  if (!account?.roles.includes('creator'))
    return refuse('COLLABORATOR_REFUSED', { why: `No creator goes by @${said.slice(0, 30)}.` });
  if (account.id === from_id) refuse('COLLABORATOR_REFUSED', { why: 'This is you.' });
  return account.id;
}

async function sharedModel(db: Db, slug: string, people: readonly AccountId[]) {
  const model = await registry.modelBySlug(db, slug);
  const creator_id = people.find((one) => one === model?.creator_id);
  return model && creator_id
    ? { id: asId<ModelId>(model.id), title: model.title, creator_id }
    : refuse('COLLABORATOR_REFUSED', { why: 'The model belongs to neither of you.' });
}

function refuseSecond(error: unknown): Promise<never> {
  const second =
    error instanceof Error && 'constraint' in error && error.constraint === 'collaboration_open_once';
  return second ? refuse('COLLABORATION_WAITS') : Promise.reject(error);
}

const saidBy = (
  by_id: AccountId,
  other_id: AccountId,
  { words, partner_ppm, owner }: OfferWish,
  creator_id: AccountId | null,
): program.Offered => ({
  by_id,
  words,
  partner_ppm,
  owner_id: creator_id ?? (owner === 'me' ? by_id : other_id),
});

const tellOther = (
  tx: Tx,
  id: CollaborationId,
  by_id: AccountId,
  to_id: AccountId,
  at: Date,
): Promise<void> => tell(tx, 'collaboration.told', { collaboration_id: id, by_id, to_id }, at);

type Answered = { id: CollaborationId; version: number };

/** Whoever is asked answers with another offer. */
export async function counterOffer(
  context: Context,
  by_id: AccountId,
  { id, version, offer }: Answered & { offer: OfferWish },
): Promise<void> {
  const at = context.clock.now();
  judgeWords(offer.words);
  await context.database.inTransaction(async (tx) => {
    const { found, other_id } = await askedOf(tx, by_id, id, at);
    await demandNotBlocked(tx, by_id, other_id);
    const creator_id = found.model_id ? (await ownerOf(tx, found)).owner_id : null;
    const expires_at = program.daysAfter(at, ANSWER_DAYS);
    const set = { turn_id: other_id, expires_at };
    await program.moveCollaboration(tx, 'counter', { id, version, by: { id: by_id, as: 'asked' }, at, set });
    await program.insertCollaborationOffer(tx, id, saidBy(by_id, other_id, offer, creator_id), at);
    await setTimer(tx, { kind: COLLABORATION_TIMER, subject_id: id, due_at: expires_at, at });
    await tellOther(tx, id, by_id, other_id, at);
  });
  context.wake.send('news');
}

/**
 * Whoever is asked agrees. Of a model that is there its owner thereby proposes a split: the others keep their parts, and
 * everybody consents who is new or whose part falls. Of a model to come it is a plan, until its owner applies.
 */
export async function agreeToCollaborate(
  context: Context,
  by_id: AccountId,
  { id, version }: Answered,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { found, other_id } = await askedOf(tx, by_id, id, at);
    await demandNotBlocked(tx, by_id, other_id);
    const split_id = found.model_id ? await splitOf(tx, context, found, found.model_id, at) : null;
    const by = { id: by_id, as: 'asked' };
    await program.moveCollaboration(tx, 'agree', { id, version, by, at, set: { split_id } });
    await dropTimer(tx, { kind: COLLABORATION_TIMER, subject_id: id, at });
    await tellOther(tx, id, by_id, other_id, at);
  });
  context.wake.send('news');
}

async function splitOf(tx: Tx, context: Context, found: program.Collaboration, model_id: ModelId, at: Date) {
  const { owner_id, partner_id, partner_ppm } = await ownerOf(tx, found);
  const now = (await earnings.splitInForce(tx, model_id, at)) ?? refuse('NOT_PRICED');
  const kept = now.parts.filter(({ person_id }) => person_id !== owner_id && person_id !== partner_id);
  const parts = [...kept, { person_id: partner_id, part_ppm: partner_ppm }];
  const names = await identity.accountsByIds(
    tx,
    parts.map(({ person_id }) => asId<AccountId>(person_id)),
  );
  const team = parts.map(({ person_id, part_ppm }) => {
    const { handle } = present(names.get(asId<AccountId>(person_id)), 'somebody who shares');
    return { handle, part_ppm };
  });
  const effective_from = program.daysAfter(at, SPLIT_AFTER_DAYS);
  const note = `Agreed on in ${context.origins.public}/program/collaborations/${found.id}`;
  return writeSplit(tx, context, owner_id, { model_id, team, effective_from, note }, at);
}

/** Whose the model is or will be by the last offer, and what the other has of it. */
async function ownerOf(db: Db, { id, from_id, to_id, model_id }: program.Collaboration) {
  const last = present((await program.offersOf(db, id)).at(-1), 'an offer');
  const { owner_id, partner_ppm } = last;
  const partner_id = owner_id === from_id ? to_id : from_id;
  const [model] = model_id ? await registry.modelsByIds(db, [model_id]) : [];
  if (model && model.creator_id !== owner_id)
    refuse('COLLABORATOR_REFUSED', { why: 'The model has changed hands since.' });
  return { owner_id, partner_id, partner_ppm };
}

/** Whoever is asked declines, or whoever proposed it takes it back. */
export async function endCollaboration(
  context: Context,
  by_id: AccountId,
  id: CollaborationId,
  act: 'decline' | 'withdraw',
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const found = await ofMine(tx, by_id, id);
    const mine = act === 'decline' ? found.turn_id === by_id : found.from_id === by_id;
    if (!mine) refuse('NOT_NOW', { state: found.state, act, possible: [] });
    const as = act === 'decline' ? 'asked' : 'proposer';
    await program.moveCollaboration(tx, act, { id, by: { id: by_id, as }, at });
    await dropTimer(tx, { kind: COLLABORATION_TIMER, subject_id: id, at });
    await tellOther(tx, id, by_id, otherOf(found, by_id), at);
  });
  context.wake.send('news');
}

export async function expireCollaboration(tx: Tx, { clock }: Context, { subject_id }: Timer): Promise<void> {
  const found = await program.lockCollaboration(tx, asId<CollaborationId>(subject_id));
  const by = { id: 'system', as: 'timer' };
  if (found?.state === 'open')
    await program.moveCollaboration(tx, 'expire', { id: found.id, by, at: clock.now() });
}

/** One of the two writes to the other. */
export async function writeToCollaborator(
  context: Context,
  by_id: AccountId,
  id: CollaborationId,
  text: string,
): Promise<void> {
  const at = context.clock.now();
  judgeWords(text);
  await context.database.inTransaction(async (tx) => {
    const found = await ofMine(tx, by_id, id);
    const other_id = otherOf(found, by_id);
    await demandNotBlocked(tx, by_id, other_id);
    await program.insertCollaborationMessage(tx, { collaboration_id: id, by_id, text, at });
    await tellOther(tx, id, by_id, other_id, at);
  });
  context.wake.send('news');
}

/** Whoever is to apply with a model to come begins the application, with the team that was agreed on. */
export async function applyWithPlan(
  context: Context,
  owner_id: AccountId,
  id: CollaborationId,
): Promise<ApplicationId> {
  const at = context.clock.now();
  const application_id = await context.database.inTransaction(async (tx) => {
    const found = await ofMine(tx, owner_id, id);
    const { owner_id: applies, partner_id, partner_ppm } = await ownerOf(tx, found);
    const ready = found.state === 'agreed' && !found.model_id && !found.application_id;
    if (!ready || applies !== owner_id) refuse('NOT_NOW', { state: found.state, act: 'apply', possible: [] });
    const partner = present((await identity.accountsByIds(tx, [partner_id])).get(partner_id), 'the partner');
    const planned = { title: found.title, team: [{ handle: partner.handle, part_ppm: partner_ppm }] };
    const begun = await writeApplication(tx, owner_id, { follows_id: null, planned }, at);
    await program.noteApplication(tx, id, begun);
    return begun;
  });
  context.wake.send('news');
  return application_id;
}

const otherOf = ({ from_id, to_id }: program.Collaboration, person_id: AccountId) =>
  person_id === from_id ? to_id : from_id;

async function ofMine(tx: Tx, person_id: AccountId, id: CollaborationId): Promise<program.Collaboration> {
  const found = await program.lockCollaboration(tx, id);
  return found && (found.from_id === person_id || found.to_id === person_id) ? found : refuse('NOT_FOUND');
}

/** One that waits for the answer of this person now. */
async function askedOf(tx: Tx, person_id: AccountId, id: CollaborationId, at: Date) {
  const found = await ofMine(tx, person_id, id);
  const { state, turn_id, expires_at } = found;
  if (state === 'expired' || (state === 'open' && expires_at <= at)) refuse('COLLABORATION_EXPIRED');
  if (state !== 'open' || turn_id !== person_id) refuse('NOT_NOW', { state, act: 'answer', possible: [] });
  return { found, other_id: otherOf(found, person_id) };
}
