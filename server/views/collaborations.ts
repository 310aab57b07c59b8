import type { Collaboration, CollaborationPage } from '#api/collaborations/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, CollaborationId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';

const SHOWN = 100;

/** What somebody proposed and what was proposed to them. */
export async function collaborationList(context: Context, viewer: AccountId) {
  const all = await program.collaborationsOf(context.db, viewer, SHOWN);
  const pages = await Promise.all(all.map((found) => presentPage(context, viewer, found)));
  const account = await identity.accountById(context.db, viewer);
  const creator = account?.roles.includes('creator');
  return {
    items: pages.map(({ offers: _, messages: __, became: ___, ...item }) => item),
    can: { propose: creator ? YES : no('Creators of the program propose collaborations to each other.') },
  };
}

/** A proposal for one of its two sides; to anybody else it does not exist. */
export async function collaborationPage(
  context: Context,
  viewer: AccountId,
  id: CollaborationId,
): Promise<CollaborationPage> {
  const found = await program.collaborationById(context.db, id);
  if (!found || (found.from_id !== viewer && found.to_id !== viewer)) return refuse('NOT_FOUND');
  return presentPage(context, viewer, found);
}

async function presentPage(
  { db, clock }: Context,
  viewer: AccountId,
  found: program.Collaboration,
): Promise<CollaborationPage> {
  const { id, from_id, to_id, model_id, title, version, begun_at, expires_at, ended_at } = found;
  const [offers, messages, person, models, blocked] = await Promise.all([
    program.offersOf(db, id),
    program.messagesOf(db, id),
    people(db, [from_id, to_id]),
    registry.modelsByIds(db, model_id ? [model_id] : []),
    marketplace.isBlocked(db, from_id, to_id),
  ]);
  const [model] = models;
  const last = present(offers.at(-1), 'an offer');
  const state = stateNow(found, clock.now());
  return {
    ...{ id, title, state, version },
    model: model ? { slug: model.slug, title: model.title } : null,
    from: person(from_id),
    to: person(to_id),
    mine: viewer === from_id ? 'proposed' : 'received',
    waits_for_me: state === 'open' && found.turn_id === viewer,
    begun_at: begun_at.toISOString(),
    expires_at: expires_at.toISOString(),
    ended_at: ended_at?.toISOString() ?? null,
    owner: person(last.owner_id),
    partner_ppm: last.partner_ppm,
    can: permissions({ ...found, state }, viewer, { owner_id: last.owner_id, blocked }),
    offers: offers.map(
      ({ id: offer_id, number, by_id, words, owner_id, partner_ppm, made_at, hidden_at }) => ({
        ...{ id: offer_id, number, partner_ppm, by: person(by_id), hidden: hidden_at !== null },
        words: readBy(viewer, by_id, words, hidden_at),
        owner: person(owner_id),
        made_at: made_at.toISOString(),
        can: { report: reportedBy(viewer, by_id, hidden_at) },
      }),
    ),
    messages: messages.map(({ id: message_id, by_id, text, hidden_at, at }) => ({
      ...{ id: message_id, by: person(by_id), hidden: hidden_at !== null },
      text: readBy(viewer, by_id, text, hidden_at),
      at: at.toISOString(),
      can: { report: reportedBy(viewer, by_id, hidden_at) },
    })),
    became: becameOf(found, viewer, last.owner_id, model),
  };
}

/** Who wrote what a moderator hid still reads it. */
const readBy = (viewer: AccountId, by_id: string, said: string, hidden_at: Date | null): string | null =>
  hidden_at === null || by_id === viewer ? said : null;
const reportedBy = (viewer: AccountId, by_id: string, hidden_at: Date | null) =>
  by_id === viewer ? no('This is yours.') : hidden_at ? no('It is hidden.') : YES;

/** A proposal is over when its time is, also before its timer has said so. */
const stateNow = ({ state, expires_at }: program.Collaboration, at: Date): Collaboration['state'] =>
  state === 'open' && expires_at <= at ? 'expired' : state;

function permissions(
  { state, turn_id, from_id, model_id, application_id }: program.Collaboration,
  viewer: AccountId,
  { owner_id, blocked }: { owner_id: AccountId; blocked: boolean },
): Collaboration['can'] {
  const apart = blocked ? no('One of you has blocked the other.') : null;
  const over = state === 'open' ? null : no(`It was ${state}.`);
  const asked = over ?? (turn_id === viewer ? null : no('It waits for the answer of the other.'));
  return {
    agree: asked ?? apart ?? YES,
    counter: asked ?? apart ?? YES,
    decline: asked ?? YES,
    withdraw: over ?? (from_id === viewer ? YES : no('Only whoever proposed it may.')),
    write: apart ?? YES,
    apply:
      state !== 'agreed' || model_id
        ? no('Once you have agreed on a model to come.')
        : application_id
          ? no('The application was begun.')
          : owner_id === viewer
            ? YES
            : no('The other applies, as you agreed.'),
  };
}

function becameOf(
  { split_id, application_id }: program.Collaboration,
  viewer: AccountId,
  owner_id: AccountId,
  model: { slug: string } | undefined,
): CollaborationPage['became'] {
  if (split_id && model) return { kind: 'split', slug: model.slug };
  return application_id && owner_id === viewer ? { kind: 'application', id: application_id } : null;
}
