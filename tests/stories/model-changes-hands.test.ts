import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishModel } from '../../server/flows/publish-model.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as program from '../../server/modules/program/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { releaseNamed } from '../../server/facades/models.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { accepted, accountOf, idOfPerson, wholeDraft } from '../accepted.ts';
import { buy, expectEverythingHolds, reaches, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { comeBack, giveRole } from '../finance.ts';
import { waveManifest } from '../model-files/onnx.ts';
import { expectRefusal, refusalOf } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
type Member = Visitor & { email: string; password: string };
let world: World;
let ada: Member;
let ben: Member;
let cleo: Member;
let kim: Member;
let fan: Member;
let admin: Member;
let model_id: ModelId;
const handles = new Map<Visitor, string>();
const handleOf = (person: Visitor) => present(handles.get(person), 'a handle');

beforeAll(async () => {
  world = await startWorld({ clock, roles: 'web,relay,runner' });
  const names = ['ada', 'ben', 'cleo', 'kim', 'fay', 'ed'];
  const people = await Promise.all(names.map((name) => world.member(name)));
  const [one, two, three, four, five, six] = people;
  [ada, ben, cleo] = [present(one, 'ada'), present(two, 'ben'), present(three, 'cleo')];
  [kim, fan, admin] = [present(four, 'kim'), present(five, 'fay'), present(six, 'ed')];
  for (const person of people) handles.set(person, (await accountOf(person)).handle);
  await giveRole(world, admin, 'admin');
  await comeBack(admin);
  await buy(fan, 'pack-1000');
  await publishWaves();
  await publishChild('ripples');
}, 60_000);
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

/** Ada's, made from a model of the house; Ben shares in it. */
async function publishWaves() {
  const id = await accepted(
    world,
    ada,
    'waves',
    {
      team: [{ handle: handleOf(ben), part_ppm: 250_000 }],
      lineage: {
        kind: 'derived',
        parents: [{ release_id: await releaseOf(fan), royalty_ppm: 100_000 }],
        elsewhere: [],
      },
    },
    ['Name the data that it learned from.'],
  );
  const [asked] = (await ben.api.program.listInvitations({})).items;
  await ben.api.program.createInvitationAnswer({ id: asked?.proposal.id ?? '', answer: 'accepted' });
  const { offer } = await ada.api.program.getOffer({ id });
  await ada.api.program.createAgreement({ id: offer?.id ?? '', terms_digest: offer?.terms.digest ?? '' });
  model_id = asId<ModelId>(present(await registry.modelBySlug(world.context.db, 'waves'), 'the model').id);
}

/** Kim's, made from Waves as it is now. */
async function publishChild(slug: string) {
  const parent_id = asId<ReleaseId>(await releaseOf(fan, 'waves'));
  const parent = present(await registry.releaseById(world.context.db, parent_id), 'the parent');
  const { version, binding, files, input_schema, metering, price_class, licence } = parent;
  const creator_id = await idOfPerson(kim);
  return publishModel(world.context, {
    ...{ creator_id, slug, title: slug, modality: 'image', summary: 'Made from waves.', description: '' },
    agreement: { terms_version: '2026-11', share_ppm: 700_000 },
    split: [{ person_id: creator_id, role: 'creator', part_ppm: 1_000_000 }],
    content: {
      ...{ version, binding, files, input_schema, metering, price_class, licence, samples: [] },
      parents: [{ release_id: parent_id, royalty_ppm: 200_000 }],
    },
  });
}

const pass = async (days: number) => {
  clock.advance(days * DAY_MS);
  for (const person of handles.keys()) await comeBack(person as Member);
};
const offer = (person: Visitor, to: Visitor, slug = 'waves') =>
  person.api.program.createTransfer({ slug, handle: handleOf(to), note: 'Take good care of it.' });
const takeBack = (person: Visitor, id: string) => person.api.program.deleteTransfer({ id });
const look = (person: Visitor, id: string) => person.api.program.getTransfer({ id });
/** Accepts what is shown now. */
async function accept(person: Visitor, id: string, change: { digest?: string; terms_digest?: string } = {}) {
  const file = present((await look(person, id)).file, 'all that is taken over');
  return person.api.program.createTransferAcceptance({
    ...{ id, digest: file.digest, terms_digest: file.terms.digest },
    ...change,
  });
}
const mailsOf = async (person: Member) =>
  world.context.db
    .selectFrom('identity.mail')
    .select(['subject', 'text'])
    .where('recipient', '=', person.email)
    .orderBy('id', 'desc')
    .execute();
const begin = async (slug: string) =>
  (await start(fan, { release_id: await releaseOf(fan, slug), spend_first: 'paid' })).id;
const partsPaid = async (id: string) =>
  (await fan.api.earnings.getReceipt({ id })).parts.map(({ role, person, amount_micros }) => [
    role,
    person?.handle ?? null,
    amount_micros,
  ]);
const total = async (person: Visitor) => BigInt((await person.api.earnings.getEarnings({})).total_micros);

describe('an offer', () => {
  test('is made by the owner, to one other member, and waits alone', async () => {
    await expectRefusal(offer(ben, cleo), 'NOT_FOUND');
    await expectRefusal(offer(fan, cleo), 'NOT_ALLOWED');
    await expectRefusal(offer(ada, cleo, 'never-was'), 'NOT_FOUND');
    expect(await expectRefusal(offer(ada, ada), 'TRANSFER_REFUSED')).toMatchObject({
      why: 'It is yours already.',
    });
    const nobody = { slug: 'waves', handle: 'nobody-here', note: '' };
    await expectRefusal(ada.api.program.createTransfer(nobody), 'TRANSFER_REFUSED');
    const kept_away = { handle: handleOf(ada), kind: 'block' } as const;
    await kim.api.marketplace.blockPerson(kept_away);
    await expectRefusal(offer(ada, kim), 'BLOCKED');
    await kim.api.marketplace.unblockPerson(kept_away);
    const mira = await world.creator('mira-solberg');
    await expectRefusal(offer(mira, cleo, 'drift'), 'TRANSFER_REFUSED');

    const eight = await Promise.allSettled(Array.from({ length: 8 }, () => offer(ada, cleo)));
    const made = eight.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(made).toHaveLength(1);
    const { id } = present(made[0], 'the one offer');
    await expectRefusal(offer(ada, ben), 'TRANSFER_WAITS');
    const letters = (await mailsOf(cleo)).filter(({ subject }) => subject === 'ada would give you “Waves”');
    expect(letters).toHaveLength(1);
    expect((await ada.api.program.getOwnership({ slug: 'waves' })).transfer?.id).toBe(id);
    expect((await ben.api.program.getOwnership({ slug: 'waves' })).transfer).toBeNull();
    await expectRefusal(cleo.api.program.getOwnership({ slug: 'waves' }), 'NOT_FOUND');

    await expectRefusal(takeBack(ben, id), 'NOT_FOUND');
    await expectRefusal(look(ben, id), 'NOT_FOUND');
    await takeBack(ada, id);
    await expectRefusal(takeBack(ada, id), 'NOT_NOW');
    expect((await look(cleo, id)).transfer).toMatchObject({
      state: 'withdrawn',
      can: { accept: { allowed: false } },
    });
    const gone = { id, digest: 'x', terms_digest: 'x' };
    await expectRefusal(cleo.api.program.createTransferAcceptance(gone), 'NOT_NOW');
  });

  test('is declined, or runs out after fourteen days', async () => {
    const first = await offer(ada, cleo);
    await expectRefusal(ada.api.program.createTransferRefusal({ id: first.id }), 'NOT_FOUND');
    expect(await cleo.api.program.createTransferRefusal({ id: first.id })).toMatchObject({
      state: 'declined',
    });
    const second = await offer(ada, cleo);
    await pass(14);
    await expectRefusal(
      accept(cleo, second.id).catch(() => cleo.api.program.createTransferRefusal({ id: second.id })),
      'TRANSFER_EXPIRED',
    );
    expect((await look(cleo, second.id)).transfer.state).toBe('expired');
    // the next may be made before the timer has fired, and the timer finds nothing to do then
    const third = await offer(ada, cleo);
    await fireTimers(world.context);
    expect((await look(ada, third.id)).transfer.state).toBe('offered');
    await pass(14);
    await fireTimers(world.context);
    expect((await look(ada, third.id)).transfer.state).toBe('expired');
    expect((await mailsOf(ada))[0]?.subject).toBe('Your offer of “Waves” has expired');
    await expectRefusal(cleo.api.program.createTransferRefusal({ id: third.id }), 'TRANSFER_EXPIRED');
  });

  test('twenty a day are enough for anybody', async () => {
    for (let made = 0; made < 20; made += 1) await takeBack(ada, (await offer(ada, cleo)).id);
    await expectRefusal(offer(ada, cleo), 'INVITATIONS_FULL');
    await pass(1);
  });
});

describe('what stands against it', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await offer(ada, cleo));
  });

  test('a split that waits', async () => {
    const effective_from = new Date(clock.now().getTime() + 5 * DAY_MS).toISOString();
    const split = await ada.api.program.createSplitProposal({ slug: 'waves', team: [], effective_from });
    expect((await look(cleo, id)).transfer.can.accept).toMatchObject({ allowed: false });
    await expectRefusal(accept(cleo, id), 'SPLIT_WAITS');
    await ada.api.program.deleteSplitProposal({ id: split.id });
  });

  test('the standing of either side', async () => {
    const stand = async (person: Visitor, act: 'look_into' | 'clear') => {
      const { context } = world;
      const at = clock.now();
      const account_id = await idOfPerson(person);
      await context.database.inTransaction(async (tx) => {
        const id = await program.ensureMembership(tx, account_id, at);
        await program.moveMembership(tx, act, {
          id,
          by: { id: 'a test', as: 'admin' },
          at,
          reason: 'A look.',
        });
      });
    };
    await stand(cleo, 'look_into');
    await expectRefusal(accept(cleo, id), 'STANDING_REFUSED');
    await stand(cleo, 'clear');
    await stand(ada, 'look_into');
    expect(await expectRefusal(accept(cleo, id), 'TRANSFER_REFUSED')).toMatchObject({
      why: 'The standing of its owner does not allow it now.',
    });
    await takeBack(ada, id);
    await expectRefusal(offer(ada, cleo), 'STANDING_REFUSED');
    await stand(ada, 'clear');
    ({ id } = await offer(ada, cleo));
  });

  test('other terms than those that were read, and a model that is not as it was shown', async () => {
    await expectRefusal(
      accept(cleo, id, { terms_digest: `sha256:${'0'.repeat(64)}` }),
      'TERMS_OTHER_THAN_OFFERED',
    );
    await expectRefusal(accept(ada, id), 'NOT_FOUND');
    const { file } = await look(cleo, id);
    const release_id = await releaseOf(fan, 'waves');
    const ends_at = new Date(clock.now().getTime() + 60 * DAY_MS).toISOString();
    await ada.api.registry.createDeprecation({ id: release_id, ends_at, reason: 'A better one comes.' });
    const { digest } = present(file, 'what was shown before');
    await expectRefusal(accept(cleo, id, { digest }), 'TRANSFER_CHANGED');
    const seen = present((await look(cleo, id)).file, 'all that is taken over');
    expect(seen).toMatchObject({
      conditions: ['Name the data that it learned from.'],
      terms: { version: '2026-11', state: 'in_force' },
      releases: [{ version: '1.0.0', ends_at, in_use: true }],
      pays: [{ slug: 'drift', royalty_ppm: 100_000, person: { handle: 'mira-solberg' } }],
      is_paid: [{ slug: 'ripples', royalty_ppm: 200_000, person: { handle: handleOf(kim) } }],
    });
    expect(
      seen.people.map(({ person, role, part_ppm, was_ppm }) => [person.handle, role, part_ppm, was_ppm]),
    ).toEqual([
      [handleOf(cleo), 'creator', 750_000, null],
      [handleOf(ben), 'collaborator', 250_000, 250_000],
      [handleOf(ada), 'creator', 0, 750_000],
    ]);
    expect(
      seen.preview.parts.map(({ person, amount_micros }) => [person?.handle ?? null, amount_micros]),
    ).toEqual([
      [handleOf(cleo), '4725000'],
      [handleOf(ben), '1575000'],
      ['mira-solberg', '700000'],
      [null, '3000000'],
    ]);
    await takeBack(ada, id);
  });
});

describe('a model that has changed hands', () => {
  let before: string[];
  let earned: bigint;

  test('of eight who take it over at once one does; what was started before pays as it was agreed then', async () => {
    await acceptNewerTerms();
    before = [await begin('waves'), await begin('ripples')];
    for (const made of before) await reaches(fan, made, 'delivering');
    clock.advance(60_000);
    const { id } = await offer(ada, cleo);
    const { file } = await look(cleo, id);
    const { digest, terms } = present(file, 'all that is taken over');
    const acceptance = { id, digest, terms_digest: terms.digest };
    const eight = await Promise.allSettled(
      Array.from({ length: 8 }, () => cleo.api.program.createTransferAcceptance(acceptance)),
    );
    expect(eight.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of eight)
      if (one.status === 'rejected')
        expect((await refusalOf(Promise.reject(one.reason))).code).toBe('NOT_NOW');

    expect(await settleDelivered(world.context)).toBe(2);
    expect(await partsPaid(before[0] ?? '')).toEqual([
      ['creator', handleOf(ada), '472500'],
      ['collaborator', handleOf(ben), '157500'],
      ['parent', 'mira-solberg', '70000'],
      ['platform', null, '300000'],
    ]);
    expect(await partsPaid(before[1] ?? '')).toEqual([
      ['creator', handleOf(kim), '560000'],
      ['parent', handleOf(ada), '140000'],
      ['platform', null, '300000'],
    ]);
    expect(await total(cleo)).toBe(0n);
    earned = await total(ada);
    expect(earned).toBe(612_500n);
  });

  test('pays its new owner for what is started from then on, and for what is made from it', async () => {
    const after = [await begin('waves'), await begin('ripples')];
    for (const made of after) await reaches(fan, made, 'delivering');
    expect(await settleDelivered(world.context)).toBe(2);
    expect(await partsPaid(after[0] ?? '')).toEqual([
      ['creator', handleOf(cleo), '472500'],
      ['collaborator', handleOf(ben), '157500'],
      ['parent', 'mira-solberg', '70000'],
      ['platform', null, '300000'],
    ]);
    expect(await partsPaid(after[1] ?? '')).toEqual([
      ['creator', handleOf(kim), '560000'],
      ['parent', handleOf(cleo), '140000'],
      ['platform', null, '300000'],
    ]);
    expect([await total(ada), await total(cleo)]).toEqual([earned, 612_500n]);
    // each sees the model among their earnings and reads their own receipts, and not those of the other
    expect((await ada.api.earnings.getReceipt({ id: before[0] ?? '' })).model.creator.handle).toBe(
      handleOf(ada),
    );
    expect((await fan.api.earnings.getReceipt({ id: after[0] ?? '' })).model.creator.handle).toBe(
      handleOf(cleo),
    );
    await expectRefusal(ada.api.earnings.getReceipt({ id: after[0] ?? '' }), 'NOT_FOUND');
    await expectRefusal(cleo.api.earnings.getReceipt({ id: before[0] ?? '' }), 'NOT_FOUND');
    const lines = (await ada.api.earnings.listEarningsLines({})).items;
    expect(lines.map(({ generation_id }) => generation_id).toSorted()).toEqual(before.toSorted());
    // whoever has it earns nothing by paying for it, and whoever had it does
    const release_id = await releaseOf(fan, 'waves');
    const quote = { release_id, input: SMALL };
    expect((await cleo.api.generation.createQuote(quote)).related).toBe(true);
    expect((await ada.api.generation.createQuote(quote)).related).toBe(false);
  });

  test('is its new owner’s in all that hangs on it, and no longer the old one’s', async () => {
    const page = (person: Visitor) => person.api.registry.getModel({ slug: 'waves' });
    expect(await page(cleo)).toMatchObject({
      creator: { handle: handleOf(cleo) },
      can: { withdraw: { allowed: true }, release: { allowed: true }, shares: { allowed: true } },
    });
    expect((await page(ada)).can).toMatchObject({
      withdraw: { allowed: false },
      release: { allowed: false },
    });
    const { owners, can } = await ada.api.program.getOwnership({ slug: 'waves' });
    expect(owners.map(({ person, until }) => [person.handle, until !== null])).toEqual([
      [handleOf(cleo), false],
      [handleOf(ada), true],
    ]);
    expect(can.offer.allowed).toBe(false);
    expect((await cleo.api.program.getOwnership({ slug: 'waves' })).can.offer.allowed).toBe(true);

    const release_id = await releaseOf(fan, 'waves');
    await expectRefusal(ada.api.registry.createWithdrawal({ id: release_id, reason: 'Mine.' }), 'NOT_FOUND');
    await expectRefusal(ada.api.registry.deleteDeprecation({ id: release_id }), 'NOT_FOUND');
    const effective_from = new Date(clock.now().getTime() + 5 * DAY_MS).toISOString();
    const split = { slug: 'waves', team: [], effective_from };
    await expectRefusal(ada.api.program.createSplitProposal(split), 'NOT_FOUND');
    await expectRefusal(offer(ada, kim), 'NOT_FOUND');
    const { digest } = await fan.api.program.getTerms({ version: '2027-01' });
    const terms = { slug: 'waves', version: '2027-01', terms_digest: digest };
    await expectRefusal(ada.api.program.createTermsAcceptance(terms), 'NOT_FOUND');

    await cleo.api.registry.deleteDeprecation({ id: release_id });
    const [taken] = (await cleo.api.registry.listModelFiles({})).items;
    const { release } = wholeDraft('waves', present(taken, 'a file that Ada uploaded').digest);
    const binding = { kind: 'onnx' as const, manifest: { ...waveManifest } };
    const next = { slug: 'waves', ...release, binding, licence: 'CC-BY-4.0' };
    await expectRefusal(ada.api.registry.createRelease({ ...next, version: '1.1.0' }), 'NOT_FOUND');
    const made = await cleo.api.registry.createRelease({ ...next, version: '1.1.0' });
    expect(made.release).toMatchObject({ version: '1.1.0', parents: [{ slug: 'drift' }] });
    expect(made.split.parts.map(({ person, part_ppm }) => [person.handle, part_ppm])).toEqual([
      [handleOf(cleo), 675_000],
      [handleOf(ben), 225_000],
      ['mira-solberg', 100_000],
    ]);
    // whoever calls it by the old address still finds it
    for (const person of [ada, cleo])
      expect((await releaseNamed(world.context, handleOf(person), 'waves')).id).toBe(made.release_id);
    await expectRefusal(fan.api.registry.getModel({ slug: 'waves-of-nobody' }), 'NOT_FOUND');

    const asked = [
      ...(await ada.api.program.listAgreements({})).items,
      ...(await cleo.api.program.listAgreements({})).items,
    ];
    expect(asked).toMatchObject([
      { slug: 'waves', terms_version: '2026-11', next: null, newer: { version: '2027-01' } },
    ]);
    const signed = (await cleo.api.program.listAgreements({})).acceptances;
    expect(signed).toMatchObject([{ method: 'transfer', terms_version: '2026-11' }]);
    expect((await mailsOf(ada))[0]?.subject).toBe('“Waves” belongs to cleo now');
    expect((await mailsOf(cleo))[0]?.subject).toBe('“Waves” is yours');
    expect((await mailsOf(ben))[0]?.text).toContain('Your part of the creator');
  });

  test('what its old owner had accepted for a day to come never holds', async () => {
    await pass(366);
    const { agreement } = await fan.api.registry.getModel({ slug: 'waves' });
    expect(agreement).toMatchObject({ terms_version: '2026-11', share_ppm: 700_000, next: null });
    expect(agreement.from > '2026-12').toBe(true);
  });

  test('goes to somebody who shares in it with what they have', async () => {
    const { id } = await offer(cleo, ben);
    const seen = present((await look(ben, id)).file, 'all that is taken over');
    // newer terms are in force by now, and whoever takes it over takes it over under them
    expect(seen.terms.version).toBe('2027-01');
    await accept(ben, id);
    const { parts } = await ben.api.program.getSplit({ slug: 'waves' });
    expect(parts).toMatchObject([
      { person: { handle: handleOf(ben) }, role: 'creator', part_ppm: 1_000_000 },
    ]);
    expect((await fan.api.registry.getModel({ slug: 'waves' })).agreement).toMatchObject({
      terms_version: '2027-01',
      share_ppm: 720_000,
    });
  });
});

/** Newer terms are announced, and Ada accepts them for the time after her pin. */
async function acceptNewerTerms() {
  await admin.api.program.createTerms({
    ...{ version: '2027-01', text: '# Terms\n\nA little more.', share_ppm: 720_000 },
    effective_from: new Date(clock.now().getTime() + 40 * DAY_MS).toISOString(),
  });
  const { digest } = await fan.api.program.getTerms({ version: '2027-01' });
  const page = { slug: 'waves', version: '2027-01', terms_digest: digest };
  expect((await ada.api.program.createTermsAcceptance(page)).next).toMatchObject({ share_ppm: 720_000 });
}

describe('at the same time', () => {
  const newest = async (slug: string) => {
    const release_id = asId<ReleaseId>(await releaseOf(fan, slug));
    return (await earnings.newestRoyalties(world.context.db, release_id)).map(({ person_id }) => person_id);
  };
  const owner = async () =>
    asId<AccountId>(present(await registry.modelBySlug(world.context.db, 'waves'), 'waves').creator_id);

  test('a model that is made from it meanwhile pays whoever has it', async () => {
    const hands = [ben, cleo, ben, cleo] as const;
    for (const [round, to] of hands.slice(1).entries()) {
      const { id } = await offer(present(hands[round], 'the owner'), to);
      const slug = `spray-${round}`;
      await Promise.all([accept(to, id), publishChild(slug)]);
      expect(await owner()).toBe(await idOfPerson(to));
      expect(await newest(slug)).toEqual([await owner()]);
      expect(await newest('ripples')).toEqual([await owner()]);
    }
  });

  test('of taking it over and taking it back, or proposing another split, one happens', async () => {
    const effective_from = new Date(clock.now().getTime() + 5 * DAY_MS).toISOString();
    const others: ((id: string) => Promise<unknown>)[] = [
      (id) => takeBack(cleo, id),
      () =>
        cleo.api.program.createSplitProposal({
          slug: 'waves',
          team: [{ handle: handleOf(kim), part_ppm: 1_000 }],
          effective_from,
        }),
    ];
    for (const other of others) {
      const { id } = await offer(cleo, ben);
      const outcomes = await Promise.allSettled([accept(ben, id), other(id)]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const moved = outcomes[0]?.status === 'fulfilled';
      expect(await owner()).toBe(await idOfPerson(moved ? ben : cleo));
      if (moved) await accept(cleo, (await offer(ben, cleo)).id);
      else await takeBack(cleo, id).catch(() => {});
      const [waiting] = (await cleo.api.program.getSplit({ slug: 'waves' })).proposals;
      if (waiting?.can.withdraw.allowed) await cleo.api.program.deleteSplitProposal({ id: waiting.id });
    }
  });

  test('what is started while it changes hands names one owner in all its terms', async () => {
    for (const [from, to] of [
      [cleo, ben],
      [ben, cleo],
    ] as const) {
      const { id } = await offer(from, to);
      const release_id = await releaseOf(fan, 'waves');
      const quotes = Array.from({ length: 12 }, () =>
        fan.api.generation.createQuote({ release_id, input: SMALL }),
      );
      const [, ...seen] = await Promise.all([accept(to, id), ...quotes]);
      for (const { recipients } of seen) {
        const creator = recipients.find(({ role }) => role === 'creator');
        expect([handleOf(cleo), handleOf(ben)]).toContain(creator?.person?.handle);
      }
    }
    const jobs = await world.context.db.selectFrom('generation.generation').select('terms').execute();
    for (const { terms } of jobs) {
      const { model, split } = terms as unknown as {
        model: { creator_id: string };
        split: { parts: { role: string; person_id: string }[] };
      };
      expect(split.parts.find(({ role }) => role === 'creator')?.person_id).toBe(model.creator_id);
    }
  });

  test('the model, the agreement that holds, the split and the last owner written down are of one person', async () => {
    const { rows } = await world.context.database.pool.query(
      `select m.creator_id, a.creator_id as agreed, s.parts -> 0 ->> 'person_id' as shares
       from registry.model m
       cross join lateral (select creator_id from program.agreement where model_id = m.id order by accepted_at desc limit 1) a
       cross join lateral (select parts from earnings.split where model_id = m.id order by version desc limit 1) s
       where m.id = $1`,
      [model_id],
    );
    expect(new Set(Object.values(rows[0])).size).toBe(1);
  });
});
