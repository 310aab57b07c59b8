import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotateSlots } from '../../server/flows/rotate-slots.ts';
import type { AccountId } from '../../server/ids.ts';
import * as identity from '../../server/modules/identity/index.ts';
import * as marketplace from '../../server/modules/marketplace/index.ts';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { idOf } from '../finance.ts';
import { expectRefusal, faceless, refusalOf } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

type Person = Awaited<ReturnType<World['member']>> & { handle: string };

let world: World;
let release_id: string;
let maker: Person;
let fan: Person;
let stranger: Visitor;
let now = new Date();
const minutesLater = (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000));

beforeAll(async () => {
  const engine = scriptedEngine(asPrompted);
  world = await startWorld({ engine, clock: { now: () => now } });
  [maker, fan] = await Promise.all([person('maker'), person('fan')]);
  stranger = world.visitor();
  release_id = await releaseOf(maker);
});
afterAll(() => world.end());

async function person(name: string): Promise<Person> {
  const member = await world.member(name);
  const { account } = await member.api.identity.getMe();
  return { ...member, handle: account?.handle ?? '' };
}

async function withRole(name: string, role: 'moderator'): Promise<Person> {
  const member = await person(name);
  await world.context.database.inTransaction(async (tx) => {
    const account = await identity.accountByHandle(tx, member.handle);
    if (account) await identity.grantRole(tx, { account_id: account.id, role, by: 'test' }, now);
  });
  const { email, password } = member;
  await member.api.identity.createSession({ email, password });
  return member;
}

async function made(who: Person = maker, input: Record<string, unknown> = SMALL): Promise<string> {
  const { id } = await start(who, { release_id, input });
  const [asset] = (await ended(who, id)).assets;
  return asset?.id ?? '';
}

async function shown(
  title = 'Silk',
  wish: { show_prompt?: boolean; listed?: boolean } = {},
): Promise<string> {
  const id = await made();
  await maker.api.marketplace.showCreation({ id, title, ...wish });
  return id;
}

const listed = async (who: Visitor = stranger) =>
  (await who.api.marketplace.listCreations({})).items.map(({ id }) => id);
const notificationsOf = async (who: Person) => (await who.api.marketplace.listNotifications({})).items;
const told = (who: Person, kind: string, count = 1) =>
  eventually(`${who.handle} is told of a ${kind}`, async () => {
    const found = (await notificationsOf(who)).find((one) => one.kind === kind && one.read_at === null);
    return found?.people_count === count ? found : false;
  });
test('what is made is nobody else’s until its maker shows it, and then without the prompt', async () => {
  const id = await made();
  await expectRefusal(stranger.api.marketplace.getCreation({ id }), 'NOT_FOUND');
  const page = await maker.api.marketplace.showCreation({ id, title: '  Silk at dawn ' });
  expect(page).toMatchObject({
    id,
    title: 'Silk at dawn',
    prompt: null,
    listed: true,
    likes: 0,
    comments: 0,
  });
  const seen = await stranger.api.marketplace.getCreation({ id });
  expect(seen).toMatchObject({ maker: { handle: maker.handle }, model: { slug: 'drift' } });
  expect(seen.settings).toMatchObject({ width: 256, height: 256 });
  expect(JSON.stringify(seen)).not.toContain('golden silk');
  expect(JSON.stringify(await stranger.api.marketplace.listCreations({}))).not.toContain('golden silk');
  expect((await fetch(seen.url)).status).toBe(200);

  await maker.api.marketplace.showCreation({ id, title: 'Silk', show_prompt: true });
  const told_all = await stranger.api.marketplace.getCreation({ id });
  expect(told_all).toMatchObject({
    title: 'Silk',
    prompt: 'golden silk',
    settings: { prompt: 'golden silk' },
  });
  expect(told_all.published_at).toBe(seen.published_at);
  expect(await listed()).toContain(id);
  expect((await stranger.api.marketplace.listCreations({ modality: 'music' })).items).toEqual([]);
  expect(
    (await stranger.api.marketplace.listCreations({ model: 'drift', maker: maker.handle })).items,
  ).toHaveLength(1);
  expect((await stranger.api.marketplace.getCreator({ handle: maker.handle })).models).toEqual([]);
});

test('it is taken back at once, goes into the bin with its asset, and does not come out by itself', async () => {
  const id = await shown();
  const unlisted = await shown('By link', { listed: false });
  expect(await listed()).not.toContain(unlisted);
  expect(await stranger.api.marketplace.getCreation({ id: unlisted })).toMatchObject({ listed: false });
  await maker.api.marketplace.withdrawCreation({ id });
  await expectRefusal(stranger.api.marketplace.getCreation({ id }), 'NOT_FOUND');
  await expectRefusal(maker.api.marketplace.withdrawCreation({ id }), 'NOT_FOUND');
  expect(await listed()).not.toContain(id);
  await maker.api.marketplace.showCreation({ id, title: 'Again' });
  await maker.api.generation.deleteAsset({ id });
  await expectRefusal(fan.api.marketplace.getCreation({ id }), 'NOT_FOUND');
  await expectRefusal(maker.api.marketplace.showCreation({ id, title: 'In the bin' }), 'IN_THE_BIN');
  await maker.api.generation.createRestoration({ id });
  await expectRefusal(fan.api.marketplace.getCreation({ id }), 'NOT_FOUND');
  expect(await listed()).not.toContain(id);
});

test('only one’s own is shown, under words that may stand there', async () => {
  const id = await made();
  const titled = (title: string, who: Person = maker) => who.api.marketplace.showCreation({ id, title });
  const foreign = await expectRefusal(titled('Mine', fan), 'NOT_FOUND');
  const random = await refusalOf(fan.api.marketplace.showCreation({ id: randomUUID(), title: 'Mine' }));
  expect(faceless(foreign)).toEqual(faceless(random));
  await expectRefusal(titled('child porn'), 'WORDS_REFUSED');
  await expectRefusal(titled('   '), 'INVALID_INPUT');
  await expectRefusal(titled('two\nlines'), 'INVALID_INPUT');
  await expectRefusal(stranger.api.marketplace.showCreation({ id, title: 'Mine' }), 'NOT_SIGNED_IN');
});

test('eight who like it are eight, eight times one is one, and one’s own likes do not rank', async () => {
  const id = await shown('Liked');
  const people = await Promise.all(Array.from({ length: 8 }, (_, place) => person(`liker${place}`)));
  const like = (who: Person) => who.api.marketplace.likeCreation({ id });
  await Promise.all([...people.map(like), ...Array.from({ length: 8 }, () => like(maker))]);
  const row = () =>
    world.context.db
      .selectFrom('marketplace.creation')
      .select(['likes', 'likes_of_others'])
      .where('asset_id', '=', id)
      .executeTakeFirstOrThrow();
  expect(await row()).toEqual({ likes: 9n, likes_of_others: 8n });
  const notification = await told(maker, 'like', 8);
  expect(notification).toMatchObject({ title: 'Liked', path: `/assets/${id}`, people_count: 8 });
  expect(notification.people).toHaveLength(3);
  const unlike = (who: Person) => who.api.marketplace.unlikeCreation({ id });
  expect(await unlike(maker)).toEqual({ likes: 8, liked: false });
  await Promise.all(people.slice(0, 4).flatMap((who) => [unlike(who), unlike(who)]));
  expect(await row()).toEqual({ likes: 4n, likes_of_others: 4n });
  await told(maker, 'like', 4);
  expect(await people[7]?.api.marketplace.getCreation({ id })).toMatchObject({ likes: 4, liked: true });
  await expectRefusal(fan.api.marketplace.likeCreation({ id: randomUUID() }), 'NOT_FOUND');
});

test('people comment, answer each other and name each other, and everybody is told once', async () => {
  const id = await shown('Talked of');
  const third = await person('third');
  const { api } = fan;
  const first = await api.marketplace.createComment({ creation: id, text: ` Lovely, @${third.handle}! ` });
  expect(first).toMatchObject({
    text: `Lovely, @${third.handle}!`,
    author: { handle: fan.handle },
    replies: [],
  });
  const reply = await maker.api.marketplace.createComment({
    ...{ creation: id, reply_to: first.id },
    text: `Thank you @${fan.handle}`,
  });
  await expectRefusal(
    api.marketplace.createComment({ creation: id, reply_to: reply.id, text: 'Deeper' }),
    'REPLY_TOO_DEEP',
  );
  const { items } = await stranger.api.marketplace.listComments({ creation: id });
  expect(items.map(({ text, replies }) => [text, replies.map((one) => one.text)])).toEqual([
    [`Lovely, @${third.handle}!`, [`Thank you @${fan.handle}`]],
  ]);
  expect((await stranger.api.marketplace.getCreation({ id })).comments).toBe(2);
  expect(await told(maker, 'comment')).toMatchObject({
    path: `/assets/${id}`,
    people: [{ handle: fan.handle }],
  });
  expect(await told(third, 'mention')).toMatchObject({ path: `/assets/${id}#comment-${first.id}` });
  expect(await told(fan, 'reply')).toMatchObject({ title: 'Talked of' });
  expect((await notificationsOf(fan)).filter(({ kind }) => kind === 'mention')).toEqual([]);

  const eight = Array.from({ length: 8 }, (_, place) =>
    api.marketplace.createComment({ creation: id, text: `Number ${place}` }),
  );
  await Promise.all(eight);
  expect((await stranger.api.marketplace.getCreation({ id })).comments).toBe(10);

  await expectRefusal(third.api.marketplace.updateComment({ id: first.id, text: 'Mine' }), 'NOT_FOUND');
  expect(await api.marketplace.updateComment({ id: first.id, text: 'Lovelier' })).toMatchObject({
    text: 'Lovelier',
    edited_at: now.toISOString(),
  });
  minutesLater(15);
  await expectRefusal(api.marketplace.updateComment({ id: first.id, text: 'Ugly' }), 'EDIT_TOO_LATE');
  await expectRefusal(third.api.marketplace.deleteComment({ id: first.id }), 'NOT_FOUND');
  await maker.api.marketplace.deleteComment({ id: first.id });
  await expectRefusal(api.marketplace.deleteComment({ id: first.id }), 'NOT_FOUND');
  const after = (await stranger.api.marketplace.listComments({ creation: id })).items.at(-1);
  expect(after).toMatchObject({ text: null, author: { handle: 'gone' }, replies: [{ id: reply.id }] });
  await expectRefusal(
    api.marketplace.createComment({ creation: id, reply_to: first.id, text: 'Still?' }),
    'NOT_FOUND',
  );
});

test('comments hold to plain words, and pages of them do not overlap', async () => {
  const { api } = fan;
  const say = (text: string) => api.marketplace.createComment({ model: 'vitrail', text });
  await expectRefusal(say('x'.repeat(2001)), 'INVALID_INPUT');
  await expectRefusal(say('bell \u0007'), 'INVALID_INPUT');
  await expectRefusal(say('i want child porn'), 'WORDS_REFUSED');
  await expectRefusal(api.marketplace.createComment({ model: 'no-such', text: 'Hello' }), 'NOT_FOUND');
  await expectRefusal(api.marketplace.createComment({ text: 'Hello' }), 'INVALID_INPUT');
  for (const text of ['one', 'two\nlines', 'three']) await say(text);
  const page = await stranger.api.marketplace.listComments({ model: 'vitrail', limit: 2 });
  const cursor = page.next_cursor ?? '';
  const rest = await stranger.api.marketplace.listComments({ model: 'vitrail', limit: 2, cursor });
  expect([...page.items, ...rest.items].map(({ text }) => text)).toEqual(['three', 'two\nlines', 'one']);
  await expectRefusal(stranger.api.marketplace.listComments({ model: 'drift', cursor }), 'INVALID_INPUT');

  const { api: talker } = await person('talker');
  const all = await Promise.allSettled(
    Array.from({ length: 40 }, () => talker.marketplace.createComment({ model: 'mandala', text: 'Hello' })),
  );
  const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(refused).toEqual(Array.from({ length: 10 }, () => 'RATE_LIMITED'));
});

test('a model is rated by those who used it and do not earn by it, once each', async () => {
  const rater = await person('rater');
  const { api } = rater;
  const rate = (stars: number, text = '') => api.marketplace.rateModel({ slug: 'drift', stars, text });
  await expectRefusal(rate(5), 'NOT_USED');
  await made(rater);
  expect(await rate(2, 'Muddy.')).toMatchObject({ count: 1, average: 2, mine: { stars: 2, text: 'Muddy.' } });
  expect(await maker.api.marketplace.rateModel({ slug: 'drift', stars: 5 })).toMatchObject({ average: 3.5 });
  await Promise.all(Array.from({ length: 8 }, () => rate(4, 'Better now.')));
  const ratings = await stranger.api.marketplace.listRatings({ slug: 'drift' });
  expect(ratings).toMatchObject({ count: 2, average: 4.5, distribution: [0, 0, 0, 1, 1], mine: null });
  const { creator } = await stranger.api.registry.getModel({ slug: 'drift' });
  const author = await world.creator(creator.handle);
  await expectRefusal(author.api.marketplace.rateModel({ slug: 'drift', stars: 5 }), 'RELATED_RATING');
  await expectRefusal(api.marketplace.rateModel({ slug: 'no-such', stars: 5 }), 'NOT_FOUND');
  await expectRefusal(api.marketplace.rateModel({ slug: 'drift', stars: 6 }), 'INVALID_INPUT');
  expect(await api.marketplace.unrateModel({ slug: 'drift' })).toMatchObject({ count: 1, mine: null });
  await expectRefusal(api.marketplace.unrateModel({ slug: 'drift' }), 'NOT_FOUND');
});

test('whoever is blocked cannot come near, and whoever is muted is not seen', async () => {
  const id = await shown('Guarded');
  const pest = await person('pest');
  const { api } = pest;
  await api.marketplace.followCreator({ handle: maker.handle });
  const comment = await api.marketplace.createComment({ creation: id, text: 'Pest was here' });
  const keep = (kind: 'block' | 'mute', handle = pest.handle) =>
    maker.api.marketplace.blockPerson({ handle, kind });
  expect((await keep('block')).items).toMatchObject([{ person: { handle: pest.handle }, kind: 'block' }]);
  await expectRefusal(api.marketplace.likeCreation({ id }), 'BLOCKED');
  await expectRefusal(api.marketplace.createComment({ creation: id, text: 'Again' }), 'BLOCKED');
  await expectRefusal(api.marketplace.followCreator({ handle: maker.handle }), 'BLOCKED');
  await expectRefusal(
    maker.api.marketplace.createComment({ creation: id, reply_to: comment.id, text: 'Go' }),
    'BLOCKED',
  );
  expect((await stranger.api.marketplace.getCreator({ handle: maker.handle })).followers).toBe(0);
  expect((await api.marketplace.getCreation({ id })).can.like).toMatchObject({ allowed: false });
  const other = await person('other');
  const elsewhere = await api.marketplace.createComment({ model: 'drift', text: `Look, @${maker.handle}` });
  const witness = await other.api.marketplace.createComment({
    model: 'drift',
    text: `Hello @${maker.handle}`,
  });
  expect(await told(maker, 'mention')).toMatchObject({ path: `/models/drift#comment-${witness.id}` });
  const seen = async (who: Visitor) =>
    (await who.api.marketplace.listComments({ model: 'drift' })).items.map((one) => one.id);
  expect(await seen(maker)).not.toContain(elsewhere.id);
  expect(await seen(stranger)).toContain(elsewhere.id);
  expect(await maker.api.marketplace.unblockPerson({ handle: pest.handle, kind: 'block' })).toEqual({
    items: [],
  });
  await keep('mute');
  await api.marketplace.likeCreation({ id });
  await other.api.marketplace.likeCreation({ id });
  expect(await told(maker, 'like')).toMatchObject({ people: [{ handle: other.handle }] });
  await expectRefusal(keep('mute', maker.handle), 'ONESELF');
  await expectRefusal(keep('mute', 'nobody-at-all'), 'NOT_FOUND');
});

test('whoever is muted stands in no list, in no featured place, and in nothing that one was told', async () => {
  const reader = await person('reader');
  const { api } = reader;
  const mine = await made(reader);
  await api.marketplace.showCreation({ id: mine, title: 'Of the reader' });
  const mira = await world.creator('mira-solberg');
  await mira.api.marketplace.likeCreation({ id: mine });
  await fan.api.marketplace.likeCreation({ id: mine });
  await told(reader, 'like', 2);
  await api.marketplace.readNotifications({ until: now.toISOString() });
  await rotateSlots(world.context);
  const creators = async (who: Visitor) => {
    const places = await Promise.all(
      (['home_hero', 'home_rail', 'explore_models', 'explore_images'] as const).map(
        async (surface) => (await who.api.slots.listFeatured({ surface })).items,
      ),
    );
    const listed = (await who.api.registry.listModels({ limit: 60 })).items;
    return [...places.flat().map(({ model }) => model), ...listed].map(({ creator }) => creator.handle);
  };
  expect(await creators(reader)).toContain('mira-solberg');
  await api.marketplace.blockPerson({ handle: 'mira-solberg', kind: 'mute' });
  expect(await creators(reader)).not.toContain('mira-solberg');
  expect(await creators(stranger)).toContain('mira-solberg');
  const [left] = (await api.marketplace.listNotifications({})).items.filter(({ kind }) => kind === 'like');
  expect(left).toMatchObject({ people_count: 1, people: [{ handle: fan.handle }] });
});

test('of one person nobody has more than some of a kind to read, however many they make', async () => {
  const reader = await person('much-named');
  const [id, busy, other] = [await idOf(reader), await idOf(maker), await idOf(fan)];
  const { database, clock } = world.context;
  const named = (actor_id: AccountId) => ({
    ...{ person_id: id, kind: 'mention' as const, about: randomUUID(), actor_id },
  });
  const tell = (actor: AccountId, times: number) =>
    database.inTransaction((tx) =>
      marketplace.tellPeople(
        tx,
        Array.from({ length: times }, () => named(actor)),
        clock.now(),
      ),
    );
  const unread = () => marketplace.countUnread(world.context.db, id);
  await tell(busy, marketplace.UNREAD_OF_ONE_MAX + 5);
  expect(await unread()).toBe(marketplace.UNREAD_OF_ONE_MAX);
  expect(await tell(other, 1)).toEqual([id]);
  await reader.api.marketplace.readNotifications({ until: now.toISOString() });
  expect(await tell(busy, 1)).toEqual([id]);
});

test('what one is told is switched off by kind, marked as read, and counted live', async () => {
  const watcher = await person('watcher');
  const { api } = watcher;
  const id = await made(watcher);
  await api.marketplace.showCreation({ id, title: 'Watched' });
  const admirer = await person('admirer');
  const over = new AbortController();
  const counts: number[] = [];
  const watching = (async () => {
    const events = await api.marketplace.watchNotifications({}, { signal: over.signal });
    for await (const { unread } of events) counts.push(unread);
  })().catch(() => undefined);
  await eventually('the stream says how many', () => Promise.resolve(counts.length > 0));
  expect(counts).toEqual([0]);
  await api.marketplace.updateNotificationSwitch({ kind: 'like', on: false });
  await fan.api.marketplace.likeCreation({ id });
  await admirer.api.marketplace.createComment({ creation: id, text: 'Seen' });
  await eventually('the comment is told live', () => Promise.resolve(counts.at(-1) === 1));
  const [notification, ...others] = (await notificationsOf(watcher)).filter(
    ({ read_at }) => read_at === null,
  );
  expect([notification?.kind, others]).toEqual(['comment', []]);
  expect((await api.marketplace.getNotificationSwitches({})).kinds).toContainEqual({
    kind: 'like',
    on: false,
  });
  await fan.api.marketplace.readNotifications({ id: notification?.id ?? '' });
  expect(await api.marketplace.getUnread({})).toEqual({ unread: 1 });
  expect(await api.marketplace.readNotifications({ id: notification?.id ?? '' })).toEqual({ unread: 0 });
  await eventually('reading is told live', () => Promise.resolve(counts.at(-1) === 0));
  await api.marketplace.updateNotificationSwitch({ kind: 'like', on: true });
  over.abort();
  await watching;
});

test('the feed holds what those show whom one follows', async () => {
  const reader = await person('reader');
  expect((await reader.api.marketplace.listFeed({})).items).toEqual([]);
  await reader.api.marketplace.followCreator({ handle: maker.handle });
  expect(await told(maker, 'follow')).toMatchObject({ path: `/creators/${reader.handle}` });
  const id = await shown('Fresh');
  const page = await reader.api.marketplace.listFeed({ limit: 1 });
  expect(page.items).toMatchObject([{ id, title: 'Fresh' }]);
  const rest = await reader.api.marketplace.listFeed({ limit: 1, cursor: page.next_cursor ?? '' });
  expect(rest.items[0]?.id).not.toBe(id);
  await reader.api.marketplace.blockPerson({ handle: maker.handle, kind: 'mute' });
  expect((await reader.api.marketplace.listFeed({})).items).toEqual([]);
  expect(await listed(reader)).not.toContain(id);
});

test('what is reported is decided by one moderator, told with its reason, and objected to once', async () => {
  const [first, second] = [await withRole('modone', 'moderator'), await withRole('modtwo', 'moderator')];
  const owner = await person('owner');
  const id = await made(owner);
  await owner.api.marketplace.showCreation({ id, title: 'Reported' });
  const what = { kind: 'creation', id } as const;
  const report = (who: Visitor) => who.api.moderation.createReport({ what, reason: 'copied', text: 'Mine.' });
  await Promise.allSettled(Array.from({ length: 8 }, () => report(fan)));
  await expectRefusal(report(fan), 'REPORTED_ALREADY');
  await expectRefusal(report(owner), 'ONESELF');
  await expectRefusal(
    fan.api.moderation.createReport({ what: { kind: 'creation', id: randomUUID() }, reason: 'spam' }),
    'NOT_FOUND',
  );
  const open = await first.api.moderation.listMatters({});
  expect(open).toMatchObject({ open: 1, items: [{ subject_id: id, title: 'Reported', reports_count: 1 }] });
  expect(JSON.stringify(open)).not.toContain(fan.handle);

  const rule = (who: Person, decision: 'nothing' | 'hide' | 'restore') =>
    who.api.moderation.createRuling({ kind: 'creation', subject_id: id, decision, reason: 'It is a copy.' });
  await expectRefusal(rule(fan, 'hide'), 'NOT_ALLOWED');
  await expectRefusal(rule(first, 'restore'), 'RULING_REFUSED');
  const both = await Promise.allSettled([rule(first, 'hide'), rule(first, 'hide')]);
  expect(both.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))).toEqual([
    'NOTHING_TO_DECIDE',
  ]);
  await expectRefusal(stranger.api.marketplace.getCreation({ id }), 'NOT_FOUND');
  expect(await listed()).not.toContain(id);
  expect((await owner.api.marketplace.getCreation({ id })).hidden).toEqual({ reason: 'It is a copy.' });
  // showing it again does not bring it back
  await owner.api.marketplace.showCreation({ id, title: 'Reported' });
  await expectRefusal(stranger.api.marketplace.getCreation({ id }), 'NOT_FOUND');
  expect(await eventuallyTold(owner, 'ruling')).toMatchObject({ text: 'It is a copy.', people: [] });

  const [ruling] = (await owner.api.moderation.listOwnRulings({})).items;
  expect(ruling).toMatchObject({ title: 'Reported', decision: 'hide', can: { object: { allowed: true } } });
  const object = (who: Person) =>
    who.api.moderation.createObjection({ id: ruling?.id ?? '', text: 'It is mine.' });
  await expectRefusal(object(fan), 'NOT_FOUND');
  await object(owner);
  await expectRefusal(object(owner), 'OBJECTED_ALREADY');
  await expectRefusal(rule(first, 'restore'), 'SECOND_PERSON_NEEDED');
  await expectRefusal(rule(second, 'nothing'), 'RULING_REFUSED');
  expect(await rule(second, 'restore')).toMatchObject({ hidden: false, objection: null });
  expect(await stranger.api.marketplace.getCreation({ id })).toMatchObject({ title: 'Reported' });
  const [newest] = (await owner.api.moderation.listOwnRulings({})).items;
  await expectRefusal(
    owner.api.moderation.createObjection({ id: newest?.id ?? '', text: 'Why?' }),
    'OBJECTED_ALREADY',
  );
});

const eventuallyTold = (who: Person, kind: string) =>
  eventually(`${who.handle} is told of a ${kind}`, async () =>
    (await notificationsOf(who)).find((one) => one.kind === kind),
  );

test('nobody decides about what is theirs or what they reported; models and people are not hidden here', async () => {
  const judge = await withRole('judge', 'moderator');
  const comment = await judge.api.marketplace.createComment({ model: 'drift', text: 'My own' });
  await fan.api.moderation.createReport({ what: { kind: 'comment', id: comment.id }, reason: 'spam' });
  const rule = (
    kind: 'comment' | 'model' | 'person',
    subject_id: string,
    decision: 'hide' | 'nothing',
    who = judge,
  ) => who.api.moderation.createRuling({ kind, subject_id, decision, reason: 'Looked at.' });
  await expectRefusal(rule('comment', comment.id, 'hide'), 'OWN_INTEREST');
  const other = await withRole('otherjudge', 'moderator');
  expect(await rule('comment', comment.id, 'hide', other)).toMatchObject({ hidden: true });
  const seen = (await stranger.api.marketplace.listComments({ model: 'drift' })).items;
  expect(seen.find(({ id }) => id === comment.id)).toMatchObject({ text: null, hidden: true });

  await other.api.moderation.createReport({ what: { kind: 'model', slug: 'drift' }, reason: 'other' });
  await judge.api.moderation.createReport({ what: { kind: 'person', handle: fan.handle }, reason: 'hate' });
  const { items } = await judge.api.moderation.listMatters({});
  const model = items.find(({ kind }) => kind === 'model')?.subject_id ?? '';
  const someone = items.find(({ kind }) => kind === 'person')?.subject_id ?? '';
  await expectRefusal(rule('person', someone, 'nothing'), 'SECOND_PERSON_NEEDED');
  await expectRefusal(rule('model', model, 'hide'), 'RULING_REFUSED');
  await rule('model', model, 'nothing');
  await expectRefusal(rule('model', model, 'nothing'), 'NOTHING_TO_DECIDE');
  await expectRefusal(rule('model', randomUUID(), 'nothing'), 'NOT_FOUND');
});
