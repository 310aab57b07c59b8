import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishModel, publishRelease } from '../../server/flows/publish-model.ts';
import { fireTimers } from '../../server/flows/review-timers.ts';
import {
  lapsePromoEarnings,
  vestPromoEarnings,
  vestWhatIsCovered,
} from '../../server/flows/vest-promo-earnings.ts';
import { asId, type ModelId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { DAY_MS, settableClock } from '../../server/kit/clock.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, expectEverythingHolds, releaseOf, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { expectBalances } from '../finance.ts';
import { waveManifest } from '../model-files/onnx.ts';
import { person, type Person } from '../program.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

// Of a generation of one credit its model's side has 0.7: a tenth of it is Mira's, whose Drift it was made from; of the
// rest Nora has a quarter and Kai, who made it, the other three.
const KAI = 472_500n;
const NORA = 157_500n;
const MIRA = 70_000n;

const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
let world: World;
let payer: Person;
let clara: Person;
let kai: Person;
let nora: Person;
let mira: Visitor;
let lena: Person;
let mo: Person;
let max: Person;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  mira = await world.creator('mira-solberg');
  [payer, clara, kai, nora] = [
    await person(world, 'paula'),
    await person(world, 'clara'),
    await person(world, 'kai', 'creator'),
    await person(world, 'nora', 'creator'),
  ];
  lena = await person(world, 'lena', 'finance');
  mo = await person(world, 'mo', 'moderator');
  max = await person(world, 'max', 'moderator');
  await buy(payer, 'pack-1000');
});
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

type Parents = NonNullable<Parameters<typeof publishModel>[1]['content']['parents']>;

/** A model of Kai's, in which Nora or somebody else has a part, made from Mira's Drift or from others. */
async function publish(slug: string, partner: Person = nora, from?: Parents): Promise<string> {
  const drift = present(
    await registry.releaseById(world.context.db, asId<ReleaseId>(await releaseOf(payer))),
    'Drift',
  );
  const { files, input_schema, metering, price_class, licence } = drift;
  await publishModel(world.context, {
    ...{
      creator_id: kai.id,
      slug,
      title: slug,
      modality: 'image',
      summary: `${slug} of all`,
      description: '',
    },
    agreement: { terms_version: '2026-11', share_ppm: 700_000 },
    split: [
      { person_id: kai.id, role: 'creator', part_ppm: 750_000 },
      { person_id: partner.id, role: 'collaborator', part_ppm: 250_000 },
    ],
    content: {
      ...{
        version: '1.0.0',
        binding: { kind: 'onnx', manifest: waveManifest },
        files,
        input_schema,
        metering,
      },
      ...{ price_class, licence, samples: [] },
      parents: from ?? [{ release_id: asId<ReleaseId>(drift.id), royalty_ppm: 100_000 }],
    },
  });
  return releaseOf(payer, slug);
}

async function generate(release_id: string, who: Visitor = payer, spend_first: 'paid' | 'promo' = 'paid') {
  const id = await startOne(release_id, who, spend_first);
  await finish();
  return id;
}

async function startOne(release_id: string, who: Visitor = payer, spend_first: 'paid' | 'promo' = 'paid') {
  clock.advance(60_000);
  return (await start(who, { release_id, spend_first })).id;
}

async function finish() {
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  expect(await settleDelivered(world.context)).toBe(1);
}

const SAID = {
  grounds: 'The weights are those of my own model, which I published a year before it on my own page.',
  evidence: 'The page of my model, archived in 2025.',
  links: ['https://example.com/my-model'],
  work: 'Clara’s waves',
  statement_version: '2026-11',
};
type Leg = { leg: 'model' } | { leg: 'person'; person: string } | { leg: 'royalty'; parent: string };

const file = (slug: string, leg: Leg, who: Visitor = clara) =>
  who.api.claims.createRightsClaim({ slug, ...leg, ...SAID });

const WHY = 'The evidence is enough to look into it.';
type Shown = { id: string; version: number };
const admit = ({ id, version }: Shown, by: Visitor = mo) =>
  by.api.claims.createClaimAdmission({ id, version, admitted: true, reason: WHY });
const admitted = async (slug: string, leg: Leg) => admit(await file(slug, leg));
const answered = (respondent: Visitor, { id, version }: Shown) =>
  respondent.api.claims.createClaimAnswer({ id, version, answer: 'I made it from nothing, in 2024.' });
const propose = ({ id, version }: Shown, remedy: 'redirect' | 'transfer' | 'withdraw', by: Visitor = mo) =>
  by.api.claims.createClaimRuling({ id, version, outcome: 'uphold', remedy, reason: WHY });
const sign = ({ id, version }: Shown, by: Visitor = max) =>
  by.api.claims.createClaimSignature({ id, version, signed: true, reason: WHY });
const reject = ({ id, version }: Shown, by: Visitor = mo) =>
  by.api.claims.createClaimRuling({ id, version, outcome: 'reject', reason: WHY });

/** What somebody has more than before, place by place. */
async function more(who: Visitor, act: () => Promise<unknown>) {
  const before = (await who.api.earnings.getEarnings({})).balances;
  await act();
  const after = (await who.api.earnings.getEarnings({})).balances;
  return (place: keyof typeof before) => BigInt(after[place]) - BigInt(before[place]);
}

test('of a claimed part only what is earned from its admission on is set aside, and rejected it goes back', async () => {
  const tide = await publish('tide');
  await generate(tide);
  await expectBalances(nora, { pending: NORA });

  const claim = await file('tide', { leg: 'person', person: nora.handle });
  expect(claim).toMatchObject({ state: 'filed', mine: 'claimant', respondent: { handle: nora.handle } });
  await generate(tide);
  await expectBalances(nora, { pending: 2n * NORA });
  await expectRefusal(nora.api.claims.getRightsClaim({ id: claim.id }), 'NOT_FOUND');

  expect(await admit(claim)).toMatchObject({
    state: 'admitted',
    mine: 'moderator',
    can: { propose: { allowed: false } },
  });
  const id = await generate(tide);
  await expectBalances(nora, { pending: 2n * NORA, held: NORA });
  await expectBalances(kai, { pending: 3n * KAI });

  expect((await nora.api.claims.getRightsClaim({ id: claim.id })).set_aside).toEqual([
    { person: { handle: nora.handle, display_name: 'nora' }, amount_micros: NORA.toString(), generations: 1 },
  ]);
  expect((await clara.api.claims.getRightsClaim({ id: claim.id })).set_aside).toEqual([]);
  await expectRefusal(lena.api.finance.createRefund({ id, reason: 'It is black' }), 'HELD_BY_CASE');
  const { items } = await lena.api.finance.listCases({ kind: 'claim' });
  expect(items).toMatchObject([
    { claim_id: claim.id, held_micros: NORA.toString(), can: { resolve: { allowed: false } } },
  ]);
  const closed = { id: present(items[0], 'the case').id, outcome: 'cleared', note: 'So' } as const;
  await expectRefusal(lena.api.finance.createCaseResolution(closed), 'CLAIM_OPEN');

  const heard = await answered(nora, await nora.api.claims.getRightsClaim({ id: claim.id }));
  expect(heard).toMatchObject({ state: 'heard', mine: 'respondent', can: { answer: { allowed: false } } });
  expect(await reject(heard)).toMatchObject({ state: 'rejected', steps: { length: 4 } });
  await expectBalances(nora, { pending: 3n * NORA });
  await generate(tide);
  await expectBalances(nora, { pending: 4n * NORA });
  await lena.api.finance.createRefund({ id, reason: 'It is black' });
  await expectBalances(nora, { pending: 3n * NORA });
});

test('a part that is upheld is the claimant’s: what was set aside, and what is earned from then on', async () => {
  const reef = await publish('reef');
  const running = await startOne(reef);
  const claim = await admitted('reef', { leg: 'person', person: nora.handle });
  const of_nora = await more(nora, async () => {
    await finish();
    await generate(reef, payer, 'promo');
  });
  expect([of_nora('held_micros'), of_nora('vesting_micros'), of_nora('pending_micros')]).toEqual([
    NORA,
    NORA,
    0n,
  ]);
  // while it is open nothing of it vests, whatever the payer buys
  await vestPromoEarnings(world.context, payer.id);

  const proposed = await propose(await answered(nora, claim), 'redirect');
  expect(proposed).toMatchObject({ state: 'awaiting_signature', can: { sign: { allowed: false } } });
  await expectRefusal(sign(proposed, mo), 'SECOND_PERSON_NEEDED');
  const lost = await more(nora, () => sign(proposed));
  expect([lost('held_micros'), lost('vesting_micros'), lost('pending_micros')]).toEqual([-NORA, -NORA, 0n]);
  await expectBalances(clara, { pending: NORA, vesting: NORA });
  expect(await clara.api.claims.getRightsClaim({ id: claim.id })).toMatchObject({
    ...{ state: 'upheld', brought_micros: (2n * NORA).toString(), remedy: 'redirect' },
  });
  await expectEverythingHolds(world);

  // what it brought lies in lines of hers, and a refund takes it from her
  const lines = await clara.api.earnings.listEarningsLines({});
  expect(lines.items.map(({ amount_micros }) => amount_micros)).toEqual([NORA.toString(), NORA.toString()]);
  const taken = await more(clara, () =>
    lena.api.finance.createRefund({ id: running, reason: 'It is black' }),
  );
  expect(taken('pending_micros')).toBe(-NORA);
  await vestPromoEarnings(world.context, payer.id);
  await expectBalances(clara, { pending: NORA });

  const later = await more(clara, () => generate(reef));
  expect(later('pending_micros')).toBe(NORA);
  expect((await payer.api.registry.getModel({ slug: 'reef' })).split.parts).toMatchObject([
    { role: 'creator', person: { handle: kai.handle } },
    { role: 'collaborator', person: { handle: clara.handle } },
    { role: 'parent' },
  ]);
});

test('a claimed royalty leaves the model’s own people alone, and upheld goes on to the claimant', async () => {
  const foam = await publish('foam');
  const claim = await admitted('foam', { leg: 'royalty', parent: 'drift' });
  const of_kai = await more(kai, async () => {
    const of_mira = await more(mira, () => generate(foam));
    expect([of_mira('held_micros'), of_mira('pending_micros')]).toEqual([MIRA, 0n]);
  });
  expect(of_kai('pending_micros')).toBe(KAI);
  await expectRefusal(propose(claim, 'redirect'), 'NOT_NOW');
  clock.advance(15 * DAY_MS);
  expect(await fireTimers(world.context)).toBeGreaterThan(0);
  const heard = await mo.api.claims.getRightsClaim({ id: claim.id });
  expect(heard).toMatchObject({ state: 'heard', answer: null });
  await expectRefusal(propose(heard, 'transfer'), 'CLAIM_REFUSED');
  const of_clara = await more(clara, async () => sign(await propose(heard, 'redirect')));
  expect(of_clara('pending_micros')).toBe(MIRA);
  const later = await more(clara, () => generate(foam));
  expect(later('pending_micros')).toBe(MIRA);
});

test('a claimed model is set aside for all who share in it, and upheld is the claimant’s', async () => {
  const kelp = await publish('kelp');
  const claim = await admitted('kelp', { leg: 'model' });
  const of_kai = await more(kai, async () => {
    const of_nora = await more(nora, () => generate(kelp));
    expect(of_nora('held_micros')).toBe(NORA);
  });
  expect(of_kai('held_micros')).toBe(KAI);
  // she paid for one herself: it is nobody's but ours
  await buy(clara, 'pack-1000');
  await generate(kelp, clara);
  const shared = await nora.api.claims.getRightsClaim({ id: claim.id });
  expect(shared).toMatchObject({ mine: 'sharer', set_aside: [{ amount_micros: (2n * NORA).toString() }] });

  const soon = new Date(clock.now().getTime() + 3 * DAY_MS).toISOString();
  const another = { slug: 'kelp', team: [], effective_from: soon, note: '' };
  await expectRefusal(kai.api.program.createSplitProposal(another), 'CLAIM_OPEN');

  const of_clara = await more(clara, async () => sign(await propose(await answered(kai, claim), 'transfer')));
  expect(of_clara('pending_micros')).toBe(KAI + NORA);
  const page = await payer.api.registry.getModel({ slug: 'kelp' });
  expect(page.creator.handle).toBe(clara.handle);
  const later = await more(clara, () => generate(kelp));
  expect(later('pending_micros')).toBe(KAI);
});

test('a withdrawn model can no longer be used, and what it earned while it was claimed is the claimant’s', async () => {
  const silt = await publish('silt');
  const claim = await admitted('silt', { leg: 'model' });
  await generate(silt);
  const of_clara = await more(clara, async () => sign(await propose(await answered(kai, claim), 'withdraw')));
  expect(of_clara('pending_micros')).toBe(KAI + NORA);
  await expectRefusal(startOne(silt), 'RELEASE_WITHDRAWN');
});

test('what an upheld claim takes out of use does not come back, though its owner withdrew it first', async () => {
  const sid = await person(world, 'sid', 'creator');
  const first = await publish('marsh');
  const claim = await admit(await file('marsh', { leg: 'model' }, sid));
  await kai.api.registry.createWithdrawal({ id: first, reason: 'Nothing to see here' });
  await sign(await propose(await answered(kai, claim), 'withdraw'));
  const found = await registry.releaseById(world.context.db, asId<ReleaseId>(first));
  // and competitions hear of it all the same
  const { rows: told } = await sql<{ model_id: string; claim_id: string }>`
    select payload->>'model_id' as model_id, payload->>'claim_id' as claim_id
    from kit.outbox where topic = 'model.infringes' order by id desc limit 1`.execute(world.context.db);
  expect(told).toEqual([{ model_id: found?.model_id, claim_id: claim.id }]);
  const { binding, files, input_schema, metering, price_class, licence, model_id } = present(found, 'it');
  const same = { binding, files, input_schema, metering, price_class, licence, samples: [] };
  const again = publishRelease(
    world.context,
    asId<ModelId>(model_id),
    { version: '2.0.0', ...same },
    ...[kai.id, kai.id],
  );
  await expect(again).rejects.toMatchObject({ code: 'WITHDRAWN_BY_ADMIN' });
});

test('a claim that is taken back gives everything back', async () => {
  clock.advance(31 * DAY_MS);
  const dune = await publish('dune');
  const claim = await admitted('dune', { leg: 'person', person: nora.handle });
  await generate(dune);
  const back = await more(nora, () =>
    clara.api.claims.createClaimWithdrawal({ id: claim.id, version: claim.version }),
  );
  expect([back('held_micros'), back('pending_micros')]).toEqual([-NORA, NORA]);
});

test('each refusal has its name', async () => {
  const ines = await person(world, 'ines', 'creator', 'moderator');
  await publish('sand', ines);
  const { claims } = clara.api;
  const mine = await file('sand', { leg: 'model' });
  await expectRefusal(file('sand', { leg: 'model' }), 'CLAIM_FILED');
  await expectRefusal(file('nowhere', { leg: 'model' }), 'NOT_FOUND');
  await expectRefusal(file('sand', { leg: 'model' }, kai), 'CLAIM_REFUSED');
  await expectRefusal(file('sand', { leg: 'person', person: payer.handle }), 'CLAIM_REFUSED');
  await expectRefusal(
    claims.createRightsClaim({ slug: 'sand', leg: 'model', ...SAID, statement_version: '2020-01' }),
    'STATEMENT_CHANGED',
  );
  await expectRefusal(payer.api.claims.getRightsClaim({ id: mine.id }), 'NOT_FOUND');
  await expectRefusal(payer.api.claims.getRightsClaim({ id: randomUUID() }), 'NOT_FOUND');
  await expectRefusal(admit(mine, payer), 'NOT_ALLOWED');
  await expectRefusal(admit({ ...mine, version: 7 }), 'STATE_CHANGED');

  // who earns by it does not decide about it
  await expectRefusal(admit(mine, ines), 'OWN_INTEREST');

  const other = await file('sand', { leg: 'person', person: ines.handle }, payer);
  const open = await admit(mine);
  await expectRefusal(admit(other), 'CLAIM_OPEN');
  await expectRefusal(answered(payer, open), 'NOT_FOUND');
  const heard = await answered(kai, open);
  await expectRefusal(answered(kai, heard), 'ALREADY_ANSWERED');
  const { id, version } = await propose(heard, 'withdraw');
  const declined = await max.api.claims.createClaimSignature({ id, version, signed: false, reason: WHY });
  expect(declined).toMatchObject({ state: 'heard', remedy: null });
  const over = await claims.createClaimWithdrawal({ id, version: declined.version });
  await expectRefusal(claims.createClaimWithdrawal({ id, version: over.version }), 'NOT_NOW');
  const dismissal = { ...other, admitted: false, reason: WHY };
  expect(
    await mo.api.claims.createClaimAdmission({
      id: dismissal.id,
      version: dismissal.version,
      admitted: false,
      reason: WHY,
    }),
  ).toMatchObject({ state: 'dismissed', set_aside: [] });
});

test('of eight who decide at once one does', async () => {
  await publish('spray');
  const claim = await file('spray', { leg: 'person', person: nora.handle }, payer);
  const won = async (tries: Promise<unknown>[]) =>
    (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length;
  const eight = Array.from({ length: 8 }, (_, index) => index);
  expect(await won(eight.map((index) => admit(claim, index % 2 ? mo : max)))).toBe(1);
  const open = await mo.api.claims.getRightsClaim({ id: claim.id });
  expect(await won(eight.map(() => answered(nora, open)))).toBe(1);
  const heard = await mo.api.claims.getRightsClaim({ id: claim.id });
  expect(await won(eight.map(() => propose(heard, 'redirect')))).toBe(1);
  const proposed = await mo.api.claims.getRightsClaim({ id: claim.id });
  const taken_back = () =>
    payer.api.claims.createClaimWithdrawal({ id: claim.id, version: proposed.version });
  expect(await won(eight.map((index) => (index % 2 ? sign(proposed) : taken_back())))).toBe(1);
});

test('what is settled while a claim is admitted is within it or before it, and never both or neither', async () => {
  const wave = await publish('wave');
  const claim = await file('wave', { leg: 'person', person: nora.handle }, lena);
  const delivered = async () => {
    await startOne(wave);
    await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  };
  await delivered();
  // both wait for the books, the admission first: the settlement has looked for claims before there was one
  const of_nora = await more(nora, async () => {
    await inLine(
      () => admit(claim),
      () => settleDelivered(world.context),
    );
  });
  expect([of_nora('held_micros'), of_nora('pending_micros')]).toEqual([NORA, 0n]);
  await delivered();
  const { version } = await lena.api.claims.getRightsClaim({ id: claim.id });
  const after = await more(nora, async () => {
    await inLine(
      () => lena.api.claims.createClaimWithdrawal({ id: claim.id, version }),
      () => settleDelivered(world.context),
    );
  });
  expect([after('held_micros'), after('pending_micros')]).toEqual([-NORA, 2n * NORA]);

  await delivered();
  const again = await file('wave', { leg: 'person', person: nora.handle }, lena);
  const before = await more(nora, async () => {
    await inLine(
      () => settleDelivered(world.context),
      () => admit(again),
    );
  });
  expect([before('held_micros'), before('pending_micros')]).toEqual([0n, NORA]);
});

/** Lets acts wait for the books one behind the other, and then go on in this order. */
async function inLine(...acts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const { database, db } = world.context;
  const waiting: Promise<unknown>[] = [];
  await database.inTransaction(async (tx) => {
    await ledger.lock(tx);
    for (const [place, act] of acts.entries()) {
      waiting.push(act());
      await eventually('it waits for the books', async () => {
        const { rows } = await sql<{ n: number }>`
          select count(*)::int4 as n from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`.execute(db);
        return (rows[0]?.n ?? 0) > place;
      });
    }
  });
  await Promise.all(waiting);
}

test('a royalty is not claimed while whose the parent is is claimed as well', async () => {
  const gus = await person(world, 'gus', 'creator');
  const parent = asId<ReleaseId>(await publish('deep', nora, []));
  const child = await publish('shoal', nora, [{ release_id: parent, royalty_ppm: 100_000 }]);
  const of_parent = await admitted('deep', { leg: 'model' });
  const filed = await file('shoal', { leg: 'royalty', parent: 'deep' }, gus);
  await expectRefusal(admit(filed), 'CLAIM_OPEN');
  await sign(await propose(await answered(kai, of_parent), 'transfer'));
  // it is Clara's by now, and it is hers what is set aside and redirected
  clock.advance(60_000);
  const open = await admit(filed);
  expect(open.respondent.handle).toBe(clara.handle);
  const held = await more(clara, () => generate(child));
  expect(held('held_micros')).toBe(MIRA);
  const brought = await more(gus, async () => sign(await propose(await answered(clara, open), 'redirect')));
  expect(brought('pending_micros')).toBe(MIRA);
  expect((await more(gus, () => generate(child)))('pending_micros')).toBe(MIRA);
});

test('whoever owns two parents keeps what they earn by the one that nobody claims', async () => {
  const pia = await person(world, 'pia', 'creator');
  const one = asId<ReleaseId>(await publish('north', nora, []));
  const two = asId<ReleaseId>(await publish('south', nora, []));
  const child = await publish('strait', nora, [
    { release_id: two, royalty_ppm: 300_000 },
    { release_id: one, royalty_ppm: 100_000 },
  ]);
  const claim = await admit(await file('strait', { leg: 'royalty', parent: 'north' }, pia));
  // his two royalties are one line, which the claim holds
  const held = await more(kai, async () => {
    await generate(child);
    await generate(child, payer, 'promo');
  });
  expect(held('held_micros')).toBe(4n * MIRA);
  const back = await more(kai, async () => {
    const brought = await more(pia, async () => sign(await propose(await answered(kai, claim), 'redirect')));
    expect([brought('pending_micros'), brought('vesting_micros')]).toEqual([MIRA, MIRA]);
  });
  expect([back('held_micros'), back('pending_micros'), back('vesting_micros')]).toEqual([
    -4n * MIRA,
    3n * MIRA,
    -MIRA,
  ]);
  expect((await more(pia, () => generate(child)))('pending_micros')).toBe(MIRA);
});

test('a release that is published while a royalty is redirected pays the claimant as well', async () => {
  const fio = await person(world, 'fio');
  const parent = asId<ReleaseId>(await publish('spring', nora, []));
  const first = await publish('river', nora, [{ release_id: parent, royalty_ppm: 100_000 }]);
  const claim = await admit(await file('river', { leg: 'royalty', parent: 'spring' }, fio));
  const proposed = await propose(await answered(kai, claim), 'redirect');
  const { db, database } = world.context;
  const { model_id, ...content } = present(await registry.releaseById(db, asId<ReleaseId>(first)), 'it');
  const both: Promise<unknown>[] = [];
  await database.inTransaction(async (tx) => {
    // the release knows what it owes, and waits to be written down
    await sql`lock table registry.release in share mode`.execute(tx);
    const { binding, files, input_schema, metering, price_class, licence } = content;
    const again = { version: '2.0.0', binding, files, input_schema, metering, price_class, licence };
    both.push(publishRelease(world.context, asId<ModelId>(model_id), { ...again, samples: [] }));
    await someoneWaits('relation');
    both.push(sign(proposed));
    await Promise.race([both[1], someoneWaits('transactionid')]);
  });
  await Promise.all(both);
  const second = asId<ReleaseId>(await releaseOf(payer, 'river'));
  expect(second).not.toBe(first);
  const owed = await earnings.royaltiesInForce(db, second, new Date(clock.now().getTime() + 1000));
  expect(owed.map(({ person_id }) => person_id)).toEqual([fio.id]);
});

const someoneWaits = (for_what: string) =>
  eventually('somebody waits', async () => {
    const { rows } = await sql`
      select from pg_locks where locktype = ${for_what} and not granted`.execute(world.context.db);
    return rows.length > 0;
  });

test('a split that was agreed for a day to come goes on with the claimant in it', async () => {
  const ron = await person(world, 'ron');
  await publish('delta');
  const then = new Date(clock.now().getTime() + 20 * DAY_MS);
  const wish = { slug: 'delta', team: [{ handle: nora.handle, part_ppm: 600_000 }], note: '' };
  await kai.api.program.createSplitProposal({ ...wish, effective_from: then.toISOString() });
  const claim = await admit(await file('delta', { leg: 'person', person: nora.handle }, ron));
  await sign(await propose(await answered(nora, claim), 'redirect'));
  const { proposals } = await kai.api.program.getSplit({ slug: 'delta' });
  expect(proposals).toMatchObject([{ state: 'accepted' }]);
  const model = present(await registry.modelBySlug(world.context.db, 'delta'), 'the model');
  const split = await earnings.splitInForce(world.context.db, asId<ModelId>(model.id), then);
  expect(split?.parts[1]).toMatchObject({ person_id: ron.id, part_ppm: 600_000 });
});

test('a settlement that was begun before a claim ended says when it looked', async () => {
  const uma = await person(world, 'uma');
  const fjord = await publish('fjord');
  const claim = await admit(await file('fjord', { leg: 'model' }, uma));
  const id = await startOne(fjord);
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  let settled: Promise<unknown> = Promise.resolve();
  await world.context.database.inTransaction(async (tx) => {
    await sql`select from generation.generation where id = ${id}::uuid for update`.execute(tx);
    settled = settleDelivered(world.context);
    await someoneWaits('transactionid');
    clock.advance(5000);
    await uma.api.claims.createClaimWithdrawal({ id: claim.id, version: claim.version });
  });
  expect(await settled).toBe(1);
  await expectEverythingHolds(world);
});

test('models of the house are not given away by a claim', async () => {
  const ira = await person(world, 'ira');
  const claim = await admit(await file('drift', { leg: 'model' }, ira));
  const heard = await answered(await world.creator('mira-solberg'), claim);
  await expectRefusal(propose(heard, 'transfer'), 'CLAIM_REFUSED');
  await reject(heard);
});

test('nobody learns of a claim that was never admitted but its claimant and those who decide', async () => {
  const [ole, una] = [await person(world, 'ole'), await person(world, 'una', 'creator', 'moderator')];
  await publish('ebb', una);
  const theirs = await file('ebb', { leg: 'person', person: una.handle }, ole);
  const on = async (desk: Visitor) =>
    (await desk.api.claims.listClaimDesk({ state: 'open' })).items.some(({ id }) => id === theirs.id);
  expect([await on(mo), await on(una)]).toEqual([true, false]);
  await ole.api.claims.createClaimWithdrawal({ id: theirs.id, version: theirs.version });
  const { items } = await una.api.claims.listRightsClaims({ side: 'respondent' });
  expect(items.filter(({ id }) => id === theirs.id)).toEqual([]);
});

test('what waits to vest loses no time in a claim', async () => {
  const vic = await person(world, 'vic');
  const atoll = await publish('atoll');
  const claim = await admit(await file('atoll', { leg: 'person', person: nora.handle }, vic));
  await generate(atoll, payer, 'promo');
  clock.advance(185 * DAY_MS);
  const past = async () => {
    await vestWhatIsCovered(world.context);
    await lapsePromoEarnings(world.context);
  };
  await past();
  await vic.api.claims.createClaimWithdrawal({ id: claim.id, version: claim.version });
  // Kai's waits with it, though nobody claimed his
  const vested = await more(kai, () => more(nora, past));
  expect([vested('vesting_micros'), vested('pending_micros')]).toEqual([-KAI, KAI]);
});

test('an account files so many claims in a month and no more', async () => {
  const zoe = await person(world, 'zoe');
  const at_once = ['tide', 'reef', 'foam', 'dune', 'sand', 'wave', 'spray'];
  const filed = await Promise.allSettled(at_once.map((slug) => file(slug, { leg: 'model' }, zoe)));
  expect(filed.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  expect(await expectRefusal(file('kelp', { leg: 'model' }, zoe), 'CLAIMS_FULL')).toMatchObject({ limit: 5 });
});
