import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countImpressions } from '../../server/flows/count-sights.ts';
import { rotateSlots } from '../../server/flows/rotate-slots.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { setTurn } from '../../server/flows/run-round.ts';
import { asId, type AwardId, newId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { tell } from '../../server/kit/outbox.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as marketplace from '../../server/modules/marketplace/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { winsOf } from '../../server/views/competitions/wins.ts';
import { cardPlan } from '../../server/views/cards.ts';
import { enteredModel, established, type MadeRound, nowIn, roundIn } from '../competitions.ts';
import { eventually } from '../eventually.ts';
import { type Person, person } from '../program.ts';
import { resultsOut } from '../round-results.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const SYSTEM = { id: 'system', as: 'system' };
const TIMER = { id: 'system', as: 'timer' };
const clock = settableClock(new Date('2027-03-22T09:00:00Z'));
const times = {
  opens_at: new Date('2027-03-01T00:00:00Z'),
  locks_at: new Date('2027-03-22T00:00:00Z'),
  qualifying_at: new Date('2027-03-24T00:00:00Z'),
  final_at: new Date('2027-03-29T00:00:00Z'),
  tally_at: new Date('2027-04-01T00:00:00Z'),
};

let world: World;
let edda: Person;
let mia: Person;
let ben: Person;
let vera: Person;
let quiet: Person;
let stranger: Person;
let round: MadeRound;
let before: MadeRound;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  edda = await person(world, 'edda', 'editor');
  mia = await person(world, 'mia');
  ben = await person(world, 'ben');
  vera = await person(world, 'vera', 'judge');
  quiet = await person(world, 'quiet');
  stranger = await person(world, 'stranger');
  const authors = [mia.id, ben.id, quiet.id];
  round = await roundIn(world, { slug: 'march', entries: 6, authors, state: 'locked', ...times });
  before = await roundIn(world, {
    slug: 'before',
    entries: 2,
    ...times,
    state: 'archived',
    with_files: false,
  });
  await established(world, stranger.id, times.opens_at);
});
afterAll(() => world.end());

const told = async (who: Person, kind: string) =>
  (await who.api.marketplace.listNotifications({})).items.filter((one) => one.kind === kind);
const heard = (who: Person, kind: string) =>
  eventually(`${who.handle} is told of ${kind}`, async () => (await told(who, kind))[0]);
const entryOf = (who: Person) =>
  present(
    round.entries.find(({ author_id }) => author_id === who.id),
    'an entry of somebody',
  );
const step = (act: competitions.EntryAct, id: competitions.Entry['id'], reason?: string) =>
  world.context.database.inTransaction((tx) =>
    competitions.moveEntry(tx, act, {
      ...{ id, by: SYSTEM, at: clock.now() },
      ...(reason ? { set: { reason } } : {}),
    }),
  );

describe('Explore', () => {
  const found = async (query: Parameters<Person['api']['marketplace']['exploreCreations']>[0]) =>
    (await world.visitor().api.marketplace.exploreCreations(query)).items.map(({ creation }) => creation.id);

  test('finds the models of a round by its rules, and nothing that stands in a round that runs', async () => {
    const { api } = world.visitor();
    const { asset_id } = await rowOf(entryOf(mia).id);
    await shown(mia, 'Her light');
    await eventually('it is listed', async () =>
      (await found({ modality: 'image' })).includes(asset_id ?? ''),
    );
    expect(await found({ round: 'march' })).toEqual([]);
    const slugs = async (round_slug?: string) =>
      (await api.marketplace.exploreModels({ ...(round_slug && { round: round_slug }) })).items.map(
        ({ model }) => [model.slug, model.modality],
      );
    const bySlug = (one: string[], other: string[]) => ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1);
    const all = await slugs();
    const images = all.filter(([, modality]) => modality === 'image');
    expect(images.length).toBeLessThan(all.length);
    expect((await slugs('march')).toSorted(bySlug)).toEqual(images.toSorted(bySlug));
    // one that only creators enter: those that were entered, of whichever kind
    const music = present(
      all.find(([, modality]) => modality === 'music'),
      'a model of music',
    );
    const model = present(await registry.modelBySlug(world.context.db, music[0] ?? ''), 'that model');
    const [release] = await registry.releasesOfModel(world.context.db, asId(model.id));
    await enteredModel(
      world,
      before,
      mia.id,
      { release_id: release?.id ?? '', model_id: model.id },
      clock.now(),
    );
    const rules = (kind: string, all_rules: unknown[]) =>
      world.context.db
        .updateTable('competitions.category')
        .set({ rules: JSON.stringify(all_rules) })
        .where('round_id', '=', before.id)
        .where('kind', '=', kind)
        .execute();
    await rules('image', [{ kind: 'releases_since', since: '2031-01-01T00:00:00.000Z' }]);
    expect(await slugs('before')).toEqual([music]);
    const [image] = images;
    await rules('image', [{ kind: 'releases_listed', models: [image?.[0]] }]);
    expect((await slugs('before')).toSorted(bySlug)).toEqual([music, image ?? []].toSorted(bySlug));
    expect((await api.marketplace.listFilters({})).rounds).toContainEqual({
      slug: 'march',
      title: 'Round march',
    });
    await expectRefusal(api.marketplace.exploreModels({ round: 'nowhere' }), 'NOT_FOUND');
    await expectRefusal(api.marketplace.exploreCreations({ round: 'nowhere' }), 'NOT_FOUND');
  });
});

describe('models that are entered', () => {
  test('take turns in places of their own while their round runs, and that counts for their creator', async () => {
    const { api } = world.visitor();
    const there = async () => (await api.slots.listFeatured({ surface: 'competitions' })).items;
    const models = await registry.findModels(world.context.db, { visibility: 'listed' });
    const used = await modelOfEntries();
    const entered = [used, ...models.filter(({ id }) => id !== used.id)].slice(0, 5);
    for (const model of entered) {
      const [release] = await registry.releasesOfModel(world.context.db, asId(model.id));
      await enteredModel(
        world,
        round,
        mia.id,
        { release_id: present(release, 'a release').id, model_id: model.id },
        clock.now(),
      );
    }
    await rotateSlots(world.context);
    const cards = await there();
    expect(cards).toHaveLength(4);
    expect(cards[0]).toMatchObject({ kind: 'competition', label: 'In a competition', position: 1 });
    expect(cards[0]?.why).toMatch(/^Its creator entered it in Round march\. Models that do take turns/);
    // everybody can compute whose turn it is; within the day all five have had it
    const day = '2027-03-22';
    const rotation = await api.slots.getRotation({ day, hour: 9 });
    const order = marketplace.orderOf(
      rotation.seed ?? '',
      rotation.entered.map((one) => ({ ...one, is_new: false })),
    );
    const hours = marketplace.turnsThrough(
      order,
      {
        ...{ kept: new Set<string>(), places: marketplace.ENTERED_PLACES },
        expected: present(rotation.expected, 'what was expected'),
      },
      9,
    );
    const slugOf = new Map(rotation.entered.map(({ model_id, slug }) => [model_id, slug]));
    expect(cards.map(({ model }) => model.slug)).toEqual(
      hours[9]?.map(({ model_id }) => slugOf.get(model_id)),
    );
    expect(new Set(hours.flat().map(({ model_id }) => model_id)).size).toBe(5);
    const [card] = cards;
    const viewer = {
      account_id: null,
      ip: '198.51.100.7',
      user_agent: 'Mozilla/5.0 (X11) Gecko Firefox/140.0',
    };
    expect(await countImpressions(world.context, viewer, [card?.token ?? ''])).toBe(1);
    const maker = await world.creator(card?.model.creator.handle ?? '');
    const [row] = (await maker.api.slots.listOwnSlots({ month: '2027-03' })).days;
    expect(row).toMatchObject({ surface: 'competitions', kind: 'competition', impressions: 1 });
    await expectRefusal(
      edda.api.slots.listCandidates({ surface: 'competitions' as 'home_rail', search: '' }),
      'INVALID_INPUT',
    );
  });
});

describe('people are told what a round brings them', () => {
  test('what became of an entry, to those who stand in it, with the reason', async () => {
    const [first, other] = [entryOf(mia), entryOf(ben)];
    await world.context.db
      .updateTable('competitions.entry')
      .set({ state: 'validating' })
      .where('id', 'in', [first.id, other.id])
      .execute();
    await quiet.api.marketplace.updateNotificationSwitch({ kind: 'entry', on: false });
    await step('admit', first.id);
    await step('refuse', other.id, 'LOOKS_ALIKE');
    expect(await heard(mia, 'entry')).toMatchObject({
      ...{ title: 'Secret title 0', text: 'It may be voted on.', path: '/competitions/mine', people: [] },
    });
    expect((await heard(ben, 'entry')).text).toBe(competitions.reason('LOOKS_ALIKE').says);
    // another of hers, and she does not want to hear of it
    const own = entryOf(quiet);
    await step('refuse', own.id, 'LOOKS_ALIKE');
    await step('choose', first.id);
    expect(await heard(mia, 'finalist')).toMatchObject({ title: 'Secret title 0' });
    expect(await told(quiet, 'entry')).toEqual([]);
    await world.context.db
      .updateTable('competitions.entry')
      .set({ state: 'eligible', reason: null })
      .where('round_id', '=', round.id)
      .execute();
  });

  test('the vote opens for those who entered or voted before and may vote in it, once; an invitation to judge', async () => {
    const { database } = world.context;
    await database.inTransaction(async (tx) => {
      await competitions.enrol(tx, {
        ...{ category_id: before.category_id, person_id: vera.id, pseudonym: 'fa'.repeat(16) },
        ...{ class: 'established', kept_from: [], links: [], at: clock.now() },
      });
      await competitions.enrol(tx, {
        ...{ category_id: before.category_id, person_id: mia.id, pseudonym: 'fb'.repeat(16) },
        ...{ class: 'established', kept_from: [], links: [], at: clock.now() },
      });
      await competitions.enrol(tx, {
        ...{ category_id: before.category_id, person_id: edda.id, pseudonym: 'fc'.repeat(16) },
        ...{ class: 'established', kept_from: [], links: [], at: clock.now() },
      });
    });
    const { id } = await edda.api.competitions.createJudge({
      slug: 'march',
      kind: 'image',
      handle: vera.handle,
    });
    expect(await heard(vera, 'judge_invited')).toMatchObject({
      title: 'Round march',
      path: `/judging/${id}`,
    });
    await database.inTransaction((tx) =>
      competitions.moveRound(tx, 'qualify', { id: round.id, by: TIMER, at: clock.now() }),
    );
    world.context.wake.send('news');
    expect(await heard(edda, 'voting')).toMatchObject({ title: 'Round march', path: '/competitions/march' });
    // she judges, they entered the only category, and nobody asked the stranger
    for (const who of [vera, mia, ben, stranger]) expect(await told(who, 'voting')).toEqual([]);
  });

  test('a judge who has committed nothing, a day before the panel ends', async () => {
    const { context } = world;
    const id = (await vera.api.competitions.listPanels({})).items[0]?.id ?? '';
    const answer = { id, accepted: true, no_conflict: true };
    await vera.api.competitions.createJudgeAnswer(answer);
    await nowIn(world, round, 'final_round');
    const now = present(await competitions.roundById(context.db, round.id), 'the round');
    await context.database.inTransaction((tx) => setTurn(tx, now, clock.now()));
    const now_is = clock.now();
    clock.set(new Date(times.tally_at.getTime() - DAY_MS));
    await fireTimers(context);
    expect(await heard(vera, 'panel_ends')).toMatchObject({ title: 'Round march', path: `/judging/${id}` });
    const letters = await context.db
      .selectFrom('identity.mail')
      .select('link')
      .where('subject', '=', 'A day is left to judge')
      .execute();
    expect(letters).toMatchObject([{ link: expect.stringContaining(`/judging/${id}`) }]);
    // once, and nobody else hears of it
    await fireTimers(context);
    for (const who of [mia, ben, edda]) expect(await told(who, 'panel_ends')).toEqual([]);
    expect(await told(vera, 'panel_ends')).toHaveLength(1);
    clock.set(now_is);
  });

  test('winners, and the creators of what they used, when the results are out and not before', async () => {
    const { database, db } = world.context;
    await nowIn(world, round, 'final_round');
    const model = await modelOfEntries();
    const maker = await world.creator(await handleOf(model.creator_id));
    expect((await maker.api.marketplace.listNotifications({})).items).toEqual([]);
    await resultsOut(world, round, 3);
    const items = await eventually('the creator is told', async () => {
      const all = (await maker.api.marketplace.listNotifications({})).items;
      return all.filter(({ kind }) => kind === 'model_won').length === 3 && all;
    });
    expect(items.map(({ text }) => text)).toContain('Place 1 in Round march');
    expect(items[0]).toMatchObject({ path: '/competitions/march/results', people: [] });
    const id = newId<AwardId>(clock.now());
    const winner = present(round.entries[0], 'a winner');
    await mia.api.marketplace.listNotifications({});
    await database.inTransaction((tx) =>
      competitions.insertAward(
        tx,
        {
          ...{ id, round_id: round.id, category_id: round.category_id, place_slot: 1, entry_id: winner.id },
          ...{ person_id: mia.id, amount_nanos: 5n, source: 'escrow', tops_up: null },
        },
        SYSTEM,
        clock.now(),
      ),
    );
    world.context.wake.send('news');
    const won = await heard(mia, 'won');
    expect(won).toMatchObject({ title: 'place 1 in Round march', path: '/competitions/mine' });
    expect(won.text).toContain('Say by Apr 1, 2027');
    // and what she shows of it is found by the round from now on
    const works = await world.visitor().api.marketplace.exploreCreations({ round: 'march' });
    expect(works.items.map(({ creation }) => creation.title)).toEqual(['Her light']);
    expect(
      await db
        .selectFrom('marketplace.notification')
        .select('id')
        .where('person_id', '=', stranger.id)
        .execute(),
    ).toEqual([]);
  });
});

describe('what a round brings the creator of a model', () => {
  test('stands on a page of the model in the round, and in figures beside as many days before', async () => {
    const { api } = world.visitor();
    const model = await modelOfEntries();
    const maker = await world.creator(await handleOf(model.creator_id));
    const page = await api.competitions.getRoundModel({ slug: 'march', model: model.slug });
    expect(page).toMatchObject({ model: { slug: model.slug }, standing: { place: null, finalist: false } });
    expect(page.works.map(({ place }) => place)).toEqual([1, 2, 3, null, null, null]);
    await expectRefusal(api.competitions.getRoundModel({ slug: 'before', model: model.slug }), 'NOT_FOUND');
    await expectRefusal(
      mia.api.competitions.getRoundModel({ slug: 'march', model: 'nobody-s' }),
      'NOT_FOUND',
    );
    const own = async () =>
      (await maker.api.competitions.listOwnRounds({})).items.find(({ round: { slug } }) => slug === 'march');
    const all = present(await own(), 'the round');
    expect(all).toMatchObject({ days: 22, finalists: 6, winners: 3, before: { impressions: 0, people: 0 } });
    // three people are too few to be told of
    expect(all.works).toBeNull();
    expect(all.models.find(({ slug }) => slug === model.slug)?.entered).toBe(true);
    expect(all.during).toMatchObject({ visits: 0, earned_micros: '0' });
    // while it runs nobody is told how far they came, and not what stands in it
    await nowIn(world, round, 'final_round');
    expect(await own()).toMatchObject({ finalists: null, winners: null });
    const running = await api.competitions.getRoundModel({ slug: 'march', model: model.slug });
    expect(running).toMatchObject({ standing: null, works: [] });
    await nowIn(world, round, 'dispute_window');
    expect((await stranger.api.competitions.listOwnRounds({})).items).toEqual([]);
  });
});

describe('winners are shown for it', () => {
  test('on the work and its author, with the round, on cards, in the feed and in the map of the site', async () => {
    const { api } = world.visitor();
    const { asset_id } = await rowOf(entryOf(mia).id);
    const won = { place: 1, kind: 'image', provisional: true, title: 'Secret title 0', asset_id };
    expect(await winsOf(world.context.db, 'asset', asset_id ?? '')).toMatchObject([won]);
    expect((await api.marketplace.getCreator({ handle: mia.handle })).won).toMatchObject([
      { ...won, round: { slug: 'march', month: '2027-03' } },
    ]);
    // who shows nothing has a page as well, from winning on
    expect((await api.marketplace.getCreator({ handle: ben.handle })).won).toMatchObject([
      { place: 2, asset_id: null },
    ]);
    await expectRefusal(api.marketplace.getCreator({ handle: stranger.handle }), 'NOT_FOUND');
    const { rounds } = await api.marketplace.listAddresses({ of: 'rounds' });
    expect(rounds).toContainEqual(expect.objectContaining({ slug: 'march', results: true }));
    const card = await cardPlan(world.context, 'rounds', 'march');
    expect(card).toMatchObject({ kind: 'Winners', title: { text: 'Round march' }, by: null });
    expect((await cardPlan(world.context, 'assets', asset_id ?? '')).facts[0]).toBe(
      'First in images, Round march (provisional)',
    );
    await expectRefusal(api.showcase.getCard({ of: 'rounds', name: 'nowhere' }), 'NOT_FOUND');
    const feed = await (await fetch(`${world.url}/winners.atom`)).text();
    expect(feed).toContain('<title>1st in images: Secret title 0</title>');
    expect(feed).toContain(`/competitions/march/results#work-${entryOf(mia).id}</id>`);
    const map = await (await fetch(`${world.url}/sitemaps/rounds`)).text();
    expect(map).toContain('/competitions/march/results</loc>');
  });

  test('before all others among what was made with the model, and alone where only winners are asked for', async () => {
    const { marketplace: market } = world.visitor().api;
    const { context } = world;
    const { asset_id: won, model_id } = await rowOf(entryOf(mia).id);
    const placed = new Set(
      (await competitions.placesOut(context.db, 'round', [round.id])).map((p) => p.entry_id),
    );
    const beaten = present(
      round.entries.find(({ id }) => !placed.has(id)),
      'an entry that won nothing',
    );
    const { asset_id: other, person_id } = await rowOf(beaten.id);
    const maker = present(
      [mia, ben, quiet].find(({ id }) => id === person_id),
      'its maker',
    );
    await shown(maker, 'Newer light', beaten.id, new Date(clock.now().getTime() + 3_600_000));
    const [model] = await registry.modelsByIds(context.db, [model_id]);
    const made = async (asked: { order?: 'winners'; limit?: number; cursor?: string }) =>
      market.listCreations({ model: model?.slug ?? '', ...asked });
    expect((await made({})).items.map(({ id }) => id)).toEqual([other, won]);
    const { items } = await made({ order: 'winners' });
    expect(items.map(({ id }) => id)).toEqual([won, other]);
    expect(items.map(({ best_place }) => best_place)).toEqual([
      { place: 1, shared: false, round: { slug: 'march', title: 'Round march' } },
      null,
    ]);
    const first = await made({ order: 'winners', limit: 1 });
    const second = await made({ order: 'winners', limit: 1, cursor: present(first.next_cursor, 'a cursor') });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([won, other]);
    expect(second.next_cursor).toBeNull();

    const ids = async (asked: { won?: 'true'; round?: string }) =>
      (await market.exploreCreations(asked)).items.map(({ creation }) => creation.id);
    await eventually('both are listed', async () => (await ids({})).length === 2);
    expect(await ids({ won: 'true' })).toEqual([won]);
    expect(await ids({ won: 'true', round: 'march' })).toEqual([won]);
    expect(await ids({ won: 'true', round: 'before' })).toEqual([]);
  });
});

/** What was entered stands on the page of its maker and in lists. */
async function shown(who: Person, title: string, id = entryOf(who).id, at = clock.now()): Promise<void> {
  const { database, wake } = world.context;
  const { asset_id, model_id, release_id } = await rowOf(id);
  await database.inTransaction(async (tx) => {
    await marketplace.showCreation(tx, {
      ...{ asset_id: present(asset_id, 'an asset'), maker_id: who.id, model_id, release_id, title },
      ...{ modality: 'image', listed: true, prompt: null, published_at: at },
    });
    await tell(tx, 'creation.shown', { asset_id, maker_id: who.id, model_id }, at);
  });
  wake.send('news');
}
async function rowOf(id: string): Promise<competitions.Entry> {
  return present((await competitions.entriesByIds(world.context.db, [id]))[0], 'an entry');
}
async function modelOfEntries() {
  const entry = await rowOf(round.entries[0]?.id ?? '');
  const [model] = await registry.modelsByIds(world.context.db, [entry.model_id]);
  return present(model, 'the model of an entry');
}
async function handleOf(id: string): Promise<string> {
  const { handle } = await world.context.db
    .selectFrom('identity.account')
    .select('handle')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return handle;
}
