import { ORPCError } from '@orpc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS } from '../../server/kit/clock.ts';
import { eventually } from '../eventually.ts';
import { publishedAs } from '../own-models.ts';
import { type Person, person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let now = new Date('2026-06-01T10:00:00Z');
let ada: Person;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock: { now: () => now }, roles: 'web,relay' });
  ada = await person(world, 'Ada', 'creator');
  ben = await person(world, 'Ben', 'creator');
  cleo = await person(world, 'Cleo', 'creator');
  await publishedAs(world, ada, 'tide');
});
afterAll(() => world.end());

/** Done, or the name of the refusal. */
const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof ORPCError ? error.code : error),
  );

const OFFER = { words: 'You tune it for night scenes.', partner_ppm: 300_000, owner: 'me' as const };
const propose = (change: Record<string, unknown> = {}, who = ada) =>
  who.api.collaborations.createCollaboration({ handle: ben.handle, model: 'tide', offer: OFFER, ...change });

test('an offer, another one and an agreement become a split that everybody consents to', async () => {
  const { id, version } = await propose();
  await expectRefusal(propose(), 'COLLABORATION_WAITS');
  await eventually('Ben is told', async () => {
    const { items } = await ben.api.marketplace.listNotifications({});
    return items.some(
      ({ kind, path }) => kind === 'collaboration' && path === `/program/collaborations/${id}`,
    );
  });
  // to anybody else it does not exist
  await expectRefusal(cleo.api.collaborations.getCollaboration({ id }), 'NOT_FOUND');
  await expectRefusal(cleo.api.collaborations.createCollaborationAgreement({ id, version }), 'NOT_FOUND');
  await expectRefusal(cleo.api.collaborations.createCollaborationMessage({ id, text: 'Hello' }), 'NOT_FOUND');
  // whoever offered waits for the other
  await expectRefusal(ada.api.collaborations.createCollaborationAgreement({ id, version }), 'NOT_NOW');
  await expectRefusal(ada.api.collaborations.createCollaborationRefusal({ id }), 'NOT_NOW');
  await expectRefusal(ben.api.collaborations.deleteCollaboration({ id }), 'NOT_NOW');
  await ben.api.collaborations.createCollaborationMessage({ id, text: 'Gladly, for a little more.' });

  const offer = { ...OFFER, words: 'With the night scenes.', partner_ppm: 400_000, owner: 'them' as const };
  const countered = await ben.api.collaborations.createCounterOffer({ id, version, offer });
  expect(countered).toMatchObject({
    waits_for_me: false,
    partner_ppm: 400_000,
    owner: { handle: ada.handle },
  });
  await expectRefusal(ada.api.collaborations.createCollaborationAgreement({ id, version }), 'STATE_CHANGED');
  const agreed = await ada.api.collaborations.createCollaborationAgreement({
    id,
    version: countered.version,
  });
  expect(agreed).toMatchObject({ state: 'agreed', became: { kind: 'split', slug: 'tide' } });
  expect(agreed.offers).toHaveLength(2);
  expect(agreed.messages).toMatchObject([{ by: { handle: ben.handle } }]);

  const [invitation] = (await ben.api.program.listInvitations({})).items;
  expect(invitation).toMatchObject({ mine: { part_ppm: 400_000 }, can: { answer: { allowed: true } } });
  await ben.api.program.createInvitationAnswer({ id: invitation?.proposal.id ?? '', answer: 'accepted' });
  now = new Date(now.getTime() + 8 * DAY_MS);
  await fireTimers(world.context);
  expect((await ada.api.program.getSplit({ slug: 'tide' })).parts).toMatchObject([
    { part_ppm: 600_000 },
    { person: { handle: ben.handle }, part_ppm: 400_000 },
  ]);
});

test('of eight who answer at once one does, and what cannot be agreed to changes nothing', async () => {
  const { id, version } = await propose({ handle: cleo.handle, offer: { ...OFFER, partner_ppm: 700_000 } });
  // Ben has 40 % already
  const answer = () => cleo.api.collaborations.createCollaborationAgreement({ id, version });
  await expectRefusal(answer(), 'TEAM_REFUSED');
  const offer = { ...OFFER, partner_ppm: 100_000 };
  const countered = await cleo.api.collaborations.createCounterOffer({ id, version, offer });
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () =>
      outcomeOf(ada.api.collaborations.createCollaborationAgreement({ id, version: countered.version })),
    ),
  );
  expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
  expect(outcomes.filter((one) => one === 'NOT_NOW')).toHaveLength(7);
  const { proposals } = await ada.api.program.getSplit({ slug: 'tide' });
  expect(proposals.filter(({ state }) => state === 'proposed')).toHaveLength(1);
});

test('a model to come is a plan, and becomes the team of an application', async () => {
  const plan = { model: null, title: 'Songs of water', offer: { ...OFFER, owner: 'them' } };
  const { id, version } = await propose(plan);
  await ben.api.collaborations.createCollaborationAgreement({ id, version });
  await expectRefusal(ada.api.collaborations.createPlannedApplication({ id }), 'NOT_NOW');
  const application = await ben.api.collaborations.createPlannedApplication({ id });
  expect(await ben.api.program.getApplication(application)).toMatchObject({
    draft: { title: 'Songs of water', team: [{ handle: ada.handle, part_ppm: 300_000 }] },
  });
  await expectRefusal(ben.api.collaborations.createPlannedApplication({ id }), 'NOT_NOW');
});

test('it is declined, taken back, or runs out', async () => {
  const plan = (title: string) => propose({ model: null, title });
  const declined = await plan('One');
  expect(await ben.api.collaborations.createCollaborationRefusal({ id: declined.id })).toMatchObject({
    state: 'declined',
  });
  const back = await plan('Two');
  expect(await ada.api.collaborations.deleteCollaboration({ id: back.id })).toMatchObject({
    state: 'withdrawn',
  });
  const late = await plan('Three');
  now = new Date(now.getTime() + 31 * DAY_MS);
  const { id, version } = late;
  await expectRefusal(
    ben.api.collaborations.createCollaborationAgreement({ id, version }),
    'COLLABORATION_EXPIRED',
  );
  await fireTimers(world.context);
  expect(await ada.api.collaborations.getCollaboration({ id })).toMatchObject({ state: 'expired' });
  await expectRefusal(ada.api.collaborations.deleteCollaboration({ id }), 'NOT_NOW');
});

test('what one of the two writes is reported by the other, and a moderator reads that message alone', async () => {
  const { id } = await propose({ handle: ada.handle, model: null, title: 'Songs of rain' }, ben);
  for (const text of ['Hello.', 'You are a thief.']) {
    now = new Date(now.getTime() + 1_000);
    await ben.api.collaborations.createCollaborationMessage({ id, text });
  }
  const messagesFor = async (who: Person) => (await who.api.collaborations.getCollaboration({ id })).messages;
  const last = (await messagesFor(ada)).at(-1);
  expect(last?.can.report.allowed).toBe(true);
  const what = { kind: 'message' as const, id: last?.id ?? '' };
  const report = (who: Person) => who.api.moderation.createReport({ what, reason: 'hate' });
  await expectRefusal(report(cleo), 'NOT_FOUND');
  await expectRefusal(report(ben), 'ONESELF');
  await report(ada);
  await expectRefusal(report(ada), 'REPORTED_ALREADY');
  const moderator = await person(world, 'Mo', 'moderator');
  const [matter] = (await moderator.api.moderation.listMatters({})).items;
  expect(matter).toMatchObject({
    ...{ kind: 'message', title: 'A message about “Songs of rain”', text: 'You are a thief.' },
    path: `/creators/${ben.handle}`,
  });
  expect(JSON.stringify(matter)).not.toContain('Hello.');
  await expectRefusal(moderator.api.collaborations.getCollaboration({ id }), 'NOT_FOUND');
  const ruling = { kind: 'message' as const, subject_id: what.id, reason: 'This is an insult.' };
  await moderator.api.moderation.createRuling({ ...ruling, decision: 'hide' });
  expect((await messagesFor(ada)).map(({ text, hidden }) => [text, hidden])).toEqual([
    ['Hello.', false],
    [null, true],
  ]);
  expect((await messagesFor(ben)).at(-1)).toMatchObject({ text: 'You are a thief.', hidden: true });
  const [told] = (await ben.api.moderation.listOwnRulings({})).items;
  await ben.api.moderation.createObjection({ id: told?.id ?? '', text: 'It was a joke between us.' });
  const second = await person(world, 'Mia', 'moderator');
  await second.api.moderation.createRuling({ ...ruling, decision: 'restore', reason: 'A joke.' });
  expect((await messagesFor(ada)).at(-1)).toMatchObject({ text: 'You are a thief.', hidden: false });
  await ben.api.collaborations.deleteCollaboration({ id });
});

test('the words of an offer are reported too; hidden, they still hold for the two', async () => {
  const words = 'Half of it, or I tell everybody what you did.';
  const { id } = await propose(
    { handle: ada.handle, model: null, title: 'Songs of hail', offer: { ...OFFER, words } },
    ben,
  );
  const offerFor = async (who: Person) =>
    present((await who.api.collaborations.getCollaboration({ id })).offers[0], 'an offer');
  const what = { kind: 'offer' as const, id: (await offerFor(ada)).id };
  const report = (who: Person) => who.api.moderation.createReport({ what, reason: 'hate' });
  await expectRefusal(report(cleo), 'NOT_FOUND');
  await expectRefusal(report(ben), 'ONESELF');
  await report(ada);
  const moderator = await person(world, 'Max', 'moderator');
  const [matter] = (await moderator.api.moderation.listMatters({})).items;
  expect(matter).toMatchObject({ kind: 'offer', title: 'An offer about “Songs of hail”', text: words });
  await moderator.api.moderation.createRuling({
    ...{ kind: 'offer', subject_id: what.id, decision: 'hide', reason: 'This is a threat.' },
  });
  expect(await offerFor(ada)).toMatchObject({
    words: null,
    hidden: true,
    can: { report: { allowed: false } },
  });
  expect(await offerFor(ben)).toMatchObject({ words, partner_ppm: OFFER.partner_ppm });
  await ben.api.collaborations.deleteCollaboration({ id });
});

test('what is not theirs, who is no creator, who is blocked, and too much in a day is refused', async () => {
  const member = await person(world, 'Mo');
  await expectRefusal(propose({ handle: member.handle }), 'COLLABORATOR_REFUSED');
  await expectRefusal(propose({ handle: ada.handle }), 'COLLABORATOR_REFUSED');
  await expectRefusal(propose({ model: 'drift' }), 'COLLABORATOR_REFUSED');
  await expectRefusal(propose({ model: null }), 'COLLABORATOR_REFUSED');
  await expectRefusal(propose({}, member), 'NOT_ALLOWED');
  await expectRefusal(propose({ offer: { ...OFFER, words: 'nude child' } }), 'WORDS_REFUSED');
  const { id, version } = await propose({ model: null, title: 'Before the quarrel' });
  await ben.api.marketplace.blockPerson({ handle: ada.handle, kind: 'block' });
  await expectRefusal(propose({ model: null, title: 'After it' }), 'BLOCKED');
  await expectRefusal(ada.api.collaborations.createCollaborationMessage({ id, text: 'Hello?' }), 'BLOCKED');
  await expectRefusal(ben.api.collaborations.createCollaborationAgreement({ id, version }), 'BLOCKED');
  await ben.api.collaborations.createCollaborationRefusal({ id });
  const many = await Promise.all(
    Array.from({ length: 12 }, (_, place) =>
      outcomeOf(propose({ handle: cleo.handle, model: null, title: `Idea ${place}` })),
    ),
  );
  expect(new Set(many)).toEqual(new Set(['done', 'INVITATIONS_FULL']));
  expect(many.filter((one) => one === 'done')).toHaveLength(9);
});
