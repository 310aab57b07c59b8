import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishRelease } from '../../server/flows/publish-model.ts';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import * as identity from '../../server/modules/identity/index.ts';
import * as marketplace from '../../server/modules/marketplace/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { idOf } from '../finance.ts';
import { publishedAs } from '../own-models.ts';
import { expectRefusal, faceless, refusalOf } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

type Person = Awaited<ReturnType<World['member']>> & { handle: string; id: AccountId };

let world: World;
let release_id: string;
let ada: Person;
let ben: Person;
let stranger: Visitor;
let now = new Date();

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(asPrompted), clock: { now: () => now } });
  [ada, ben] = await Promise.all([person('ada'), person('ben')]);
  stranger = world.visitor();
  release_id = await releaseOf(ada);
});
afterAll(() => world.end());

async function person(name: string): Promise<Person> {
  const member = await world.member(name);
  const { account } = await member.api.identity.getMe();
  return { ...member, handle: account?.handle ?? '', id: asId<AccountId>(await idOf(member)) };
}

async function made(who: Person): Promise<string> {
  const { id } = await start(who, { release_id, input: SMALL });
  return (await ended(who, id)).assets[0]?.id ?? '';
}
async function shown(who: Person, title: string, listed = true): Promise<string> {
  const id = await made(who);
  now = new Date(now.getTime() + 1000);
  await who.api.marketplace.showCreation({ id, title, listed });
  return id;
}
/** The same release again, as the next of its model. */
async function releasedAgain(slug: string, version: string, by: Person, parents: string[] = []) {
  const model = await stranger.api.registry.getModel({ slug });
  const of = present(
    await registry.releaseById(world.context.db, asId<ReleaseId>(model.release_id ?? '')),
    'the release in use',
  );
  const { files, input_schema, metering, binding, price_class, licence } = of;
  const content = {
    ...{ version, binding, files, input_schema, metering, price_class, licence, samples: [] },
    parents: parents.map((id) => ({ release_id: asId<ReleaseId>(id), royalty_ppm: 100_000 })),
  };
  await publishRelease(world.context, asId<ModelId>(of.model_id), content, by.id);
}
async function board(who: Person, name: string, asset_ids: string[]): Promise<string> {
  const { id } = await who.api.generation.createBoard({ name });
  if (asset_ids.length > 0) await who.api.generation.createBoardAssets({ id, asset_ids });
  return id;
}
const unread = async (who: Person, kind: string) =>
  (await who.api.marketplace.listNotifications({})).items.filter(
    (one) => one.kind === kind && one.read_at === null,
  );
const told = (who: Person, kind: string, count = 1) =>
  eventually(`${who.handle} is told of a ${kind}`, async () => {
    const [found] = await unread(who, kind);
    return found?.people_count === count ? found : false;
  });
const titlesOn = async (id: string, who: Visitor = stranger) =>
  (await who.api.generation.listBoardCreations({ id })).items.map(({ title }) => title);

test('a board is its owner’s until it is shown, and shows what its makers show, in the owner’s order', async () => {
  const [first, second, hidden, link, foreign] = await Promise.all([
    ...['First', 'Second'].map((title) => shown(ada, title)),
    made(ada),
    shown(ada, 'By link', false),
    shown(ben, 'Of Ben'),
  ]);
  const ids = [first, second, hidden, link, foreign].map((id) => id ?? '');
  const id = await board(ada, 'Silks', ids);
  const unseen = await expectRefusal(stranger.api.generation.getShownBoard({ id }), 'NOT_FOUND');
  const random = await refusalOf(stranger.api.generation.getShownBoard({ id: randomUUID() }));
  expect(faceless(unseen)).toEqual(faceless(random));
  await expectRefusal(stranger.api.generation.listBoardCreations({ id }), 'NOT_FOUND');
  expect(await ada.api.generation.getShownBoard({ id })).toMatchObject({ shown_at: null, creations: 3 });

  const show = (change: object) => ada.api.generation.updateBoard({ id, ...change });
  expect(await show({ visibility: 'unlisted', description: 'Woven.' })).toMatchObject({
    ...{ visibility: 'unlisted', description: 'Woven.', assets: 5, of_others: 1, name: 'Silks' },
  });
  expect((await stranger.api.generation.listShownBoards({})).items).toEqual([]);
  const seen = await stranger.api.generation.getShownBoard({ id });
  expect(seen).toMatchObject({
    creations: 3,
    owner: { handle: ada.handle },
    can: { edit: { allowed: false } },
  });
  expect((await titlesOn(id)).toSorted()).toEqual(['First', 'Of Ben', 'Second']);

  const order = [foreign ?? '', second ?? '', first ?? ''];
  await ada.api.generation.updateBoardOrder({ id, asset_ids: order });
  expect(await titlesOn(id)).toEqual(['Of Ben', 'Second', 'First']);
  const page = await stranger.api.generation.listBoardCreations({ id, limit: 2 });
  const rest = await stranger.api.generation.listBoardCreations({ id, cursor: page.next_cursor ?? '' });
  expect(rest.items.map(({ title }) => title)).toEqual(['First']);
  await expectRefusal(
    ada.api.generation.updateBoardOrder({ id, asset_ids: [first ?? '', randomUUID()] }),
    'NOT_FOUND',
  );
  await expectRefusal(ben.api.generation.updateBoardOrder({ id, asset_ids: order }), 'NOT_FOUND');
  expect(await titlesOn(id)).toEqual(['Of Ben', 'Second', 'First']);
  await expectRefusal(show({ cover_id: randomUUID() }), 'NOT_FOUND');
  expect((await show({ cover_id: second })).cover_id).toBe(second);

  await show({ visibility: 'public' });
  const list = await stranger.api.generation.listShownBoards({ search: 'wov' });
  expect(list.items.map((one) => one.id)).toEqual([id]);
  expect(list.items).toMatchObject([{ creations: 3, cover: expect.anything() }]);
  const found = async (search: string) =>
    (await stranger.api.generation.listShownBoards({ search })).items.map((one) => one.id);
  expect(await found('ks')).toEqual([id]);
  expect([await found('kx'), await found('wo%')]).toEqual([[], []]);
  expect((await stranger.api.generation.listShownBoards({ owner: ben.handle })).items).toEqual([]);
  expect(await stranger.api.marketplace.getCreator({ handle: ada.handle })).toMatchObject({
    ...{ creations: 2, boards: 1, models: [] },
  });

  // what its maker takes back is gone from every board, and from its cover
  await ben.api.marketplace.withdrawCreation({ id: foreign ?? '' });
  expect(await titlesOn(id)).toEqual(['Second', 'First']);
  expect(await ada.api.generation.getBoard({ id })).toMatchObject({ assets: 4, of_others: 0 });
  await show({ visibility: 'private' });
  await expectRefusal(stranger.api.generation.getShownBoard({ id }), 'NOT_FOUND');
});

test('what others may read of a board is judged, and a moderator can hide it', async () => {
  const id = await board(ada, 'child porn', []);
  await expectRefusal(ada.api.generation.updateBoard({ id, visibility: 'public' }), 'WORDS_REFUSED');
  await ada.api.generation.updateBoard({ id, name: 'Mended', visibility: 'public' });
  await expectRefusal(ada.api.generation.updateBoard({ id, description: 'child porn' }), 'WORDS_REFUSED');
  await expectRefusal(ada.api.generation.updateBoard({ id, name: 'two\nlines' }), 'INVALID_INPUT');

  const what = { kind: 'board' as const, id };
  await expectRefusal(ada.api.moderation.createReport({ what, reason: 'spam' }), 'ONESELF');
  await ben.api.moderation.createReport({ what, reason: 'spam' });
  const moderator = await person('mod');
  await world.context.database.inTransaction((tx) =>
    identity.grantRole(tx, { account_id: moderator.id, role: 'moderator', by: 'test' }, now),
  );
  const { email, password } = moderator;
  await moderator.api.identity.createSession({ email, password });
  const [matter] = (await moderator.api.moderation.listMatters({})).items;
  expect(matter).toMatchObject({ kind: 'board', title: 'Mended', path: `/boards/${id}`, hidden: false });
  const ruling = { kind: 'board' as const, subject_id: id, reason: 'Spam.' };
  await moderator.api.moderation.createRuling({ ...ruling, decision: 'hide' });
  await expectRefusal(stranger.api.generation.getShownBoard({ id }), 'NOT_FOUND');
  expect(await ada.api.generation.getBoard({ id })).toMatchObject({ hidden: true });
  await expectRefusal(ben.api.moderation.createReport({ what, reason: 'spam' }), 'NOT_FOUND');
  // showing it anew does not bring it back
  await ada.api.generation.updateBoard({ id, visibility: 'unlisted' });
  await expectRefusal(stranger.api.generation.getShownBoard({ id }), 'NOT_FOUND');
});

test('on a board lies what is one’s own or what others show, and whom one does not want to see is not seen there', async () => {
  const pest = await person('pest');
  const [loud, quiet] = [await shown(pest, 'Loud'), await made(pest)];
  const id = await board(ada, 'Kept', [loud]);
  const put = (asset_ids: string[]) => ada.api.generation.createBoardAssets({ id, asset_ids });
  const foreign = await expectRefusal(put([quiet]), 'NOT_FOUND');
  const random = await refusalOf(put([randomUUID()]));
  expect(faceless(foreign)).toEqual(faceless(random));
  await ada.api.generation.updateBoard({ id, visibility: 'public' });
  expect(await titlesOn(id, ben)).toEqual(['Loud']);
  await ben.api.marketplace.blockPerson({ handle: pest.handle, kind: 'mute' });
  expect(await titlesOn(id, ben)).toEqual([]);
  await pest.api.marketplace.blockPerson({ handle: ada.handle, kind: 'block' });
  const another = await shown(pest, 'Another');
  await expectRefusal(put([another]), 'BLOCKED');
  // a muted owner’s boards are in no list of who muted them
  await pest.api.generation.updateBoard({ id: await board(pest, 'Pest', [loud]), visibility: 'public' });
  const owners = async (who: Visitor) =>
    (await who.api.generation.listShownBoards({})).items.map(({ owner }) => owner.handle);
  expect(await owners(stranger)).toContain(pest.handle);
  expect(await owners(ben)).not.toContain(pest.handle);
});

test('eight who like a model are eight, eight times one is one, and its creator is told', async () => {
  const creator = await person('maker');
  await publishedAs(world, { id: creator.id }, 'lagoon');
  const people = await Promise.all(Array.from({ length: 8 }, (_, place) => person(`liker${place}`)));
  const like = (who: Person) => who.api.marketplace.likeModel({ slug: 'lagoon' });
  await Promise.all([...people.map(like), ...Array.from({ length: 8 }, () => like(ada))]);
  expect(await ada.api.marketplace.getModelFacts({ slug: 'lagoon' })).toMatchObject({
    ...{ likes: 9, liked: true, can: { like: { allowed: true } } },
  });
  expect(await told(creator, 'like', 9)).toMatchObject({ title: 'The lagoon', path: '/models/lagoon' });
  expect(await ada.api.marketplace.unlikeModel({ slug: 'lagoon' })).toEqual({ likes: 8, liked: false });
  await told(creator, 'like', 8);
  await creator.api.marketplace.blockPerson({ handle: ada.handle, kind: 'block' });
  await expectRefusal(like(ada), 'BLOCKED');
  await expectRefusal(ada.api.marketplace.likeModel({ slug: 'no-such' }), 'NOT_FOUND');
  await expectRefusal(stranger.api.marketplace.likeModel({ slug: 'lagoon' }), 'NOT_SIGNED_IN');
  // whom one muted is found by others, and not by oneself
  await ben.api.marketplace.blockPerson({ handle: creator.handle, kind: 'mute' });
  const found = async (who: Visitor) =>
    (await who.api.marketplace.exploreModels({ search: 'lagoon' })).items.map(({ model }) => model.slug);
  await eventually('the model is found', async () => (await found(stranger)).includes('lagoon'));
  expect(await found(ben)).toEqual([]);
  expect((await ben.api.marketplace.exploreCreators({ search: creator.handle })).items).toEqual([]);
  // what a blocked person did is not told any more
  await creator.api.marketplace.blockPerson({ handle: people[0]?.handle ?? '', kind: 'mute' });
  await told(creator, 'like', 7);
});

test('who follows somebody is told once of what is new, and who used a model of its next release', async () => {
  const creator = await person('author');
  const [fan, user] = await Promise.all([person('fan'), person('user')]);
  await shown(creator, 'To be followed for');
  await fan.api.marketplace.followCreator({ handle: creator.handle });
  const [one, two] = [await shown(creator, 'One'), await shown(creator, 'Two')];
  const both = await eventually('the fan is told of both', async () => {
    const [found] = await unread(fan, 'shown');
    return found?.at === now.toISOString() && found;
  });
  expect(both).toMatchObject({ path: '/feed', people: [{ handle: creator.handle }], people_count: 1 });
  expect(await unread(fan, 'shown')).toHaveLength(1);
  // shown otherwise is not shown anew; what was all taken back is untold
  await fan.api.marketplace.readNotifications({ until: now.toISOString() });
  now = new Date(now.getTime() + 1000);
  await creator.api.marketplace.showCreation({ id: two, title: 'Two, renamed' });
  await shown(creator, 'By link only', false);
  const three = await shown(creator, 'Three');
  await told(fan, 'shown');
  await creator.api.marketplace.withdrawCreation({ id: three });
  await eventually('it is untold', async () => (await unread(fan, 'shown')).length === 0);
  expect((await fan.api.marketplace.listFeed({})).items.map(({ id }) => id).slice(0, 2)).toEqual([two, one]);
  expect((await fan.api.marketplace.listFeed({ modality: 'music' })).items).toEqual([]);

  await publishedAs(world, { id: creator.id }, 'harbour');
  expect(await told(fan, 'model')).toMatchObject({ title: 'The harbour', path: '/models/harbour' });
  const model = await stranger.api.registry.getModel({ slug: 'harbour' });
  const job = await start(user, { release_id: model.release_id ?? '', input: SMALL });
  await ended(user, job.id);
  const { db } = world.context;
  const harbour = present(await registry.modelBySlug(db, 'harbour'), 'the model');
  const people = () => marketplace.usersOfModel(db, asId<ModelId>(harbour.id));
  await eventually('its people are counted', async () => (await people()) === 1);
  // one is told to nobody
  expect((await stranger.api.marketplace.getModelFacts({ slug: 'harbour' })).people).toBe(0);
  await user.api.marketplace.updateNotificationSwitch({ kind: 'model', on: false });
  await releasedAgain('harbour', '1.1.0', creator);
  expect(await told(user, 'release')).toMatchObject({ title: 'The harbour', path: '/models/harbour' });
  expect(await unread(fan, 'release')).toEqual([]);
});

test('a model says what it costs and pays, what its licence allows, and what it comes from', async () => {
  const facts = await stranger.api.marketplace.getModelFacts({ slug: 'drift' });
  expect(facts.price?.recipients.map(({ role }) => role)).toEqual(['creator', 'platform']);
  const paid = facts.price?.recipients.reduce((sum, { amount_micros }) => sum + BigInt(amount_micros), 0n);
  expect(String(paid)).toBe(facts.price?.price_micros);
  expect(facts.licence).toMatchObject({ commercial_use: true, use_restrictions: false });
  expect(facts.lineage).toMatchObject({ nodes: [{ slug: 'drift', depth: 0 }], edges: [] });
  expect(facts.can).toMatchObject({ like: { allowed: false }, report: { allowed: false } });

  await publishedAs(world, { id: ben.id }, 'reef');
  await releasedAgain('reef', '2.0.0', ben, [release_id]);
  const below = (await stranger.api.marketplace.getModelFacts({ slug: 'reef' })).lineage;
  expect(below.nodes.map(({ slug, depth }) => [slug, depth])).toEqual([
    ['reef', 0],
    ['drift', 1],
  ]);
  expect(below.edges).toMatchObject([{ to: release_id, royalty_ppm: 100_000 }]);
  const above = (await stranger.api.marketplace.getModelFacts({ slug: 'drift' })).lineage;
  expect(above.nodes.map(({ slug, depth }) => [slug, depth])).toEqual([
    ['reef', -1],
    ['drift', 0],
  ]);
  await expectRefusal(stranger.api.marketplace.getModelFacts({ slug: 'no-such' }), 'NOT_FOUND');
});

test('whoever shows or says something has a page, and names only followers who have one too', async () => {
  const [talker, looker, admirer] = await Promise.all(['talker', 'looker', 'admirer'].map(person));
  const page = (of: Person | undefined, who: Visitor = stranger) =>
    who.api.marketplace.getCreator({ handle: of?.handle ?? '' });
  await expectRefusal(page(talker), 'NOT_FOUND');
  expect(await page(talker, talker)).toMatchObject({ can: { follow: { allowed: false } } });
  await talker?.api.marketplace.createComment({ model: 'drift', text: 'Lovely' });
  expect(await page(talker)).toMatchObject({ creations: 0, boards: 0, models: [], people: 0 });
  await admirer?.api.marketplace.createComment({ model: 'drift', text: 'Indeed' });
  const handle = talker?.handle ?? '';
  for (const one of [looker, admirer]) await one?.api.marketplace.followCreator({ handle });
  expect(await page(talker)).toMatchObject({ followers: 2 });
  const named = async (who: Visitor = stranger) =>
    (await who.api.marketplace.listFollowers({ handle })).items.map((one) => one.handle);
  expect(await named()).toEqual([admirer?.handle]);
  await ben.api.marketplace.blockPerson({ handle: admirer?.handle ?? '', kind: 'mute' });
  expect(await named(ben)).toEqual([]);
  await expectRefusal(stranger.api.marketplace.listFollowers({ handle: looker?.handle ?? '' }), 'NOT_FOUND');
});
