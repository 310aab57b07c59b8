import * as z from 'zod';
import { type Notification, SwitchableKind } from '#api/marketplace/notification-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId } from '../ids.ts';
import { addressed } from '../kit/addressed.ts';
import { stream } from '../kit/stream.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as moderation from '../modules/moderation/index.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';
import { type Pointed, pointTo } from './point-to.ts';
import { toldOfRounds } from './competitions/told.ts';
import { toldOfRewards } from './rewards/told.ts';

/** What somebody was told, newest first, with where each leads. */
export async function notificationList(
  context: Context,
  person_id: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const list = `notifications ${person_id}`;
  const after = rowOf(placeOf(context, list, cursor));
  const without = await marketplace.unseenBy(context.db, person_id);
  const rows = await marketplace.notificationsPage(context.db, person_id, {
    ...{ after, without, limit: limit + 1 },
  });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ at, id }) => [at.toISOString(), id]);
  return { items: await presentNotifications(context, person_id, shown), next_cursor };
}

async function presentNotifications(
  context: Context,
  person_id: AccountId,
  notifications: readonly marketplace.Notification[],
): Promise<Notification[]> {
  const { db } = context;
  const rulings = await moderation.rulingsByIds(
    db,
    notifications.flatMap(({ kind, about }) => (kind === 'ruling' && about ? asId(about) : [])),
  );
  const ruled = new Map<string, moderation.Ruling>(rulings.map((ruling) => [ruling.id, ruling]));
  const about_of = (wanted: Notification['kind']) =>
    notifications.flatMap(({ kind, about }) => (kind === wanted && about ? about : []));
  const [point, person, withdrawn, ofRound, ofRewards] = await Promise.all([
    pointTo(db, [
      ...notifications.flatMap(({ kind, about }) => (kind !== 'ruling' && about ? about : [])),
      ...rulings.map(({ subject_id }) => subject_id),
    ]),
    people(
      db,
      notifications.flatMap(({ last_actors }) => last_actors),
    ),
    campaigns.whyWithdrawn(db, about_of('event_withdrawn')),
    toldOfRounds(db, notifications),
    toldOfRewards(db, person_id, notifications),
  ]);
  return notifications.map(({ id, kind, about, at, read_at, actors, last_actors }) => {
    const ruling = ruled.get(about ?? '');
    const place = about ? (ofRound.get(id) ?? ofRewards.get(id) ?? point(ruling?.subject_id ?? about)) : null;
    return {
      ...{ id, kind },
      // who decided is not told
      people: isOfTheHouse(kind) ? [] : last_actors.map((actor) => person(actor)),
      people_count: isOfTheHouse(kind) ? 0 : actors,
      title: place?.title ?? null,
      text:
        ruling?.reason ??
        (kind === 'event_withdrawn' ? withdrawn.get(about ?? '') : null) ??
        textOf(kind, place),
      said: ruling ? null : (place?.said ?? null),
      path: ruling ? '/notifications/decisions' : pathOf(kind, place, last_actors.map(person)),
      at: at.toISOString(),
      read_at: read_at?.toISOString() ?? null,
    };
  });
}

const OF_THE_HOUSE: readonly Notification['kind'][] = [
  ...(['ruling', 'campaign', 'campaign_offer'] as const),
  ...(['featured', 'place_lost', 'event_withdrawn', 'reward'] as const),
  ...(['entry', 'finalist', 'won', 'model_won', 'judge_invited', 'panel_ends', 'voting'] as const),
  ...(['statement', 'claimable', 'claim_paid'] as const),
];
const isOfTheHouse = (kind: Notification['kind']) => OF_THE_HOUSE.includes(kind);

const SAYS_MORE: readonly Notification['kind'][] = [
  ...(['mention', 'reply'] as const),
  ...(['entry', 'won', 'model_won', 'judge_invited', 'voting'] as const),
];
const textOf = (kind: Notification['kind'], place: Pointed | null) =>
  SAYS_MORE.includes(kind) ? (place?.text ?? null) : null;

function pathOf(kind: Notification['kind'], place: Pointed | null, actors: readonly { handle: string }[]) {
  if (kind === 'shown') return '/feed';
  if (kind === 'campaign_offer' || kind === 'featured') return '/program/promotion';
  if (kind === 'place_lost') return '/promotion';
  if (kind === 'statement') return '/statements';
  if (kind !== 'follow') return place?.path ?? null;
  const [first] = actors;
  return first ? `/creators/${first.handle}` : null;
}

export async function notificationSwitches({ db }: Context, person_id: AccountId) {
  const off = new Set<string>(await marketplace.notificationsOff(db, person_id));
  return { kinds: SwitchableKind.options.map((kind) => ({ kind, on: !off.has(kind) })) };
}

const Changed = z.object({ people: z.array(z.string()) });
const onChange = addressed({
  'notifications.changed': (payload) => {
    const about = Changed.safeParse(payload).data;
    return about ? { to: about.people, heard: 'changed' as const } : null;
  },
});

/** Tells how much is unread, at once and whenever it changes. */
export async function* watchNotifications(
  context: Context,
  person_id: AccountId,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ unread: number }, void> {
  const heard = stream<'changed'>(signal);
  let waits = false;
  const unhear = onChange(context.live, person_id, () => {
    // one look tells of all that changed before it
    if (!waits) heard.push('changed');
    waits = true;
  });
  try {
    yield { unread: await marketplace.countUnread(context.db, person_id) };
    for await (const _ of heard.items()) {
      waits = false;
      yield { unread: await marketplace.countUnread(context.db, person_id) };
    }
  } finally {
    unhear();
  }
}
