import { randomBytes, randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { budgetOf } from '../../server/chart-of-accounts.ts';
import { expirePromo } from '../../server/flows/expire-promo.ts';
import { VERSIONS_MAX } from '../../server/flows/make-link.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { rewardReserved } from '../../server/flows/postings/index.ts';
import { type AccountId, type LinkId, newId, type RewardId } from '../../server/ids.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import * as campaigns from '../../server/modules/campaigns/index.ts';
import { PROMO_LIFE_DAYS, REFERRAL } from '../../server/offers.ts';
import { conflictsOf } from '../../server/views/conflicts.ts';
import { LINKS_MADE_MAX } from '../../server/views/links.ts';
import { idOfPerson } from '../accepted.ts';
import { buy, creditsOf, expectEverythingHolds } from '../acts.ts';
import { BROWSER, openClient, type Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { financePerson } from '../finance.ts';
import { submitted } from '../program.ts';
import * as program from '../../server/modules/program/index.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';

let world: World;
let now = new Date('2026-06-01T10:00:00Z');
let owner: Visitor;
let owner_id: AccountId;
let owner_email: string;
let code: string;
let count = 0;
const daysLater = (days: number) => (now = new Date(now.getTime() + days * DAY_MS));

beforeAll(async () => {
  world = await startWorld({
    ...{ engine: scriptedEngine(), roles: 'web,relay' },
    ...{ clock: { now: () => now }, env: { TRUST_PROXY: 'true' } },
  });
  owner = at('198.51.100.7');
  owner_id = await opened(owner);
  owner_email = (await owner.api.identity.getMe()).account?.email ?? '';
  code = (await linkTo('drift')).code;
});
afterAll(() => world.end());

/** Somebody at an address, as the proxy in front says it. */
const at = (ip: string): Visitor & { ip: string } => ({
  ...openClient(world.url, { headers: { 'x-forwarded-for': ip } }),
  ip,
});
const somewhere = () => at(`203.0.113.${(count += 1)}`);

/** Opens an account, and stays signed in for as long as the story takes. */
async function opened(person: Visitor): Promise<AccountId> {
  const email = `comes-${(count += 1)}@example.org`;
  await person.api.identity.createSignUp({ email, password: PASSWORD, display_name: `Comes ${count}` });
  const account_id = await idOfPerson(person);
  await stays(account_id);
  return account_id;
}

async function stays(account_id: AccountId): Promise<void> {
  const later = new Date(now.getTime() + 400 * DAY_MS);
  await world.context.db
    .updateTable('identity.session')
    .set({ created_at: later, seen_at: later, expires_at: later })
    .where('account_id', '=', account_id)
    .execute();
}

/** The owner of the link signs in once more, here or elsewhere. */
async function ownerSignsIn(person: Visitor): Promise<void> {
  await person.api.identity.createSession({ email: owner_email, password: PASSWORD });
  await stays(owner_id);
}

const linkTo = (name: string, kind: 'model' | 'creator' = 'model') =>
  owner.api.referrals.createLink({ destination: { kind, name }, label: 'In my videos' });
const linkNow = async (which = code) => {
  const { items } = await owner.api.referrals.listLinks({});
  return items.find((link) => link.code === which);
};
const latest = async () => (await owner.api.referrals.listReferrals({})).items[0];

/** What a browser says when a person opens a page; `fetch` would not let it be said. */
const PERSON = {
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'user-agent': BROWSER,
};
async function follow(person: Visitor & { ip: string }, which = code, said: Record<string, string> = PERSON) {
  const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { ...said, 'x-forwarded-for': person.ip, ...(cookie && { cookie }) };
  return new Promise<{ status: number; location: string | undefined; cookies: string[] }>((answer, fail) => {
    get(`${world.url}/r/${which}`, { headers }, (response) => {
      response.resume();
      const cookies = response.headers['set-cookie'] ?? [];
      for (const one of cookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
        person.cookies.set(name, value);
      }
      answer({ status: response.statusCode ?? 0, location: response.headers.location, cookies });
    }).on('error', fail);
  });
}

async function brought(person = somewhere(), which = code): Promise<Visitor & { id: AccountId }> {
  // one after the other, also where they are listed
  now = new Date(now.getTime() + 1_000);
  await follow(person, which);
  return { ...person, id: await opened(person) };
}

/** The reward of somebody, once the news and the timers have brought it there. */
const rewardIs = (account_id: AccountId, state: string) =>
  eventually(`the reward of ${account_id} is ${state}`, async () => {
    await fireTimers(world.context);
    const reward = await campaigns.rewardOfAccount(world.context.db, account_id);
    return reward?.state === state && reward;
  });
const settled = async (account_id: AccountId) => {
  await rewardIs(account_id, 'pending');
  daysLater(REFERRAL.settles_days);
  return rewardIs(account_id, 'settled');
};

test('a link leads on, counts a browser once a day, and brings both a tenth of the first purchase', async () => {
  const guest = somewhere();
  const answer = await follow(guest);
  expect(answer).toMatchObject({ status: 302, location: '/models/drift' });
  await follow(guest);
  expect(await linkNow()).toMatchObject({ clicks: 1, sign_ups: 0, leads_to: { path: '/models/drift' } });
  const id = await opened(guest);
  expect(await linkNow()).toMatchObject({ sign_ups: 1, not_counted: 0, purchases: 0 });
  const mine = await guest.api.referrals.getOwnReferral({});
  expect(mine).toMatchObject({ brought_by: { handle: (await owner.api.identity.getMe()).account?.handle } });

  const before = await creditsOf(owner);
  await buy(guest, 'pack-3000');
  await rewardIs(id, 'pending');
  await expectEverythingHolds(world);
  expect(await linkNow()).toMatchObject({ purchases: 1, pending_micros: '300000000', settled_micros: '0' });
  expect(await creditsOf(owner)).toEqual(before);
  await buy(guest, 'pack-5000');
  daysLater(REFERRAL.settles_days - 1);
  await rewardIs(id, 'pending');
  daysLater(1);
  await rewardIs(id, 'settled');
  expect((await creditsOf(owner)).available).toBe(before.available + 300);
  expect((await creditsOf(guest)).available).toBe(100 + 3150 + 5500 + 300);
  expect(await latest()).toMatchObject({ counts: true, reward: { state: 'settled' }, why: null });
  for (const each of [owner, guest])
    await eventually('both are told, and not of whom', async () => {
      const { items } = await each.api.marketplace.listNotifications({});
      const told = items.find(({ kind }) => kind === 'reward');
      return told?.title === '300 credits' && told.people.length === 0 && told.path === '/wallet';
    });
  expect(JSON.stringify(await owner.api.referrals.listReferrals({}))).not.toContain('Comes');
  await expectEverythingHolds(world);
});

test('a link can lead elsewhere, and ends; its code stays, and nobody else changes it', async () => {
  const link = await linkTo('drift');
  const stranger = somewhere();
  await opened(stranger);
  await expectRefusal(stranger.api.referrals.updateLink({ code: link.code, label: 'Mine' }), 'NOT_FOUND');
  await expectRefusal(stranger.api.referrals.deleteLink({ code: link.code }), 'NOT_FOUND');
  const destination = { kind: 'creator' as const, name: '@mira-solberg' };
  const moved = await owner.api.referrals.updateLink({ code: link.code, destination, label: 'To Mira' });
  expect(moved).toMatchObject({ code: link.code, version: 2, leads_to: { path: '/creators/mira-solberg' } });
  expect(await follow(somewhere(), link.code)).toMatchObject({ location: '/creators/mira-solberg' });
  expect(await owner.api.referrals.deleteLink({ code: link.code })).toMatchObject({
    can: { change: { allowed: false } },
  });
  await expectRefusal(owner.api.referrals.updateLink({ code: link.code, label: 'Again' }), 'LINK_ENDED');
  const late = await follow(somewhere(), link.code);
  expect(late).toMatchObject({ location: '/creators/mira-solberg', cookies: [] });
  await expectRefusal(linkTo('no-such-model'), 'LINK_LEADS_NOWHERE');
  await expectRefusal(linkTo('nobody', 'creator'), 'LINK_LEADS_NOWHERE');
  const nothing = { kind: 'asset' as const, name: 'no-id' };
  await expectRefusal(owner.api.referrals.createLink({ destination: nothing }), 'LINK_LEADS_NOWHERE');
  expect((await follow(somewhere(), 'aaaaaaaaaa')).status).toBe(404);
  expect((await follow(somewhere(), 'not-a-code')).status).toBe(404);
});

test('links that ended are counted too, and so is where one has led to', async () => {
  const many = somewhere();
  const id = await opened(many);
  const make = () => many.api.referrals.createLink({ destination: { kind: 'model', name: 'drift' } });
  const { code } = await make();
  const { db, database } = world.context;
  const link = await db
    .selectFrom('campaigns.link')
    .select('id')
    .where('code', '=', code)
    .executeTakeFirstOrThrow();
  const elsewhere = (version: number) => ({
    ...{ link_id: link.id, version, kind: 'creator', subject_id: id, set_at: now },
  });
  const versions = Array.from({ length: VERSIONS_MAX - 2 }, (_, place) => elsewhere(place + 2));
  await db.insertInto('campaigns.link_destination').values(versions).execute();
  const lead = (name: string) =>
    many.api.referrals.updateLink({ code, destination: { kind: 'model', name } });
  expect(await lead('drift')).toMatchObject({ version: VERSIONS_MAX });
  await expectRefusal(lead('horizon'), 'LINK_MOVED_OFTEN');

  const letter = (place: number) => 'abcdefghjkmnpqrstuvwxyz'[place % 23] ?? '';
  await database.inTransaction(async (tx) => {
    for (let place = 1; place < LINKS_MADE_MAX; place += 1) {
      const ended = newId<LinkId>(now);
      const name = `ended${letter(place)}${letter(Math.floor(place / 23))}zzz`;
      const destination = { kind: 'creator' as const, subject_id: id };
      const made = { id: ended, code: name, owner_id: id, label: '', made_at: now, destination };
      await campaigns.insertLink(tx, made);
      await campaigns.changeLink(tx, ended, { ended_at: now });
    }
  });
  expect(await expectRefusal(make(), 'LINKS_FULL')).toMatchObject({ limit: LINKS_MADE_MAX });
  const list = await many.api.referrals.listLinks({});
  expect(list.items).toHaveLength(LINKS_MADE_MAX);
  expect(list.can.make).toMatchObject({ allowed: false });
});

test('the last link that counts within thirty days is the one that brought somebody', async () => {
  const other = somewhere();
  await opened(other);
  const theirs = await other.api.referrals.createLink({ destination: { kind: 'model', name: 'drift' } });
  const guest = somewhere();
  await follow(guest);
  daysLater(1);
  await follow(guest, theirs.code);
  const id = await opened(guest);
  expect((await campaigns.attributionOf(world.context.db, id))?.owner_id).toBe(await idOfPerson(other));

  const slow = somewhere();
  await follow(slow);
  daysLater(REFERRAL.window_days + 1);
  const late = await opened(slow);
  expect(await campaigns.attributionOf(world.context.db, late)).toBeUndefined();
});

const STUFFED: [string, Record<string, string>][] = [
  ['a picture', { ...PERSON, 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
  ['a frame', { ...PERSON, 'sec-fetch-dest': 'iframe' }],
  ['a script', { ...PERSON, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }],
  ['a page loaded in advance', { ...PERSON, 'sec-purpose': 'prefetch' }],
  ['a robot', { ...PERSON, 'user-agent': 'ExampleBot/1.0 (+https://example.org/bot)' }],
  ['a program', {}],
];
test.each(STUFFED)('%s sets no cookie and brings nobody', async (_what, headers) => {
  const before = await linkNow();
  const guest = somewhere();
  const answer = await follow(guest, code, headers);
  expect(answer).toMatchObject({ status: 302, location: '/models/drift', cookies: [] });
  const id = await opened(guest);
  expect(await campaigns.attributionOf(world.context.db, id)).toBeUndefined();
  expect(await linkNow()).toEqual(before);
  expect(await guest.api.referrals.createTouch({ code })).toMatchObject({ counted: false });
});

test('of a browser that came by very many links the last are looked at', async () => {
  const whence = { device: randomBytes(32), network: null };
  await world.context.database.inTransaction(async (tx) => {
    for (let place = 0; place < campaigns.TOUCHES_MAX + 5; place += 1) {
      const id = newId<LinkId>(now);
      const destination = { kind: 'creator' as const, subject_id: owner_id };
      const letters = [...'abcdefghjkmnpqrstuvwxyz'];
      const link = { id, code: `many${letters[place % 23]}${letters[Math.floor(place / 23)]}zzzz`, owner_id };
      await campaigns.insertLink(tx, { ...link, label: '', made_at: now, destination });
      await campaigns.touchLink(tx, { link_id: id, version: 1, whence, at: new Date(now.getTime() + place) });
    }
  });
  const found = await campaigns.touchesOf(world.context.db, whence.device, now);
  expect(found.map(({ last_at }) => last_at.getTime() - now.getTime())).toEqual(
    Array.from({ length: campaigns.TOUCHES_MAX }, (_, place) => campaigns.TOUCHES_MAX + 4 - place),
  );
});

test('nobody brings themselves, their household, or the same browser twice', async () => {
  await follow(owner as Visitor & { ip: string });
  const same_browser = at('203.0.113.250');
  for (const [name, value] of owner.cookies)
    if (name.includes('device')) same_browser.cookies.set(name, value);
  await brought(same_browser);
  expect(await latest()).toMatchObject({ counts: false, why: expect.stringContaining('browser that you') });

  // she signs in anew: networks are known for a month
  await ownerSignsIn(owner);
  await brought(at('198.51.100.7'));
  expect(await latest()).toMatchObject({ counts: false, why: expect.stringContaining('network') });

  const guest = somewhere();
  const first = await brought(guest);
  expect(await latest()).toMatchObject({ counts: true });
  const again = somewhere();
  for (const [name, value] of first.cookies) if (name.includes('device')) again.cookies.set(name, value);
  const second = await brought(again);
  expect(await latest()).toMatchObject({ counts: false, why: expect.stringContaining('Another account') });
  await buy(second, 'pack-1000');
  await buy(first, 'pack-1000');
  await rewardIs(first.id, 'pending');
  expect(await campaigns.rewardOfAccount(world.context.db, second.id)).toBeUndefined();
  expect((await second.api.referrals.getOwnReferral({})).brought_by).toBeNull();
});

test('of eight who copy one cookie at once, one counts', async () => {
  const guest = somewhere();
  await follow(guest);
  const copies = Array.from({ length: 8 }, () => somewhere());
  for (const copy of copies) for (const [name, value] of guest.cookies) copy.cookies.set(name, value);
  const ids = await Promise.all(copies.map(opened));
  const came = await Promise.all(ids.map((id) => campaigns.attributionOf(world.context.db, id)));
  expect(came.filter((one) => one?.excluded === null)).toHaveLength(1);
  expect(came.filter((one) => one?.excluded === 'second_account').length).toBeLessThanOrEqual(7);
});

test('eight purchases at once begin one reward, and eight timers settle it once', async () => {
  daysLater(REFERRAL.settles_days);
  await fireTimers(world.context);
  const guest = await brought();
  await Promise.all(Array.from({ length: 8 }, () => buy(guest, 'pack-1000')));
  await rewardIs(guest.id, 'pending');
  daysLater(REFERRAL.settles_days);
  const before = (await creditsOf(owner)).available;
  await Promise.all(Array.from({ length: 8 }, () => fireTimers(world.context)));
  expect((await creditsOf(owner)).available).toBe(before + 100);
  await expectEverythingHolds(world);
});

test('who turns out to belong together gets nothing', async () => {
  const guest = await brought();
  await buy(guest, 'pack-1000');
  await rewardIs(guest.id, 'pending');
  // the owner signs in where the guest did
  const borrowed = at('203.0.113.251');
  for (const [name, value] of guest.cookies) if (name.includes('device')) borrowed.cookies.set(name, value);
  await ownerSignsIn(borrowed);
  daysLater(REFERRAL.settles_days);
  expect(await rewardIs(guest.id, 'reversed')).toMatchObject({ reason: 'same_device' });
  await expectEverythingHolds(world);
});

test('a payment that is taken back takes the reward back, before it was given and after', async () => {
  const lena = await financePerson(world, 'lena');
  const lost = async (purchase_id: string) => {
    await lena.api.identity.createSession({ email: lena.email, password: PASSWORD });
    const { id } = await lena.api.finance.createDispute({ id: purchase_id, reference: 'dp' });
    return () => lena.api.finance.createDisputeResolution({ id, outcome: 'lost', note: 'Stolen card' });
  };
  const early = await brought();
  const { purchase_id } = await buy(early, 'pack-1000', randomUUID());
  await rewardIs(early.id, 'pending');
  const resolve = await lost(purchase_id);
  // while the question is open nothing is given
  daysLater(REFERRAL.settles_days);
  await fireTimers(world.context);
  await rewardIs(early.id, 'pending');
  await lena.api.identity.createSession({ email: lena.email, password: PASSWORD });
  await resolve();
  expect(await rewardIs(early.id, 'reversed')).toMatchObject({ reason: 'payment_taken_back' });

  const late = await brought();
  const before = (await creditsOf(owner)).available;
  const bought = await buy(late, 'pack-1000', randomUUID());
  await settled(late.id);
  expect((await creditsOf(owner)).available).toBe(before + 100);
  await (
    await lost(bought.purchase_id)
  )();
  await rewardIs(late.id, 'reversed');
  expect((await creditsOf(owner)).available).toBe(before);
  expect((await creditsOf(late)).available).toBe(100);
  expect(await latest()).toMatchObject({ reward: { state: 'reversed' }, why: 'The payment was taken back.' });
  await expectEverythingHolds(world);
});

test('who brought somebody does not review them, and the other way round', async () => {
  const guest = await brought();
  const application_id = await submitted(world, guest, 'by-link');
  const { db } = world.context;
  const application = await program.applicationById(db, application_id);
  const revision = await program.newestRevision(db, application_id);
  if (!application || !revision) throw new Error('it was submitted');
  const other = await opened(somewhere());
  const conflicts = await conflictsOf(db, { application, revision }, [owner_id, other]);
  expect(conflicts.get(owner_id)).toMatchObject([{ kind: 'referral' }]);
  expect(conflicts.get(other)).toEqual([]);
});

test('what is given expires like all promo credits, back into its budget', async () => {
  daysLater(PROMO_LIFE_DAYS + 1);
  await expirePromo(world.context);
  await expectEverythingHolds(world);
});

test('an empty budget promises nothing, and says so', async () => {
  const { database, db } = world.context;
  const budget = budgetOf('referral');
  const { available } = (await ledger.balances(db, [budget]))(budget);
  const rest = rewardReserved(newId<RewardId>(now), available);
  await database.inTransaction((tx) => ledger.post(tx, rest, now));
  const guest = await brought();
  await buy(guest, 'pack-1000');
  expect(await rewardIs(guest.id, 'refused')).toMatchObject({ reason: 'budget' });
  expect(await latest()).toMatchObject({ why: expect.stringContaining('budget was used up') });
});
