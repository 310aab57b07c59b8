import ICAL from 'ical.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import * as identity from '../../server/modules/identity/index.ts';
import * as program from '../../server/modules/program/index.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { publishedAs } from '../own-models.ts';
import { type Person, person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let now = new Date('2026-03-20T10:00:00Z');
let host: Person;
let fan: Person;
let other: Person;
let guest: Visitor;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock: { now: () => now }, roles: 'web,relay' });
  host = await person(world, 'Host', 'creator');
  other = await person(world, 'Other', 'creator');
  fan = await person(world, 'Fan');
  guest = world.visitor();
  await publishedAs(world, host, 'tide');
});
afterAll(() => world.end());

/** On the morning after the clocks were put forward in Oslo: an hour less lies before it. */
const SESSION = {
  ...{ kind: 'live' as const, title: 'Painting together', words: 'Bring water.', model: 'tide' },
  ...{ starts: '2026-03-29T10:00', ends: '2026-03-29T11:30', zone: 'Europe/Oslo' },
};
const announce = (change: Partial<typeof SESSION> = {}, who: Person = host) =>
  who.api.events.createEvent({ ...SESSION, ...change });
const told = async (who: Person, kind: string) =>
  (await who.api.marketplace.listNotifications({})).items.filter((one) => one.kind === kind);
const isTold = (who: Person, kind: string, count: number) =>
  eventually(`${who.handle} has ${count} of ${kind}`, async () => {
    const all = await told(who, kind);
    return all.length === count && all;
  });

type Entry = { uid: string; sequence: number; status: string; start: string; summary: string };
async function calendar(path: string): Promise<Entry[]> {
  const answer = await fetch(`${world.url}${path}`);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  return new ICAL.Component(ICAL.parse(await answer.text())).getAllSubcomponents('vevent').map((entry) => ({
    uid: String(entry.getFirstPropertyValue('uid')),
    sequence: Number(entry.getFirstPropertyValue('sequence') ?? 0),
    status: String(entry.getFirstPropertyValue('status')),
    start: new ICAL.Event(entry).startDate.toJSDate().toISOString(),
    summary: String(entry.getFirstPropertyValue('summary')),
  }));
}

test('an event is at an instant, wherever it is read, and changes with its calendar', async () => {
  const { id, starts_at, version } = await announce();
  expect(starts_at).toBe('2026-03-29T08:00:00.000Z');
  const [first] = await calendar('/api/v1/calendar');
  expect(first).toMatchObject({ sequence: 0, status: 'CONFIRMED', start: starts_at, summary: SESSION.title });
  expect(first?.uid).toContain(id);

  const later = { starts: '2026-03-28T10:00', ends: '2026-03-28T11:30' };
  const moved = await host.api.events.updateEvent({ ...SESSION, ...later, id, version });
  // a day before, by the clocks: 23 hours before, in time
  expect(moved.starts_at).toBe('2026-03-28T09:00:00.000Z');
  expect(await calendar('/api/v1/calendar?creator=' + host.handle)).toEqual([
    { ...first, sequence: 1, start: moved.starts_at },
  ]);
  await expectRefusal(host.api.events.updateEvent({ ...SESSION, id, version }), 'STATE_CHANGED');
  await host.api.events.createEventCancellation({ id });
  expect(await calendar('/api/v1/calendar')).toEqual([
    { ...first, sequence: 2, start: moved.starts_at, status: 'CANCELLED' },
  ]);
  await expectRefusal(host.api.events.createEventCancellation({ id }), 'NOT_NOW');
  await expectRefusal(fan.api.events.createReminder({ id }), 'EVENT_OVER');
  expect(await calendar('/api/v1/calendar?creator=' + other.handle)).toEqual([]);
});

test('only creators announce, what is theirs, at a time that comes', async () => {
  await expectRefusal(announce({}, fan), 'NOT_ALLOWED');
  await expectRefusal(announce({ model: 'tide' }, other), 'MODEL_UNKNOWN');
  await expectRefusal(announce({ model: 'drift' }), 'MODEL_UNKNOWN');
  const at = (change: Partial<typeof SESSION>) => expectRefusal(announce(change), 'EVENT_TIME_REFUSED');
  await at({ starts: '2026-03-29T02:30' });
  await at({ starts: '2026-03-20T10:59' });
  await at({ ends: SESSION.starts });
  await at({ zone: '+02:00' });
  await at({ starts: '2027-04-29T10:00', ends: '2027-04-29T11:00' });
  await at({ ends: '2026-07-29T10:00' });
  await expectRefusal(announce({ words: 'nude child' }), 'WORDS_REFUSED');
  const { id } = await announce({ title: 'Mine' });
  const change = { ...SESSION, id, version: 1 };
  await expectRefusal(other.api.events.updateEvent({ ...change, model: null }), 'NOT_FOUND');
  await expectRefusal(other.api.events.createEventCancellation({ id }), 'NOT_FOUND');
  await host.api.events.createEventCancellation({ id });
});

test('who asked is reminded an hour before, once, and told when it is moved or cancelled', async () => {
  const { id, version } = await announce({ title: 'Remind me' });
  expect(await fan.api.events.createReminder({ id })).toMatchObject({ reminded: 1, remind_me: true });
  await fan.api.events.createReminder({ id });
  await other.api.events.createReminder({ id });
  expect(await other.api.events.deleteReminder({ id })).toMatchObject({ reminded: 1, remind_me: false });
  expect(await guest.api.events.getEvent({ id })).toMatchObject({
    reminded: 1,
    can: { remind: { allowed: false } },
  });
  await host.api.events.updateEvent({
    ...SESSION,
    title: 'Remind me',
    id,
    version,
    starts: '2026-03-29T10:15',
  });
  expect(await isTold(fan, 'event_changed', 1)).toMatchObject([
    { title: 'Remind me', path: `/events/${id}` },
  ]);
  now = new Date('2026-03-29T07:14:00Z');
  await fireTimers(world.context);
  now = new Date('2026-03-29T07:15:00Z');
  await Promise.all(Array.from({ length: 8 }, () => fireTimers(world.context)));
  await isTold(fan, 'event_soon', 1);
  expect(await told(other, 'event_soon')).toEqual([]);
  await fan.api.marketplace.readNotifications({ until: new Date(now.getTime() + 1000).toISOString() });
  await host.api.events.createEventCancellation({ id });
  expect(await isTold(fan, 'event_changed', 2)).toMatchObject([{ title: 'Remind me (cancelled)' }, {}]);
  now = new Date(now.getTime() + DAY_MS);
  await fireTimers(world.context);
  expect(await told(fan, 'event_soon')).toHaveLength(1);
});

test('somebody’s own calendar has a secret address, and a new one ends the old', async () => {
  const when = { starts: '2026-04-10T10:00', ends: '2026-04-10T11:00' };
  const { id } = await announce({ title: 'For me', ...when });
  await announce({ title: 'Not for me', ...when });
  await fan.api.events.createReminder({ id });
  const secretOf = async () => {
    const { url } = await fan.api.events.createCalendarAddress({});
    return /([\w-]{43})\.ics$/.exec(url)?.[1] ?? '';
  };
  const first = await secretOf();
  const titles = async (secret: string) =>
    (await calendar(`/api/v1/calendars/${secret}`)).map(({ summary }) => summary);
  expect(await titles(first)).toContain('For me');
  expect(await titles(first)).not.toContain('Not for me');
  const second = await secretOf();
  expect((await fetch(`${world.url}/api/v1/calendars/${first}`)).status).toBe(404);
  expect(await titles(second)).toContain('For me');
  // who has no page is not named by a calendar either
  expect((await fetch(`${world.url}/api/v1/calendar?creator=${fan.handle}`)).status).toBe(404);
  const kept = await world.context.db.selectFrom('campaigns.calendar_address').selectAll().execute();
  expect(JSON.stringify(kept)).not.toContain(second);
  // that of an account that was closed leads nowhere
  const leaver = await person(world, 'Leaver');
  const { url } = await leaver.api.events.createCalendarAddress({});
  const theirs = `${world.url}/api/v1/calendars/${/([\w-]{43})\.ics$/.exec(url)?.[1]}`;
  expect((await fetch(theirs)).status).toBe(200);
  await world.context.database.inTransaction((tx) => identity.banAccount(tx, leaver.id, now));
  expect((await fetch(theirs)).status).toBe(404);
});

const LATER = { starts: '2026-04-12T10:00', ends: '2026-04-12T11:00' };

test('an event is reported and hidden by a moderator, and its host can object', async () => {
  const { id } = await announce({ ...LATER, title: 'Against the rules' });
  const what = { kind: 'event' as const, id };
  await fan.api.events.createReminder({ id });
  await expectRefusal(host.api.moderation.createReport({ what, reason: 'spam' }), 'ONESELF');
  await fan.api.moderation.createReport({ what, reason: 'spam', text: 'It sells something.' });
  const moderator = await person(world, 'Mo', 'moderator');
  const [matter] = (await moderator.api.moderation.listMatters({})).items;
  expect(matter).toMatchObject({ title: 'Against the rules', text: 'Bring water.', path: `/events/${id}` });
  const ruling = { kind: 'event' as const, subject_id: id, reason: 'It sells something.' };
  await moderator.api.moderation.createRuling({ ...ruling, decision: 'hide' });
  await expectRefusal(guest.api.events.getEvent({ id }), 'NOT_FOUND');
  await expectRefusal(other.api.moderation.createReport({ what, reason: 'spam' }), 'NOT_FOUND');
  expect(await host.api.events.getEvent({ id })).toMatchObject({ hidden: true });
  const titles = async (who: Visitor, mine = false) =>
    (await who.api.events.listEvents(mine ? { mine: 'true' } : {})).items.map(({ title }) => title);
  expect(await titles(guest)).not.toContain('Against the rules');
  expect(await titles(fan, true)).not.toContain('Against the rules');
  expect(await titles(host, true)).toContain('Against the rules');
  expect((await calendar('/api/v1/calendar')).map(({ summary }) => summary)).not.toContain(
    'Against the rules',
  );
  // who asked hears nothing more of it
  const before = (await told(fan, 'event_changed')).length;
  await host.api.events.updateEvent({ ...SESSION, ...LATER, title: 'As it was', id, version: 1 });
  const [decided] = (await host.api.moderation.listOwnRulings({})).items;
  await host.api.moderation.createObjection({ id: decided?.id ?? '', text: 'It sells nothing.' });
  const second = await person(world, 'Mia', 'moderator');
  await second.api.moderation.createRuling({ ...ruling, decision: 'restore', reason: 'It sells nothing.' });
  expect(await guest.api.events.getEvent({ id })).toMatchObject({ hidden: false, title: 'As it was' });
  await isTold(host, 'ruling', 2);
  expect(await told(fan, 'event_changed')).toHaveLength(before);
  await host.api.events.createEventCancellation({ id });
});

test('an editor withdraws what is against the rules, and its host alone reads why', async () => {
  const editor = await person(world, 'Edda', 'editor', 'creator');
  const { id } = await announce({ ...LATER, title: 'Withdrawn' });
  await fan.api.events.createReminder({ id });
  const reason = 'It advertises a shop elsewhere.';
  const withdraw = (who: Person, which = id) => who.api.events.createEventWithdrawal({ id: which, reason });
  await expectRefusal(withdraw(other), 'NOT_ALLOWED');
  const hers = await editor.api.events.createEvent({ ...SESSION, ...LATER, model: null, title: 'Her own' });
  await expectRefusal(withdraw(editor, hers.id), 'OWN_INTEREST');
  expect(await editor.api.events.getEvent({ id })).toMatchObject({ can: { withdraw: { allowed: true } } });
  expect(await withdraw(editor)).toMatchObject({ state: 'cancelled', withdrawn_because: null });
  await expectRefusal(withdraw(editor), 'NOT_NOW');
  await expectRefusal(host.api.events.createEventCancellation({ id }), 'NOT_NOW');
  const said = await isTold(host, 'event_withdrawn', 1);
  expect(said).toMatchObject([{ text: reason, people: [], path: `/events/${id}` }]);
  expect(await host.api.events.getEvent({ id })).toMatchObject({ withdrawn_because: reason });
  expect(await guest.api.events.getEvent({ id })).toMatchObject({ withdrawn_because: null });
  await eventually('who asked is told', async () =>
    (await told(fan, 'event_changed')).some(({ title }) => title === 'Withdrawn (cancelled)'),
  );
  await editor.api.events.createEventCancellation({ id: hers.id });
});

test('who is blocked, muted or not in standing is not seen', async () => {
  const listed = async (who: Visitor) =>
    (await who.api.events.listEvents({})).items.map(({ host: { handle } }) => handle);
  expect(await listed(fan)).toContain(host.handle);
  await fan.api.marketplace.blockPerson({ handle: host.handle, kind: 'block' });
  expect(await listed(fan)).not.toContain(host.handle);
  expect(await listed(guest)).toContain(host.handle);
  const [event] = (await guest.api.events.listEvents({})).items;
  await expectRefusal(fan.api.events.createReminder({ id: event?.id ?? '' }), 'BLOCKED');
  await fan.api.marketplace.unblockPerson({ handle: host.handle, kind: 'block' });
  const membership = await host.api.program.getMembership({});
  expect(membership).toBeDefined();
  await world.context.database.inTransaction(async (tx) => {
    const id = await program.ensureMembership(tx, host.id, now);
    await program.moveMembership(tx, 'pause', {
      id,
      by: { id: host.id, as: 'creator' },
      at: now,
      reason: 'Rest',
    });
  });
  expect(await listed(guest)).not.toContain(host.handle);
  await expectRefusal(guest.api.events.getEvent({ id: event?.id ?? '' }), 'NOT_FOUND');
  await expectRefusal(announce(), 'STANDING_REFUSED');
  const summaries = (await calendar('/api/v1/calendar')).map(({ summary }) => summary);
  expect(summaries).toEqual(['Her own']);
});
