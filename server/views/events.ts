import type { Event } from '#api/events/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, type EventId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db } from '../kit/database.ts';
import { onTheWall } from '../kit/zones.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';

const SHOWN = 300;
const DAYS_DEFAULT = 90;
const DAYS_MAX = 366;

/** Whose events are shown to nobody: their standing does not allow them to be promoted. */
const unshownHosts = (db: Db): Promise<Set<string>> => program.creatorsWithout(db, 'promote');

/** Whether an event is shown at all. */
export const seenEvent = async (db: Db, { host_id, hidden_at }: campaigns.Event): Promise<boolean> =>
  hidden_at === null && !(await unshownHosts(db)).has(host_id);

type Filter = {
  from?: string | undefined;
  until?: string | undefined;
  creator?: string | undefined;
  kind?: Event['kind'] | undefined;
  mine?: boolean | undefined;
};

/** The calendar as one person sees it: without those whom they muted or blocked. */
export async function eventList(context: Context, viewer: AccountId | null, filter: Filter) {
  const { db, clock } = context;
  const from = filter.from ? new Date(filter.from) : clock.now();
  const asked = filter.until ? new Date(filter.until) : new Date(from.getTime() + DAYS_DEFAULT * DAY_MS);
  const until = new Date(Math.min(asked.getTime(), from.getTime() + DAYS_MAX * DAY_MS));
  const host = filter.creator ? await hostNamed(db, filter.creator) : undefined;
  const [unshown, unseen] = await Promise.all([unshownHosts(db), marketplace.unseenBy(db, viewer)]);
  const found = await campaigns.eventsBetween(db, {
    ...{ from, until, host_id: host },
    person_id: filter.mine ? (viewer ?? refuse('NOT_SIGNED_IN')) : undefined,
    kind: filter.kind,
    without: filter.mine ? [] : [...unshown, ...unseen],
    with_cancelled: true,
    limit: SHOWN + 1,
  });
  return {
    items: await presentEvents(context, viewer, found.slice(0, SHOWN)),
    more: found.length > SHOWN,
    can: { announce: await mayAnnounce(db, viewer) },
  };
}

async function hostNamed(db: Db, handle: string): Promise<AccountId> {
  return (await identity.accountByHandle(db, handle))?.id ?? refuse('NOT_FOUND');
}

async function mayAnnounce(db: Db, viewer: AccountId | null) {
  const account = viewer && (await identity.accountById(db, viewer));
  if (!account?.roles.includes('creator')) return no('Creators of the program announce events.');
  const standing = (await program.membershipOf(db, account.id))?.state ?? 'active';
  return program.STANDINGS[standing].promote ? YES : no('Your standing does not allow it now.');
}

export async function eventPage(context: Context, viewer: AccountId | null, id: EventId): Promise<Event> {
  const event = await campaigns.eventById(context.db, id);
  const mine = event?.host_id === viewer;
  if (!event || (!mine && !(await seenEvent(context.db, event)))) return refuse('NOT_FOUND');
  return present((await presentEvents(context, viewer, [event]))[0], 'an event as it is shown');
}

async function presentEvents(
  { db, clock }: Context,
  viewer: AccountId | null,
  events: readonly campaigns.Event[],
): Promise<Event[]> {
  const at = clock.now();
  const [person, models, reminders, withdrawn, looker] = await Promise.all([
    people(
      db,
      events.map(({ host_id }) => host_id),
    ),
    registry.modelsByIds(
      db,
      events.flatMap(({ model_id }) => model_id ?? []),
    ),
    campaigns.remindersOf(
      db,
      events.map(({ id }) => id),
      viewer,
    ),
    campaigns.whyWithdrawn(
      db,
      events.flatMap(({ id, host_id }) => (host_id === viewer ? id : [])),
    ),
    viewer && identity.accountById(db, viewer),
  ]);
  const edits = looker?.roles.some((role) => role === 'editor' || role === 'admin') ?? false;
  const model = new Map(models.map(({ id, slug, title }) => [id, { slug, title }]));
  return events.map((event) => {
    const { id, kind, title, words, place_url, zone, state, version, starts_at, ends_at } = event;
    const reminder = reminders.get(id);
    return {
      ...{ id, kind, title, words, place_url, zone, state, version },
      host: person(event.host_id),
      model: model.get(event.model_id ?? '') ?? null,
      starts_at: starts_at.toISOString(),
      ends_at: ends_at.toISOString(),
      starts: onTheWall(starts_at, zone),
      ends: onTheWall(ends_at, zone),
      when: ends_at <= at ? 'over' : starts_at <= at ? 'now' : 'to_come',
      changed_at: event.changed_at.toISOString(),
      reminded: reminder?.people ?? 0,
      remind_me: reminder?.mine ?? false,
      hidden: event.hidden_at !== null,
      withdrawn_because: withdrawn.get(id) ?? null,
      can: permissions(event, { viewer, edits }, at),
    };
  });
}

function permissions(
  { state, host_id, starts_at, ends_at }: campaigns.Event,
  { viewer, edits }: { viewer: AccountId | null; edits: boolean },
  at: Date,
) {
  const cancelled = state === 'cancelled' ? no('It was cancelled.') : null;
  const over = cancelled ?? (ends_at <= at ? no('It is over.') : null);
  const own = over ?? (viewer === host_id ? YES : no('Only whoever announced it may.'));
  const begun = cancelled ?? (starts_at <= at ? no('It has begun.') : null);
  const remind = begun ?? (viewer === null ? no('Sign in to be reminded.') : YES);
  const mine = viewer === host_id;
  const withdraw = over ?? (edits && !mine ? YES : no('Editors withdraw what others announce.'));
  const report = mine ? no('This is yours.') : viewer === null ? no('Sign in first.') : YES;
  return { change: own, cancel: own, remind, withdraw, report };
}
