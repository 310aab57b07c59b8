import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import type { Visitor } from '../client.ts';
import { accepted, accountOf, submitted } from '../accepted.ts';
import { buy, expectEverythingHolds, reaches, releaseOf, SMALL, start } from '../acts.ts';
import { comeBack, giveRole } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
type Member = Visitor & { email: string; password: string };
let world: World;
let ada: Member;
let fan: Member;
let admin: Member;
let moderator: Member;
/** Has Tides and Shores. */
let other: Member;
let handle: string;

beforeAll(async () => {
  world = await startWorld({ clock, roles: 'web,relay,runner' });
  [ada, fan, admin, moderator] = await Promise.all([
    world.member('ada'),
    world.member('fay'),
    world.member('ed'),
    world.member('mo'),
  ]);
  await giveRole(world, admin, 'admin');
  await giveRole(world, moderator, 'moderator');
  await Promise.all([admin, moderator].map(comeBack));
  await buy(fan, 'pack-1000');
  handle = (await accountOf(ada)).handle;
  const { offer } = await ada.api.program.getOffer({ id: await accepted(world, ada, 'waves') });
  await ada.api.program.createAgreement({ id: offer?.id ?? '', terms_digest: offer?.terms.digest ?? '' });
}, 60_000);
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

const pass = async (days: number) => {
  clock.advance(days * DAY_MS);
  for (const person of [ada, fan, admin, moderator]) await comeBack(person);
};
type Act = Parameters<Visitor['api']['program']['updateMembership']>[0]['act'];
const standing = async (person: Visitor = admin) => {
  const { items } = await person.api.program.listMemberships({ handle });
  return items[0] ?? (await ada.api.program.getMembership({}));
};
const change = async (act: Act, person: Visitor = admin, reason = 'A claim is looked into.') =>
  person.api.program.updateMembership({
    handle,
    act,
    reason,
    version: (await ada.api.program.getMembership({})).version,
  });
const slugs = async (creator?: string) =>
  (await fan.api.registry.listModels({ limit: 100, ...(creator ? { creator } : {}) })).items.map(
    ({ slug }) => slug,
  );

describe('standing', () => {
  test('who is under review goes on being used, and is not shown where models are chosen', async () => {
    expect(await standing()).toMatchObject({ standing: 'active', version: 0, reason: '' });
    expect(await change('look_into', moderator)).toMatchObject({ standing: 'under_review' });
    expect(await slugs()).not.toContain('waves');
    expect(await slugs(handle)).toContain('waves');
    await expectRefusal(submitted(ada, 'more-waves'), 'STANDING_REFUSED');
    const release_id = await releaseOf(fan, 'waves');
    const { id } = await start(fan, { release_id, spend_first: 'paid' });
    await reaches(fan, id, 'delivering');
    expect(await settleDelivered(world.context)).toBe(1);
    expect((await ada.api.earnings.listEarningsLines({})).items).toHaveLength(1);
  });

  test('a suspended creator’s models rest; what was earned stays theirs, and they see why', async () => {
    const release_id = await releaseOf(fan, 'waves');
    await change('suspend', moderator);
    const why = 'Its creator is suspended.';
    expect(await expectRefusal(start(fan, { release_id }), 'MODEL_PAUSED')).toMatchObject({ why });
    await expectRefusal(fan.api.generation.createQuote({ release_id, input: SMALL }), 'MODEL_PAUSED');
    expect((await fan.api.registry.getModel({ slug: 'waves' })).can.generate).toEqual({
      allowed: false,
      why,
    });
    const effective_from = new Date(clock.now().getTime() + DAY_MS).toISOString();
    await expectRefusal(
      ada.api.program.createSplitProposal({ slug: 'waves', team: [], effective_from }),
      'STANDING_REFUSED',
    );
    const mine = await ada.api.program.getMembership({});
    expect(mine).toMatchObject({
      standing: 'suspended',
      reason: 'A claim is looked into.',
      capabilities: { run: false, earn: true, be_paid: true },
      acts: [],
    });
    expect((await ada.api.earnings.getEarnings({ days: 30 })).at).toBeTruthy();
    expect((await ada.api.earnings.listEarningsLines({})).items).toHaveLength(1);
  });

  test('nobody decides about themselves or without the role, and the end takes two', async () => {
    await expectRefusal(change('terminate', ada), 'OWN_INTEREST');
    await expectRefusal(change('clear', fan), 'NOT_FOUND');
    await expectRefusal(fan.api.program.listMemberships({}), 'NOT_ALLOWED');
    await expectRefusal(admin.api.program.listMemberships({ handle: 'nobody-here' }), 'NOT_FOUND');
    await expectRefusal(change('terminate'), 'SECOND_PERSON_NEEDED');
    await change('propose_termination');
    await expectRefusal(change('terminate'), 'SECOND_PERSON_NEEDED');
    await expectRefusal(
      admin.api.program.updateMembership({ handle, act: 'clear', reason: 'Old news.', version: 1 }),
      'STATE_CHANGED',
    );
    await expectRefusal(change('look_into'), 'NOT_NOW');
    expect((await standing()).proposed_by?.display_name).toBe('ed');
    const outcomes = await Promise.allSettled([
      change('terminate', moderator),
      change('clear', admin, 'It was a mistake.'),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('terms', () => {
  const text =
    '# Terms\n\n1. **Share.** You earn what your agreement names.\n2. **More.** And a little more.';
  const announce = (version: string, days: number, change: Record<string, unknown> = {}) =>
    admin.api.program.createTerms({
      ...{ version, text, share_ppm: 720_000 },
      effective_from: new Date(clock.now().getTime() + days * DAY_MS).toISOString(),
      ...change,
    });
  const agreement = async () =>
    (await other.api.program.listAgreements({})).items.find(({ slug }) => slug === 'tides');

  beforeAll(async () => {
    other = await world.member('olga');
    for (const slug of ['tides', 'shores']) {
      const { offer } = await other.api.program.getOffer({ id: await accepted(world, other, slug) });
      await other.api.program.createAgreement({
        id: offer?.id ?? '',
        terms_digest: offer?.terms.digest ?? '',
      });
    }
  });

  test('a change is announced 30 days before it holds, and says something else', async () => {
    expect(await expectRefusal(announce('2027-01', 29), 'TERMS_REFUSED')).toMatchObject({
      why: expect.stringContaining('30 days'),
    });
    await expectRefusal(announce('2026-11', 40), 'TERMS_REFUSED');
    const { text: same } = await fan.api.program.getTerms({ version: '2026-11' });
    await expectRefusal(announce('2027-01', 40, { text: same.trim(), share_ppm: 700_000 }), 'TERMS_REFUSED');
    await expectRefusal(announce('2027-01', 40, { sunset_at: clock.now().toISOString() }), 'TERMS_REFUSED');
    await expectRefusal(
      fan.api.program.createTerms({
        version: 'x',
        text,
        share_ppm: 1,
        effective_from: clock.now().toISOString(),
      }),
      'NOT_ALLOWED',
    );
    expect(await announce('2027-01', 40)).toMatchObject({ state: 'announced', replaces: '2026-11' });
    const { announced, terms } = await world.visitor().api.program.getProgram({});
    expect([terms.version, announced.map(({ version }) => version)]).toEqual(['2026-11', ['2027-01']]);
    const diff = await fan.api.program.getTermsDiff({ version: '2027-01' });
    expect(diff.changes.some(({ kind }) => kind !== 'same')).toBe(true);
    await expectRefusal(fan.api.program.getTerms({ version: 'never' }), 'NOT_FOUND');
  });

  test('the table itself refuses a notice that is too short', async () => {
    const insert = world.context.db
      .insertInto('program.terms')
      .values({
        ...{ version: 'sudden', text, digest: 'x', share_ppm: 1, replaces: '2027-01' },
        ...{ announced_at: clock.now(), effective_from: clock.now(), sunset_at: clock.now() },
      })
      .execute();
    await expect(insert).rejects.toThrow('terms_notice');
  });

  test('what was signed is guaranteed; newer terms hold after it, and only for whoever accepted them', async () => {
    const newer = (await agreement())?.newer;
    expect(newer).toMatchObject({
      version: '2027-01',
      share_ppm: 720_000,
      would_hold_from: '2027-11-22T12:00:00.000Z',
    });
    const accept = (terms_digest: string, person: Visitor = other) =>
      person.api.program.createTermsAcceptance({ slug: 'tides', version: '2027-01', terms_digest });
    await expectRefusal(accept(`sha256:${'0'.repeat(64)}`), 'TERMS_OTHER_THAN_OFFERED');
    await expectRefusal(accept(newer?.digest ?? '', ada), 'NOT_FOUND');
    expect(await accept(newer?.digest ?? '')).toMatchObject({
      share_ppm: 700_000,
      next: { share_ppm: 720_000, in_force_from: '2027-11-22T12:00:00.000Z' },
    });
    await expectRefusal(accept(newer?.digest ?? ''), 'TERMS_ACCEPTED');
    const { acceptances } = await other.api.program.listAgreements({});
    expect(acceptances.map(({ method }) => method).toSorted()).toEqual(['renewal', 'signature', 'signature']);
    // two that were accepted while one is pinned follow each other, and nobody goes back to older ones
    for (const [version, wait] of [
      ['2027-02', 41],
      ['2027-03', 42],
    ] as const)
      await announce(version, wait, { text: `${text} ${version}` });
    const acceptVersion = async (version: string) =>
      other.api.program.createTermsAcceptance({
        ...{ slug: 'tides', version },
        terms_digest: (await fan.api.program.getTerms({ version })).digest,
      });
    await acceptVersion('2027-03');
    expect(await expectRefusal(acceptVersion('2027-02'), 'TERMS_NOT_NEWER')).toMatchObject({
      terms_version: '2027-03',
    });
    expect((await agreement())?.newer).toBeNull();
    await pass(60);
    expect((await fan.api.registry.getModel({ slug: 'drift' })).agreement.share_ppm).toBe(720_000);
    expect((await fan.api.registry.getModel({ slug: 'tides' })).agreement.share_ppm).toBe(700_000);
    await pass(306);
    expect((await fan.api.registry.getModel({ slug: 'tides' })).agreement.share_ppm).toBe(720_000);
    await comeBack(other);
    expect(await agreement()).toMatchObject({
      terms_version: '2027-03',
      in_force_from: '2027-11-22T12:00:00.001Z',
    });
  });

  test('who does not accept them stays with the old ones until those end, and then the model rests', async () => {
    const release_id = await releaseOf(fan, 'shores');
    const why = 'Its creator has not agreed to the terms of today.';
    expect(await expectRefusal(start(fan, { release_id }), 'MODEL_PAUSED')).toMatchObject({ why });
    expect((await fan.api.registry.getModel({ slug: 'tides' })).can.generate.allowed).toBe(true);
    expect((await fan.api.registry.getModel({ slug: 'drift' })).can.generate.allowed).toBe(true);
  });
});

describe('a collaborator who is suspended', () => {
  test('goes on sharing in what the model earns, sees it, and what they had is not given to others', async () => {
    const ben = await world.member('ben');
    const of_ben = (await accountOf(ben)).handle;
    const proposal = await other.api.program.createSplitProposal({
      slug: 'tides',
      team: [{ handle: of_ben, part_ppm: 400_000 }],
      effective_from: new Date(clock.now().getTime() + DAY_MS).toISOString(),
    });
    await ben.api.program.createInvitationAnswer({ id: proposal.id, answer: 'accepted' });
    await pass(2);
    for (const person of [other, ben]) await comeBack(person);
    const stand = async (act: Act) =>
      moderator.api.program.updateMembership({
        ...{ handle: of_ben, act, reason: 'Other models of theirs.' },
        version: (await ben.api.program.getMembership({})).version,
      });
    const earns = async () => {
      const { id } = await start(fan, { release_id: await releaseOf(fan, 'tides'), spend_first: 'paid' });
      await reaches(fan, id, 'delivering');
      expect(await settleDelivered(world.context)).toBe(1);
      const lines = (await ben.api.earnings.listEarningsLines({})).items;
      const { balances } = await ben.api.earnings.getEarnings({ days: 30 });
      return { lines: lines.length, ...balances };
    };
    const before = await earns();
    await stand('look_into');
    await stand('suspend');
    expect(await ben.api.program.getMembership({})).toMatchObject({
      standing: 'suspended',
      capabilities: { earn: true, be_paid: true, run: false },
    });
    // it is not his model: nobody else is stopped
    expect((await fan.api.registry.getModel({ slug: 'tides' })).can.generate.allowed).toBe(true);
    const after = await earns();
    expect([before.lines, after.lines]).toEqual([1, 2]);
    expect(BigInt(after.pending_micros)).toBe(2n * BigInt(before.pending_micros));
    expect(BigInt(before.pending_micros)).toBeGreaterThan(0n);
    expect(BigInt(after.held_micros)).toBe(0n);
  });
});
