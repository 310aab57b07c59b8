import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotateSlots, tellOfFallen } from '../../server/flows/rotate-slots.ts';
import { asId, type ModelId, newId, type SlotBookingId } from '../../server/ids.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as marketplace from '../../server/modules/marketplace/index.ts';
import { refundGeneration } from '../../server/flows/refund-generation.ts';
import { buy, ended, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import { BROWSER, type Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { giveRole, idOf } from '../finance.ts';
import { person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-06-10T10:15:00Z'));
let world: World;
let editor: Visitor;
let mira: Visitor;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  editor = await person(world, 'edda', 'editor');
  mira = await world.creator('mira-solberg');
  await eventually('models are listed', async () => {
    const { items } = await world.visitor().api.marketplace.exploreModels({ limit: 100 });
    return items.length > 10;
  });
  await rotateSlots(world.context);
}, 60_000);
afterAll(() => world.end());

const shown = async (surface: Surface, beside?: string) =>
  (await world.visitor().api.slots.listFeatured({ surface, ...(beside && { beside }) })).items;
type Surface = Parameters<Visitor['api']['slots']['listFeatured']>[0]['surface'];
const day = (days: number) => new Date(Date.UTC(2026, 5, 10 + days)).toISOString();
type Wish = Parameters<Visitor['api']['slots']['createBooking']>[0];
const wish = (change: Partial<Wish> = {}): Wish => ({
  ...{ surface: 'home_rail', position: 1, model: 'drift', kind: 'editorial' },
  ...{ from: day(20), until: day(30), reason: 'Fog like nobody else paints it.' },
  ...change,
});
const book = (change: Partial<Wish> = {}) => editor.api.slots.createBooking(wish(change));

/** What a browser tells of cards that were seen, or of one that was opened. */
async function tell(who: Visitor, what: 'impressions' | 'visits', body: object, agent = BROWSER) {
  const answer = await who.fetch(`/api/v1/featured/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': agent, origin: world.url },
    body: JSON.stringify(body),
  });
  return { status: answer.status, said: (await answer.json()) as { counted?: unknown; code?: string } };
}

test('places are never empty: whoever has a turn stands there, with why', async () => {
  const rail = await shown('home_rail');
  expect(rail).toHaveLength(6);
  expect(new Set(rail.map(({ model }) => model.slug)).size).toBe(6);
  const kept = rail.filter(({ kind }) => kind === 'new_model_quota');
  expect(kept.map(({ label }) => label)).toEqual(kept.map(() => 'New model'));
  expect(kept.length).toBeGreaterThan(0);
  expect(kept[0]?.why).toContain('25 % of all featured places are kept');
  expect((await shown('explore_music')).every(({ model }) => model.modality === 'music')).toBe(true);
  expect((await shown('model_also_seen', 'drift')).map(({ model }) => model.slug)).not.toContain('drift');
});

test('an editor books, and is told by what a place is taken; a place that is kept is nobody’s to book', async () => {
  await expectRefusal(mira.api.slots.createBooking(wish()), 'NOT_ALLOWED');
  const booked = await book();
  expect(booked).toMatchObject({ model: { slug: 'drift' }, position: 1, can: { move: { allowed: true } } });
  const taken = await expectRefusal(book({ from: day(29), until: day(31), model: 'vitrail' }), 'SLOT_TAKEN');
  expect(taken).toMatchObject({
    booking_id: booked.id,
    reason: booked.reason,
    from: day(20),
    until: day(30),
  });
  // half open: the next may begin when it ends
  const after = await book({ from: day(30), until: day(31), model: 'vitrail' });
  await expectRefusal(book({ position: 6 }), 'SLOT_RESERVED');
  await expectRefusal(book({ surface: 'home_hero', position: 2 }), 'SLOT_UNKNOWN');
  await expectRefusal(book({ from: day(-1) }), 'SLOT_IN_THE_PAST');
  await expectRefusal(book({ surface: 'explore_music', model: 'drift' }), 'NOT_FEATURABLE');
  await expectRefusal(book({ model: 'no-such-model' }), 'NOT_FOUND');

  const move = { id: after.id, version: after.version, surface: 'home_rail', position: 2 } as const;
  const times = { from: day(30), until: day(33), reason: 'Glass.' };
  const moved = await editor.api.slots.updateBooking({ ...move, ...times });
  expect(moved).toMatchObject({ position: 2, until: day(33), version: 2 });
  await expectRefusal(editor.api.slots.updateBooking({ ...move, ...times }), 'STATE_CHANGED');
  expect(await editor.api.slots.deleteBooking({ id: after.id })).toEqual({ ended: 'cleared' });
  await expectRefusal(editor.api.slots.deleteBooking({ id: after.id }), 'NOT_FOUND');
  const { items } = await editor.api.slots.listSlotChanges({});
  expect(items.map(({ act }) => act)).toEqual(['clear', 'move', 'book', 'book']);
  await eventually('its creator is told', async () => {
    const told = await mira.api.marketplace.listNotifications({});
    return told.items.some(
      ({ kind, title, people }) => kind === 'featured' && title === 'Drift' && people.length === 0,
    );
  });

  const calendar = await editor.api.slots.getCalendar({ month: '2026-07' });
  expect(calendar.days).toHaveLength(31);
  expect(calendar.bookings.map(({ id }) => id)).toEqual([booked.id]);
  expect(calendar.coverage.booked_ppm).toBeGreaterThan(0);
  await editor.api.slots.deleteBooking({ id: booked.id });
});

test('who earns by a model does not book it', async () => {
  await giveRole(world, mira, 'editor');
  mira = await world.creator('mira-solberg');
  await expectRefusal(mira.api.slots.createBooking(wish()), 'OWN_INTEREST');
  const { items } = await mira.api.slots.listCandidates({ surface: 'home_rail', search: 'drift' });
  expect(items.find(({ slug }) => slug === 'drift')?.can.allowed).toBe(false);
});

test('of eight who book one place at once one gets it, and the database would let no other in', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) =>
      book({
        position: 3,
        from: day(40 + (index % 2)),
        until: day(44),
        model: index % 2 ? 'vitrail' : 'drift',
      }),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') await expectRefusal(Promise.reject(outcome.reason), 'SLOT_TAKEN');
  const { items } = await editor.api.slots.listSlotChanges({ limit: 1 });
  const [{ model, ...change }] = items as [(typeof items)[number]];
  expect(model).not.toBeNull();
  const [there] = await marketplace.bookingsBetween(world.context.db, new Date(day(41)), new Date(day(42)));
  const { version: _v, cleared_at: _c, fallen_at: _f, ...row } = there!;
  await expect(
    world.context.db
      .insertInto('marketplace.slot_booking')
      .values({ ...row, id: newId<SlotBookingId>(clock.now()) })
      .execute(),
  ).rejects.toThrow('booking_alone');
  expect(change.surface).toBe('home_rail');
  await world.context.database.inTransaction((tx) =>
    marketplace.releaseSlots(tx, { booking_id: there!.id }, clock.now()),
  );
});

test('what is booked stands there labelled; withdrawn, the next steps in and its editor is told', async () => {
  const now = new Date(clock.now().getTime() + 1000).toISOString();
  const hero = await book({ surface: 'home_hero', from: now, until: day(3), model: 'vitrail' });
  clock.advance(2000);
  expect(await shown('home_hero')).toMatchObject([
    { kind: 'editorial', label: 'Editors’ choice', model: { slug: 'vitrail' } },
  ]);
  await world.context.db
    .updateTable('registry.model')
    .set({ visibility: 'unlisted' })
    .where('slug', '=', 'vitrail')
    .execute();
  const [next] = await eventually('the next steps in', async () => {
    const found = await shown('home_hero');
    return found[0]?.model.slug !== 'vitrail' && found;
  });
  expect(next).toMatchObject({ kind: 'rotation', until: null });
  expect(await tellOfFallen(world.context)).toBe(1);
  expect(await tellOfFallen(world.context)).toBe(0);
  await eventually('the editor is told', async () => {
    const { items } = await editor.api.marketplace.listNotifications({});
    return items.some(({ kind, path }) => kind === 'place_lost' && path === '/promotion');
  });
  const calendar = await editor.api.slots.getCalendar({ month: '2026-06' });
  expect(calendar.bookings.find((one) => one.id === hero.id)?.not_shown).toContain('out of lists');
  await expectRefusal(book({ model: 'vitrail' }), 'NOT_FEATURABLE');
  await world.context.db
    .updateTable('registry.model')
    .set({ visibility: 'listed' })
    .where('slug', '=', 'vitrail')
    .execute();
  expect(await editor.api.slots.deleteBooking({ id: hero.id })).toEqual({ ended: 'ended' });
});

test('an impression counts once a person, a place and an hour; robots, strangers’ tokens and its own people do not', async () => {
  const now = new Date(clock.now().getTime() + 1000).toISOString();
  await book({ surface: 'home_hero', from: now, until: day(9), model: 'drift' });
  clock.advance(2000);
  const [hero] = await eventually('it stands there', async () => {
    const found = await shown('home_hero');
    return found[0]?.model.slug === 'drift' && found;
  });
  const token = hero!.token;
  const visitor = world.visitor();
  expect(await tell(visitor, 'impressions', { tokens: [token, token, 'made-up.token'] })).toMatchObject({
    said: { counted: 1 },
  });
  const others = await Promise.all(
    Array.from(
      { length: 8 },
      async () => (await tell(visitor, 'impressions', { tokens: [token] })).said.counted,
    ),
  );
  expect(others).toEqual(others.map(() => 0));
  const alike = Array.from({ length: 4 }, (_, place) => BROWSER.replaceAll('140', String(100 + place)));
  for (const agent of alike)
    expect((await tell(visitor, 'impressions', { tokens: [token] }, agent)).said.counted).toBe(0);
  const robot = await tell(visitor, 'impressions', { tokens: [token] }, 'SomeBot/1.0 (+https://bot.example)');
  expect(robot.said.counted).toBe(0);
  expect((await tell(mira, 'impressions', { tokens: [token] })).said.counted).toBe(0);
  expect((await tell(visitor, 'visits', { token: `${token}x` })).said.code).toBe('IMPRESSION_REFUSED');

  const member = await world.member('vera');
  await buy(member, 'pack-1000');
  expect((await tell(member, 'impressions', { tokens: [token] })).said.counted).toBe(1);
  expect((await tell(member, 'visits', { token })).said.counted).toBe(true);
  expect((await tell(member, 'visits', { token })).said.counted).toBe(false);

  // what she makes with it follows from there; what others make does not
  const made = [await make(member), await make(member)];
  await make(await richMember('nobody'));
  const receipts = await Promise.all(made.map(async (id) => earnedOn(id)));
  const earned = receipts.reduce((sum, one) => sum + one, 0n);
  expect(earned).toBeGreaterThan(0n);
  const own = await eventually('they are counted', async () => {
    const found = await mira.api.slots.listOwnSlots({ month: '2026-06' });
    return found.total.generations === 2 && found;
  });
  expect(own.total).toEqual({ impressions: 2, visits: 1, generations: 2, earned_micros: String(earned) });
  expect(own.days).toMatchObject([
    { day: '2026-06-10', surface: 'home_hero', label: 'Editors’ choice', generations: 2 },
  ]);

  // refunded, the receipt says less, and so does the page
  const finance = await idOf(await world.member('finn'));
  await refundGeneration(world.context, finance, { generation_id: asId(made[0]!), reason: 'A test.' });
  const left = await mira.api.slots.listOwnSlots({ month: '2026-06' });
  expect(left.total.earned_micros).toBe(String(earned - (receipts[0] ?? 0n)));
  const csv = await (await mira.api.slots.exportOwnSlots({ month: '2026-06' })).text();
  expect(csv.split('\n')[1]).toContain('2026-06-10,home_hero,1,editorial');

  clock.advance(3 * 3600_000);
  expect((await tell(visitor, 'impressions', { tokens: [token] })).said.counted).toBe(0);
  await world.context.database.inTransaction((tx) => marketplace.forgetSights(tx, clock.now()));
  const seen = await world.context.db.selectFrom('marketplace.slot_seen').select('visitor').execute();
  expect(seen).toEqual([]);
  await expectEverythingHolds(world);
});

async function make(member: Visitor): Promise<string> {
  const { id } = await start(member, { release_id: await releaseOf(member), spend_first: 'paid' });
  expect(await ended(member, id)).toMatchObject({ state: 'succeeded' });
  return id;
}
async function richMember(name: string) {
  const member = await world.member(name);
  await buy(member, 'pack-1000');
  return member;
}
async function earnedOn(id: string): Promise<bigint> {
  const creator = await idOf(mira);
  const rows = await world.context.db
    .selectFrom('earnings.line')
    .select('amount_micros')
    .where('generation_id', '=', id)
    .where('person_id', '=', creator)
    .execute();
  return rows.reduce((sum, { amount_micros }) => sum + amount_micros, 0n);
}

test('anybody computes the turns of a day from what is published; the seed of tomorrow is only promised', async () => {
  const { api } = world.visitor();
  const today = await api.slots.getRotation({ day: '2026-06-10', hour: 7 });
  const candidates = today.candidates.map(({ slug: _slug, title: _title, ...one }) => one);
  const kept = new Set(today.kept.map(marketplace.placeKey));
  const expected = today.expected as marketplace.Expected;
  expect(
    marketplace.turnsOf(marketplace.orderOf(today.seed ?? '', candidates), { kept, expected }, 7),
  ).toEqual(today.turns);
  // the database draws the same lots
  const order = marketplace.orderOf(today.seed ?? '', candidates).filter(({ is_new }) => is_new);
  expect(candidates.filter(({ is_new }) => is_new)).toEqual(order);
  const tomorrow = await api.slots.getRotation({ day: '2026-06-11' });
  expect(tomorrow).toMatchObject({ seed: null, candidates: [], turns: [] });
  clock.set(new Date('2026-06-11T00:00:10Z'));
  await rotateSlots(world.context);
  const revealed = await api.slots.getRotation({ day: '2026-06-11' });
  const { createHash } = await import('node:crypto');
  expect(
    createHash('sha256')
      .update(revealed.seed ?? '')
      .digest('hex'),
  ).toBe(tomorrow.digest);
  // who was seen yesterday waits
  const drift = revealed.candidates.find(({ slug }) => slug === 'drift');
  expect(drift?.impressions).toBe(2);
  await expectRefusal(api.slots.getRotation({ day: '2026-08-01' }), 'NOT_FOUND');
});

test('the quota changes from a coming day on, and what is booked by then is in nobody’s way', async () => {
  const booked = await book({ position: 4, from: day(50), until: day(52) });
  const half = { share_ppm: 500_000, new_days: 20 };
  const conflict = await expectRefusal(
    editor.api.slots.updateQuota({ from_day: '2026-07-01', ...half }),
    'QUOTA_CONFLICTS',
  );
  expect(conflict).toMatchObject({ bookings: 1, until: booked.until });
  await expectRefusal(editor.api.slots.updateQuota({ from_day: '2026-06-11', ...half }), 'SLOT_IN_THE_PAST');
  await editor.api.slots.updateQuota({ from_day: '2026-09-01', ...half });
  await expectRefusal(book({ position: 4, from: day(80), until: day(90) }), 'SLOT_RESERVED');
});

test('a campaign books and lets go as a whole', async () => {
  const { context } = world;
  const at = clock.now();
  const campaign_id = newId<SlotBookingId>(at);
  const { items } = await editor.api.slots.listCandidates({ surface: 'home_rail', search: 'drift' });
  expect(items[0]?.can.allowed).toBe(true);
  const { id } = await context.db
    .selectFrom('registry.model')
    .select('id')
    .where('slug', '=', 'drift')
    .executeTakeFirstOrThrow();
  const bookOf = (from_at: Date) => ({
    ...{
      id: newId<SlotBookingId>(at),
      surface: 'home_rail' as const,
      position: 2,
      kind: 'campaign' as const,
    },
    ...{ from_at, until_at: new Date(from_at.getTime() + DAY_MS), model_id: asId<ModelId>(id), campaign_id },
    ...{ reason: 'Winter tides', booked_by: null, booked_at: at },
  });
  await context.database.inTransaction(async (tx) => {
    await marketplace.bookSlot(tx, bookOf(at));
    await marketplace.bookSlot(tx, bookOf(new Date(at.getTime() + 5 * DAY_MS)));
  });
  clock.advance(3600_000);
  const [running] = await marketplace.bookingsOfCampaign(context.db, campaign_id);
  await expectRefusal(editor.api.slots.deleteBooking({ id: running!.id }), 'NOT_FOUND');
  const released = await context.database.inTransaction((tx) =>
    marketplace.releaseSlots(tx, { campaign_id }, clock.now()),
  );
  expect(
    released.map(({ cleared_at }) => cleared_at !== null).toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual([false, true]);
  expect(await marketplace.countsOfCampaign(context.db, campaign_id)).toEqual({
    ...{ impressions: 0, visits: 0, generations: 0 },
  });
});
