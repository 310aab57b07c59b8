import type { EventWish } from '#api/events/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type EventId, type ModelId, newId } from '../ids.ts';
import { DAY_MS } from '../kit/clock.ts';
import type { Db, Tx } from '../kit/database.ts';
import { tell, tellAll } from '../kit/outbox.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import { instantOf, isZone } from '../kit/zones.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { seenEvent } from '../views/events.ts';
import { demandNotBlocked } from './block-person.ts';
import { judgeWords } from './judge-words.ts';
import { demandStanding } from './standing-of.ts';

/** Events that one account has announced and that are to come. */
const EVENTS_MAX = 30;
const AHEAD_DAYS_MAX = 366;
const LENGTH_DAYS_MAX = 62;
/** So long before it begins whoever asked is reminded. */
const REMIND_BEFORE_MS = 3_600_000;
export const SOON_TIMER = 'event.soon';

/** A creator in standing announces something. */
export async function announceEvent(context: Context, host_id: AccountId, wish: EventWish): Promise<EventId> {
  const at = context.clock.now();
  const id = newId<EventId>(at);
  await context.database.inTransaction(async (tx) => {
    const said = await saidBy(tx, host_id, wish, at);
    const announced = await campaigns.countEvents(tx, host_id, at);
    if (announced >= EVENTS_MAX) refuse('EVENTS_FULL', { limit: EVENTS_MAX });
    await campaigns.insertEvent(tx, { ...said, id, host_id, announced_at: at });
    await setReminder(tx, id, said.starts_at, at);
  });
  context.wake.send('news');
  return id;
}

/** Its host says something else of it, or moves it: those who asked are told, and reminded of the new time. */
export async function changeEvent(
  context: Context,
  host_id: AccountId,
  { id, version, ...wish }: EventWish & { id: EventId; version: number },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const event = await openEvent(tx, host_id, id, at);
    const set = await saidBy(tx, host_id, wish, at, event);
    await campaigns.moveEvent(tx, 'change', { id, version, by: { id: host_id, as: 'host' }, at, set });
    if (set.starts_at.getTime() !== event.starts_at.getTime()) await setReminder(tx, id, set.starts_at, at);
    await tellThose(tx, event, 'event_changed', at);
  });
  context.wake.send('news');
}

export async function cancelEvent(context: Context, host_id: AccountId, id: EventId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const event = await openEvent(tx, host_id, id, at);
    await campaigns.moveEvent(tx, 'cancel', { id, by: { id: host_id, as: 'host' }, at });
    await callOff(tx, event, at);
  });
  context.wake.send('news');
}

/** An editor takes an event out that is against the rules. Its host is told why. */
export async function withdrawEvent(
  context: Context,
  editor_id: AccountId,
  { id, reason }: { id: EventId; reason: string },
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const event = notOver((await campaigns.lockEvent(tx, id)) ?? refuse('NOT_FOUND'), at);
    if (event.host_id === editor_id) refuse('OWN_INTEREST');
    await campaigns.moveEvent(tx, 'withdraw', { id, by: { id: editor_id, as: 'editor' }, at, reason });
    await callOff(tx, event, at);
    await tell(tx, 'event.withdrawn', { event_id: id, host_id: event.host_id, by_id: editor_id }, at);
  });
  context.wake.send('news');
}

async function callOff(tx: Tx, event: campaigns.Event, at: Date): Promise<void> {
  await dropTimer(tx, { kind: SOON_TIMER, subject_id: event.id, at });
  await tellThose(tx, event, 'event_changed', at);
}

/** One of somebody's own that has not ended. */
async function openEvent(tx: Tx, host_id: AccountId, id: EventId, at: Date): Promise<campaigns.Event> {
  const event = await campaigns.lockEvent(tx, id);
  return event?.host_id === host_id ? notOver(event, at) : refuse('NOT_FOUND');
}

function notOver(event: campaigns.Event, at: Date): campaigns.Event {
  if (event.state === 'announced' && event.ends_at <= at) refuse('EVENT_OVER');
  return event;
}

async function saidBy(
  db: Db,
  host_id: AccountId,
  { model, starts, ends, zone, ...wish }: EventWish,
  at: Date,
  before?: campaigns.Event,
): Promise<campaigns.EventSaid> {
  await demandStanding({ db }, host_id, 'promote');
  judgeWords(`${wish.title}\n${wish.words}`);
  const late = (why: string) => refuse('EVENT_TIME_REFUSED', { why });
  if (!isZone(zone)) late('There is no such time zone.');
  const starts_at =
    instantOf(starts, zone) ?? late('The clocks are put forward then: this time does not come.');
  const ends_at = instantOf(ends, zone) ?? late('The clocks are put forward then: its end does not come.');
  const same = before?.starts_at.getTime() === starts_at.getTime();
  if (!same && starts_at <= at) late('It begins in the past.');
  if (ends_at <= starts_at || ends_at <= at) late('It ends before it begins, or in the past.');
  if (ends_at.getTime() - starts_at.getTime() > LENGTH_DAYS_MAX * DAY_MS)
    late(`It is longer than ${LENGTH_DAYS_MAX} days.`);
  if (starts_at.getTime() > at.getTime() + AHEAD_DAYS_MAX * DAY_MS) late('It is more than a year away.');
  return { ...wish, model_id: await ownModel(db, host_id, model), starts_at, ends_at, zone };
}

async function ownModel(db: Db, host_id: AccountId, slug: string | null): Promise<ModelId | null> {
  if (slug === null) return null;
  const model = await registry.modelBySlug(db, slug);
  return model?.creator_id === host_id ? asId<ModelId>(model.id) : refuse('MODEL_UNKNOWN');
}

const setReminder = (tx: Tx, id: EventId, starts_at: Date, at: Date): Promise<void> =>
  setTimer(tx, {
    kind: SOON_TIMER,
    subject_id: id,
    due_at: new Date(Math.max(at.getTime(), starts_at.getTime() - REMIND_BEFORE_MS)),
    at,
  });

/** An hour before it begins whoever asked is told, once. */
export async function remindOfEvent(tx: Tx, { clock }: Context, { subject_id }: Timer): Promise<void> {
  const at = clock.now();
  const event = await campaigns.lockEvent(tx, asId<EventId>(subject_id));
  if (event?.state === 'announced' && event.starts_at > at) await tellThose(tx, event, 'event_soon', at);
}

const TOLD_AT_ONCE = 500;

/** Of what a moderator hid nobody hears. */
async function tellThose(
  tx: Tx,
  { id, host_id, hidden_at }: campaigns.Event,
  kind: 'event_soon' | 'event_changed',
  at: Date,
): Promise<void> {
  if (hidden_at) return;
  const people = await campaigns.whoAskedFor(tx, id);
  const pages = Array.from({ length: Math.ceil(people.length / TOLD_AT_ONCE) }, (_, page) =>
    people.slice(page * TOLD_AT_ONCE, (page + 1) * TOLD_AT_ONCE),
  );
  await tellAll(
    tx,
    'event.told',
    pages.map((some) => ({ event_id: id, host_id, kind, people: some })),
    at,
  );
}

/** Asks to be reminded or no longer to be; doing it twice is doing it once. */
export async function askForReminder(
  context: Context,
  person_id: AccountId,
  id: EventId,
  wanted: boolean,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const event = await campaigns.lockEvent(tx, id);
    if (!event || !(await seenEvent(tx, event))) return refuse('NOT_FOUND');
    if (!wanted) return campaigns.forgetReminder(tx, id, person_id);
    if (event.starts_at <= at || event.state === 'cancelled') refuse('EVENT_OVER');
    await demandNotBlocked(tx, person_id, event.host_id);
    await campaigns.remind(tx, id, person_id, at);
  });
}
