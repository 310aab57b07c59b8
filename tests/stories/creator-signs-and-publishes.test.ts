import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { asId, type OfferId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { accepted, accountOf, idOfPerson, wholeDraft } from '../accepted.ts';
import { buy, expectEverythingHolds, reaches, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { comeBack, giveRole } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { waveManifest } from '../model-files/onnx.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
type Member = Visitor & { email: string; password: string };
let world: World;
let ada: Member;
let ben: Member;
let fan: Member;
let stranger: Member;
let handle_of_ben: string;

beforeAll(async () => {
  world = await startWorld({ clock, roles: 'web,relay,runner' });
  [ada, ben, fan, stranger] = await Promise.all([
    world.member('ada'),
    world.member('ben'),
    world.member('fay'),
    world.member('sam'),
  ]);
  handle_of_ben = (await accountOf(ben)).handle;
  await buy(fan, 'pack-1000');
}, 60_000);
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

/** Days go by, and who was away signs in again. */
const pass = async (days: number) => {
  clock.advance(days * DAY_MS);
  for (const person of [ada, ben, fan, stranger]) await comeBack(person);
};
const offerFor = async (id: string, person: Visitor = ada) =>
  present((await person.api.program.getOffer({ id })).offer, 'an offer');
type Seen = Awaited<ReturnType<typeof offerFor>>;
const sign = ({ id, terms }: Pick<Seen, 'id' | 'terms'>, person: Visitor = ada) =>
  person.api.program.createAgreement({ id, terms_digest: terms.digest });
const signedNew = async (slug: string, change: Record<string, unknown> = {}) => {
  const offer = await offerFor(await accepted(world, ada, slug, change));
  return sign(offer);
};
const waves = async (version: string, licence: string) => {
  const [file] = (await ada.api.registry.listModelFiles({})).items;
  const { release } = wholeDraft('waves', present(file, 'a file').digest);
  const binding = { kind: 'onnx' as const, manifest: { ...waveManifest } };
  return ada.api.registry.createRelease({ slug: 'waves', ...release, binding, version, licence });
};
const invitationOf = async (person: Visitor, title: string) => {
  const { items } = await person.api.program.listInvitations({});
  return present(
    items.find((item) => item.title === title),
    `an invitation to ${title}`,
  );
};
const answer = (person: Visitor, id: string, said: 'accepted' | 'declined') =>
  person.api.program.createInvitationAnswer({ id, answer: said });

test('accepted, agreed by the team, signed, used, and everybody is paid', async () => {
  const drift = await releaseOf(fan);
  const id = await accepted(
    world,
    ada,
    'waves',
    {
      title: 'Waves of three',
      team: [{ handle: handle_of_ben, part_ppm: 250_000 }],
      lineage: { kind: 'derived', parents: [{ release_id: drift, royalty_ppm: 100_000 }], elsewhere: [] },
    },
    ['Name the data that it learned from.'],
  );
  const offer = await offerFor(id);
  expect(offer).toMatchObject({
    state: 'open',
    share_ppm: 700_000,
    conditions: ['Name the data that it learned from.'],
    terms: { version: '2026-11', state: 'in_force' },
    can: { sign: { allowed: false, why: expect.stringContaining('ben') } },
  });
  expect(offer.preview?.parts.map(({ role, amount_micros }) => [role, amount_micros])).toEqual([
    ['creator', '4725000'],
    ['collaborator', '1575000'],
    ['parent', '700000'],
    ['platform', '3000000'],
  ]);
  expect(await expectRefusal(sign(offer), 'TEAM_NOT_AGREED')).toMatchObject({ waiting: [handle_of_ben] });

  const asked = await invitationOf(ben, 'Waves of three');
  expect(asked).toMatchObject({
    mine: { part_ppm: 250_000, answer: null },
    can: { answer: { allowed: true } },
  });
  expect((await stranger.api.program.listInvitations({})).items).toEqual([]);
  await expectRefusal(answer(stranger, asked.proposal.id, 'accepted'), 'NOT_FOUND');
  await expectRefusal(answer(ada, asked.proposal.id, 'accepted'), 'NOT_FOUND');
  await answer(ben, asked.proposal.id, 'accepted');
  await expectRefusal(answer(ben, asked.proposal.id, 'declined'), 'ALREADY_ANSWERED');

  const ready = await offerFor(id);
  expect(ready.can.sign.allowed).toBe(true);
  await expectRefusal(sign(ready, stranger), 'NOT_FOUND');
  await expectRefusal(stranger.api.program.getOffer({ id }), 'NOT_FOUND');
  expect(await sign(ready)).toMatchObject({ slug: 'waves' });

  const page = await fan.api.registry.getModel({ slug: 'waves' });
  expect(page).toMatchObject({ title: 'Waves of three', agreement: { share_ppm: 700_000 } });
  expect(page.samples.length).toBeGreaterThan(0);
  expect(page.split.parts.map(({ role, part_ppm }) => [role, part_ppm])).toEqual([
    ['creator', 675_000],
    ['collaborator', 225_000],
    ['parent', 100_000],
  ]);
  const { id: made } = await start(fan, { release_id: await releaseOf(fan, 'waves'), spend_first: 'paid' });
  await reaches(fan, made, 'delivering');
  expect(await settleDelivered(world.context)).toBe(1);
  for (const [person, micros] of [
    [ada, '472500'],
    [ben, '157500'],
  ] as const) {
    const lines = await person.api.earnings.listEarningsLines({});
    expect(lines.items.map(({ amount_micros }) => amount_micros)).toEqual([micros]);
  }
  const mira = await world.creator('mira-solberg');
  const lines = await mira.api.earnings.listEarningsLines({});
  expect(lines.items.map(({ amount_micros }) => amount_micros)).toEqual(['70000']);

  // whose models it was made from is paid for its next release as well
  clock.advance(60_000);
  const again = await waves('1.1.0', 'CC-BY-4.0');
  expect(again.release).toMatchObject({ version: '1.1.0', parents: [{ slug: 'drift' }] });
  expect(again.split.parts.map(({ role, part_ppm }) => [role, part_ppm])).toContainEqual(['parent', 100_000]);
  await expectRefusal(waves('1.2.0', 'CC-BY-NC-4.0'), 'LICENCE_CONFLICT');
  const [agreement] = (await ada.api.program.listAgreements({})).items;
  expect(agreement).toMatchObject({ slug: 'waves', pinned_until: '2027-11-22T12:00:00.000Z', newer: null });
  expect((await ada.api.program.listAgreements({})).acceptances).toHaveLength(1);
});

test('eight signatures at once publish once', async () => {
  const offer = await offerFor(await accepted(world, ada, 'raced'));
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => sign(offer)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      expect(['NOT_NOW', 'OFFER_EXPIRED']).toContain(Object(outcome.reason).code);
  const mine = await registry.findModels(world.context.db, { creator_id: await idOfPerson(ada) });
  expect(mine.filter(({ slug }) => slug === 'raced')).toHaveLength(1);
});

describe('a signature is refused', () => {
  test('after its time, which is over by itself', async () => {
    const id = await accepted(world, ada, 'late');
    const offer = await offerFor(id);
    await pass(14);
    await expectRefusal(sign(offer), 'OFFER_EXPIRED');
    await fireTimers(world.context);
    expect((await ada.api.program.getApplication({ id })).state).toBe('offer_lapsed');
    expect(await expectRefusal(sign(offer), 'OFFER_EXPIRED')).toMatchObject({ state: 'lapsed' });
  });

  test('with other terms than those that were offered', async () => {
    const offer = await offerFor(await accepted(world, ada, 'other-terms'));
    const other = { ...offer.terms, digest: `sha256:${'0'.repeat(64)}` };
    expect(await expectRefusal(sign({ ...offer, terms: other }), 'TERMS_OTHER_THAN_OFFERED')).toMatchObject({
      terms_version: '2026-11',
      digest: offer.terms.digest,
    });
  });

  test('when a file is no longer the one that was reviewed', async () => {
    const offer = await offerFor(await accepted(world, ada, 'changed'));
    const [file] = await registry.modelFilesOf(world.context.db, await idOfPerson(ada), {
      after: null,
      limit: 1,
    });
    const digest = present(file, 'a file').digest;
    const bytes = await world.context.db.selectFrom('registry.model_file').select('bytes').executeTakeFirst();
    expect(bytes).toBeDefined();
    await rm(world.context.model_files.pathOf(digest));
    await expectRefusal(sign(offer), 'FILES_CHANGED');
    // back it goes: other models of this story are made of it
    await accepted(world, ada, 'restores-the-file');
    expect(await sign(offer)).toMatchObject({ slug: 'changed' });
  });

  test('when a parent was withdrawn meanwhile, and when the address was taken', async () => {
    await signedNew('parent-to-be');
    const parent = await releaseOf(fan, 'parent-to-be');
    const lineage = {
      kind: 'derived',
      parents: [{ release_id: parent, royalty_ppm: 50_000 }],
      elsewhere: [],
    };
    const offer = await offerFor(await accepted(world, ada, 'orphan', { lineage }));
    const twin = await offerFor(await accepted(world, ada, 'twin'));
    await signedNew('twin');
    await expectRefusal(sign(twin), 'SLUG_TAKEN');
    await ada.api.registry.createWithdrawal({ id: parent, reason: 'It was too early.' });
    await expectRefusal(sign(offer), 'LINEAGE_REFUSED');
  });

  test('when a parent has ended meanwhile', async () => {
    await signedNew('parent-that-ends');
    const parent = await releaseOf(fan, 'parent-that-ends');
    const ends_at = new Date(clock.now().getTime() + 31 * DAY_MS).toISOString();
    await ada.api.registry.createDeprecation({ id: parent, ends_at, reason: 'Old.' });
    await pass(30);
    const parents = [{ release_id: parent, royalty_ppm: 50_000 }];
    const lineage = { kind: 'derived', parents, elsewhere: [] };
    const offer = await offerFor(await accepted(world, ada, 'late-orphan', { lineage }));
    await pass(1);
    expect(JSON.stringify(await expectRefusal(sign(offer), 'LINEAGE_REFUSED'))).toContain('has ended');
    await ada.api.program.createOfferRefusal({ id: offer.id });
  });

  test('by somebody whose standing does not allow it', async () => {
    const admin = await world.member('ed');
    await giveRole(world, admin, 'admin');
    await comeBack(admin);
    const offer = await offerFor(await accepted(world, ada, 'suspended'));
    const { handle } = await accountOf(ada);
    const change = async (act: 'look_into' | 'clear') => {
      const [now] = (await admin.api.program.listMemberships({ handle })).items;
      return admin.api.program.updateMembership({
        handle,
        act,
        reason: 'A look.',
        version: now?.version ?? 0,
      });
    };
    await change('look_into');
    expect(await expectRefusal(sign(offer), 'STANDING_REFUSED')).toMatchObject({ standing: 'under_review' });
    await change('clear');
    expect(await sign(offer)).toMatchObject({ slug: 'suspended' });
  });
});

test('who declines an offer withdraws with it', async () => {
  const id = await accepted(world, ada, 'not-wanted');
  const offer = await offerFor(id);
  await ada.api.program.createOfferRefusal({ id: offer.id });
  expect((await ada.api.program.getApplication({ id })).state).toBe('withdrawn');
  await expectRefusal(ada.api.program.createOfferRefusal({ id: asId<OfferId>(offer.id) }), 'NOT_NOW');
});

describe('a team', () => {
  test('somebody declines, is asked again, lets it expire, is asked again and consents', async () => {
    const team = [{ handle: handle_of_ben, part_ppm: 100_000 }];
    const id = await accepted(world, ada, 'team', { title: 'Teamwork', team });
    await answer(ben, (await invitationOf(ben, 'Teamwork')).proposal.id, 'declined');
    const offer = await offerFor(id);
    await expectRefusal(sign(offer), 'TEAM_NOT_AGREED');
    expect((await ada.api.program.createTeamRequest({ id })).state).toBe('proposed');
    await expectRefusal(ada.api.program.createTeamRequest({ id }), 'SPLIT_WAITS');
    await expectRefusal(stranger.api.program.createTeamRequest({ id }), 'NOT_FOUND');
    await pass(13);
    expect((await invitationOf(ben, 'Teamwork')).can.answer.allowed).toBe(true);
    const asked = await invitationOf(ben, 'Teamwork');
    // the offer and the invitation are of one age, so the applicant's offer is over as well
    await pass(1);
    await expectRefusal(answer(ben, asked.proposal.id, 'accepted'), 'INVITATION_EXPIRED');
    await fireTimers(world.context);
    await expectRefusal(answer(ben, asked.proposal.id, 'accepted'), 'INVITATION_EXPIRED');
    await expectRefusal(ada.api.program.createTeamRequest({ id }), 'NOT_NOW');
  });

  test('two who consent at once are both heard', async () => {
    const handle = (await accountOf(stranger)).handle;
    const team = [
      { handle: handle_of_ben, part_ppm: 100_000 },
      { handle, part_ppm: 100_000 },
    ];
    const id = await accepted(world, ada, 'both', { title: 'Both', team });
    const { proposal } = await invitationOf(ben, 'Both');
    await Promise.all([answer(ben, proposal.id, 'accepted'), answer(stranger, proposal.id, 'accepted')]);
    expect((await offerFor(id)).team?.state).toBe('accepted');
  });
});

describe('another split of a published model', () => {
  const propose = (team: { handle: string; part_ppm: number }[], days: number, person: Visitor = ada) =>
    person.api.program.createSplitProposal({
      slug: 'waves',
      team,
      effective_from: new Date(clock.now().getTime() + days * DAY_MS).toISOString(),
    });
  const fewer = () => [{ handle: handle_of_ben, part_ppm: 200_000 }];
  const parts = async () =>
    (await ada.api.program.getSplit({ slug: 'waves' })).parts.map(({ part_ppm }) => part_ppm);

  test('holds from its date on, if those whose part falls consent', async () => {
    await expectRefusal(propose(fewer(), -1), 'SPLIT_REFUSED');
    await expectRefusal(propose(fewer(), 400), 'SPLIT_REFUSED');
    await expectRefusal(propose([{ handle: handle_of_ben, part_ppm: 250_000 }], 5), 'SPLIT_REFUSED');
    await expectRefusal(propose([{ handle: 'nobody-at-all', part_ppm: 1_000 }], 5), 'TEAM_REFUSED');
    await expectRefusal(propose(fewer(), 5, ben), 'NOT_FOUND');
    const proposal = await propose(fewer(), 5);
    await expectRefusal(propose(fewer(), 6), 'SPLIT_WAITS');
    await expectRefusal(stranger.api.program.getSplit({ slug: 'waves' }), 'NOT_FOUND');
    await answer(ben, proposal.id, 'accepted');
    await expectRefusal(ada.api.program.deleteSplitProposal({ id: proposal.id }), 'NOT_NOW');
    expect(await parts()).toEqual([750_000, 250_000]);
    await pass(5);
    expect(await parts()).toEqual([800_000, 200_000]);
    await fireTimers(world.context);
    const { proposals } = await ada.api.program.getSplit({ slug: 'waves' });
    expect(proposals[0]?.state).toBe('active');
  });

  test('is taken back while nobody has agreed, and needs nobody who only gains', async () => {
    const proposal = await propose([], 5);
    expect(proposal.people.find(({ part_ppm }) => part_ppm === 0)).toMatchObject({
      asked: true,
      was_ppm: 200_000,
    });
    await ada.api.program.deleteSplitProposal({ id: proposal.id });
    await expectRefusal(answer(ben, proposal.id, 'accepted'), 'NOT_NOW');
    expect((await propose([{ handle: handle_of_ben, part_ppm: 300_000 }], 5)).state).toBe('accepted');
    await pass(5);
    expect(await parts()).toEqual([700_000, 300_000]);
    const release_id = asId<ReleaseId>(await releaseOf(fan, 'waves'));
    expect(await earnings.royaltiesInForce(world.context.db, release_id, clock.now())).toHaveLength(1);
    const quote = await fan.api.generation.createQuote({ release_id, input: SMALL });
    expect(quote.recipients.map(({ role }) => role)).toEqual([
      'creator',
      'collaborator',
      'parent',
      'platform',
    ]);
  });
});
