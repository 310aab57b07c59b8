import type { Transfer, TransferFile } from '#api/program/transfer-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type ModelId, type TransferId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';
import { sharersOf } from './splits.ts';
import { transferFile } from './transfer-file.ts';

const SHOWN = 100;

/** The models that somebody offered and that they were offered. */
export async function transferList(context: Context, person_id: AccountId): Promise<Transfer[]> {
  const all = await program.transfersOf(context.db, person_id, SHOWN);
  return Promise.all(all.map((transfer) => presentTransfer(context, person_id, transfer)));
}

/** An offer for one of its two sides; to anybody else it does not exist. */
export async function transferPage(
  context: Context,
  viewer: AccountId,
  id: TransferId,
): Promise<{ transfer: Transfer; file: TransferFile | null }> {
  const found = await program.transferById(context.db, id);
  if (!found || (found.from_id !== viewer && found.to_id !== viewer)) return refuse('NOT_FOUND');
  const transfer = await presentTransfer(context, viewer, found);
  const file = transfer.state === 'offered' ? await transferFile(context, found) : null;
  return { transfer, file };
}

export async function transferFor(context: Context, viewer: AccountId, id: TransferId): Promise<Transfer> {
  return presentTransfer(
    context,
    viewer,
    present(await program.transferById(context.db, id), 'the transfer'),
  );
}

async function presentTransfer(
  { db, clock }: Context,
  viewer: AccountId,
  transfer: program.Transfer,
): Promise<Transfer> {
  const { id, model_id, from_id, to_id, note, offered_at, expires_at, answered_at } = transfer;
  const [[model], person] = await Promise.all([
    registry.modelsByIds(db, [model_id]),
    people(db, [from_id, to_id]),
  ]);
  const { slug, title } = present(model, 'the model that is offered');
  const state = stateNow(transfer, clock.now());
  const over = state === 'offered' ? null : `It was ${state}.`;
  return {
    ...{ id, slug, title, note, state },
    from: person(from_id),
    to: person(to_id),
    mine: viewer === from_id ? 'offered' : 'received',
    offered_at: offered_at.toISOString(),
    expires_at: expires_at.toISOString(),
    answered_at: answered_at?.toISOString() ?? null,
    can: {
      accept: over ? no(over) : viewer === to_id ? await mayAccept(db, transfer) : no(ONLY_RECEIVER),
      decline: over ? no(over) : viewer === to_id ? YES : no(ONLY_RECEIVER),
      withdraw: over ? no(over) : viewer === from_id ? YES : no('Only whoever offers it may.'),
    },
  };
}

const ONLY_RECEIVER = 'Only whoever it is offered to may.';

/** An offer is over when its time is, also before its timer has said so. */
const stateNow = ({ state, expires_at }: program.Transfer, at: Date): Transfer['state'] =>
  state === 'offered' && expires_at <= at ? 'expired' : state;

async function mayAccept(db: Db, { model_id, from_id, to_id }: program.Transfer) {
  const [why, owner, receiver] = await Promise.all([
    whyNotNow(db, model_id),
    program.membershipOf(db, from_id),
    program.membershipOf(db, to_id),
  ]);
  if (why) return no(why.says);
  if (!program.STANDINGS[owner?.state ?? 'active'].hand_over) return no(OWNER_MAY_NOT);
  const standing = receiver?.state ?? 'active';
  return program.STANDINGS[standing].publish
    ? YES
    : no(`While you are ${standing.replaceAll('_', ' ')} you cannot take a model over.`);
}
export const OWNER_MAY_NOT = 'The standing of its owner does not allow it now.';

/** What stands against it that a model changes hands: it is refused by this name. */
export async function whyNotNow(
  db: Db,
  model_id: ModelId,
): Promise<{ code: 'SPLIT_WAITS' | 'CLAIM_OPEN'; says: string } | null> {
  const [split, claim] = await Promise.all([
    program.liveSplit(db, { model_id }),
    earnings.openClaimOn(db, model_id),
  ]);
  if (split)
    return { code: 'SPLIT_WAITS', says: 'Another split of the model waits for answers or for its date.' };
  return claim ? { code: 'CLAIM_OPEN', says: 'Somebody claims rights in the model.' } : null;
}

/** Who has had a model, for those who share in it and for its former owners. */
export async function ownershipPage(context: Context, viewer: AccountId, slug: string) {
  const { db } = context;
  const model = (await registry.modelBySlug(db, slug)) ?? refuse('NOT_FOUND');
  const model_id = asId<ModelId>(model.id);
  const [owners, waiting] = await Promise.all([
    program.ownersOf(db, model_id),
    program.waitingTransfer(db, model_id),
    sharersOf(context, viewer, model),
  ]);
  const person = await people(
    db,
    owners.map(({ person_id }) => person_id),
  );
  const mine = waiting && (waiting.from_id === viewer || waiting.to_id === viewer);
  return {
    owners: owners
      .map(({ person_id, since }, place) => ({
        person: person(person_id),
        since: since.toISOString(),
        until: owners[place + 1]?.since.toISOString() ?? null,
      }))
      .toReversed(),
    transfer: mine ? await presentTransfer(context, viewer, waiting) : null,
    can: { offer: await mayOffer(context, viewer, model, waiting) },
  };
}

async function mayOffer(
  { db, clock }: Context,
  viewer: AccountId,
  model: { id: string; creator_id: string },
  waiting: program.Transfer | undefined,
) {
  if (model.creator_id !== viewer) return no('Only its owner may.');
  if (waiting && waiting.expires_at > clock.now()) return no('An offer waits for its answer.');
  const model_id = asId<ModelId>(model.id);
  if (await isOfHouse(db, model_id)) return no(OF_HOUSE);
  const standing = (await program.membershipOf(db, viewer))?.state ?? 'active';
  if (!program.STANDINGS[standing].hand_over)
    return no(`While you are ${standing.replaceAll('_', ' ')} you cannot give a model to somebody else.`);
  const why = await whyNotNow(db, model_id);
  return why ? no(why.says) : YES;
}

export const OF_HOUSE = 'The models of the house come with the program.';
export const isOfHouse = async (db: Db, model_id: ModelId): Promise<boolean> =>
  (await registry.releasesOfModel(db, model_id)).some(({ binding }) => binding.kind === 'house');
