import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type AccountId, type AgreementId, asId, type ModelId, newId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as earnings from '../../server/modules/earnings/index.ts';
import * as generation from '../../server/modules/generation/index.ts';
import * as program from '../../server/modules/program/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, creditsOf, expectEverythingHolds, releaseOf, SMALL, start, total } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const FIRST_DAY = new Date('2026-11-22T12:00:00Z');
const clock = settableClock(FIRST_DAY);
const engine = scriptedEngine();
let world: World;
let member: Visitor;
let model_id: ModelId;
let creator_id: AccountId;
let release_id: string;

beforeAll(async () => {
  world = await startWorld({ engine, clock, roles: 'web,relay' });
  member = await world.member('fred');
  release_id = await releaseOf(member);
  const model = present(await registry.modelBySlug(world.context.db, 'drift'), 'drift');
  model_id = asId(model.id);
  creator_id = asId(model.creator_id);
});
afterAll(() => world.end());
afterEach(() => expectEverythingHolds(world));

async function finish(person: Visitor, id: string) {
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  expect(await settleDelivered(world.context)).toBe(1);
  return person.api.earnings.getReceipt({ id });
}

const inOneHour = () => clock.advance(3_600_000);
const partsOf = (receipt: { parts: { role: string; amount_micros: string }[] }) =>
  receipt.parts.map(({ role, amount_micros }) => [role, amount_micros]);

test('a new agreement and a new split are for what starts after them', async () => {
  const { context } = world;
  const before = await start(member, { release_id });
  inOneHour();
  const helper = await world.member('hana');
  const hana = present(present((await helper.api.identity.getMe({})).account, 'hana').id, 'her id');
  const at = clock.now();
  await context.database.inTransaction(async (tx) => {
    const id = newId<AgreementId>(at);
    await program.acceptAgreement(tx, {
      id,
      model_id,
      creator_id,
      terms_version: '2026-11',
      share_ppm: 800_000,
      accepted_at: at,
      in_force_from: at,
    });
    const parts = [
      { person_id: creator_id, role: 'creator' as const, part_ppm: 750_000 },
      { person_id: hana, role: 'collaborator' as const, part_ppm: 250_000 },
    ];
    await earnings.insertSplit(tx, { model_id, parts, agreed_at: at, in_force_from: at });
  });

  const old = await finish(member, before.id);
  expect(old.terms).toMatchObject({ share_ppm: 700_000, split_version: 1 });
  expect(partsOf(old)).toEqual([
    ['creator', '700000'],
    ['platform', '300000'],
  ]);

  const after = await start(member, { release_id });
  const fresh = await finish(member, after.id);
  expect(fresh.terms).toMatchObject({ share_ppm: 800_000, split_version: 2 });
  expect(partsOf(fresh)).toEqual([
    ['creator', '600000'],
    ['collaborator', '200000'],
    ['platform', '200000'],
  ]);
  expect(total(fresh.parts)).toBe(1_000_000n);

  // the collaborator is paid and so sees the receipt; and who has a part earns nothing by paying
  expect(await helper.api.earnings.getReceipt({ id: after.id })).toMatchObject({
    payer: null,
    digest: fresh.digest,
  });
  const own = await start(helper, { release_id });
  expect(partsOf(await finish(helper, own.id))).toEqual([['platform', '1000000']]);
});

test('a dearer rate card does not reach what was quoted or started, a cheaper one is given at once', async () => {
  const { context } = world;
  const raise = (version: number, minimum: bigint) => {
    const at = clock.now();
    const rate = (price_class: string, unit: string) => {
      return {
        price_class,
        unit,
        per_unit_micros: (4n * minimum).toString(),
        minimum_micros: minimum.toString(),
        explanation: 'test',
      };
    };
    const classes = [
      rate('image-standard', 'megapixel'),
      rate('video-standard', 'second'),
      rate('music-standard', 'second'),
    ];
    return context.database.inTransaction((tx) =>
      generation.announceRateCard(tx, { version, announced_at: at, effective_at: at, classes }),
    );
  };
  const started = await start(member, { release_id });
  const quote = await member.api.generation.createQuote({ release_id, input: SMALL });
  clock.advance(60_000);
  await raise(2, 3_000_000n);

  expect(await finish(member, started.id)).toMatchObject({
    charged_micros: '1000000',
    terms: { rate_card_version: 1 },
  });
  const quoted = await start(member, { release_id, quote: quote.quote });
  expect(quoted.price_micros).toBe('1000000');
  expect(await finish(member, quoted.id)).toMatchObject({ charged_micros: '1000000' });
  const unquoted = await start(member, { release_id });
  expect(await finish(member, unquoted.id)).toMatchObject({
    charged_micros: '3000000',
    terms: { rate_card_version: 2 },
  });

  const dear = await member.api.generation.createQuote({ release_id, input: SMALL });
  expect(dear.price_micros).toBe('3000000');
  clock.advance(60_000);
  await raise(3, 500_000n);
  const cheap = await start(member, { release_id, quote: dear.quote });
  expect(cheap.price_micros).toBe('500000');
  await finish(member, cheap.id);
});

test('before the first price list and terms are in force nothing has a price, and that is said', async () => {
  const { context } = world;
  const { generation: made, registry: models, marketplace } = member.api;
  const now = clock.now();
  const credits = await creditsOf(member);
  const early = new Date(FIRST_DAY.getTime() - 1);
  clock.set(early);
  try {
    const unpriced = async () => {
      await expectRefusal(made.createQuote({ release_id, input: SMALL }), 'NOT_PRICED');
      await expectRefusal(start(member, { release_id }), 'NOT_PRICED');
      await expectRefusal(models.getModel({ slug: 'drift' }), 'NOT_PRICED');
    };
    await unpriced();
    await expectRefusal(made.getRateCard({}), 'NOT_PRICED');
    await expectRefusal(models.listModels({}), 'NOT_PRICED');
    await expectRefusal(marketplace.getCreator({ handle: 'mira-solberg' }), 'NOT_PRICED');

    // a price list alone is not enough: there is no agreement yet about who gets which part
    const { classes } = await generation.rateCardInForce(context.db, now);
    const listed = classes.map((rate) => ({
      ...rate,
      per_unit_micros: rate.per_unit_micros.toString(),
      minimum_micros: rate.minimum_micros.toString(),
    }));
    await context.database.inTransaction((tx) =>
      generation.announceRateCard(tx, {
        version: 0,
        announced_at: early,
        effective_at: early,
        classes: listed,
      }),
    );
    expect(await made.getRateCard({})).toMatchObject({ version: 0 });
    await unpriced();
  } finally {
    clock.set(now);
  }
  expect(await creditsOf(member)).toEqual(credits);
});

test('a creator who generates with their own model pays, and nobody earns by it', async () => {
  const creator = await world.creator('tonfall');
  await buy(creator, 'pack-1000');
  const chamber = await releaseOf(creator, 'chamber');
  const input = { prompt: 'a waltz', duration_s: 8 };
  const quote = await creator.api.generation.createQuote({ release_id: chamber, input });
  expect(quote.related).toBe(true);
  expect(quote.recipients.map(({ role, amount_micros }) => [role, amount_micros])).toEqual([
    ['platform', quote.price_micros],
  ]);

  const before = await creator.api.earnings.getEarnings({});
  const { available } = await creditsOf(creator);
  const { id } = await start(creator, { release_id: chamber, input, quote: quote.quote });
  const receipt = await finish(creator, id);
  expect(receipt).toMatchObject({ related: true, charged_micros: quote.price_micros });
  expect(partsOf(receipt)).toEqual([['platform', quote.price_micros]]);
  expect((await creditsOf(creator)).available).toBe(available - Number(quote.price_micros) / 1e6);
  const { at: _then, ...untouched } = before;
  expect(await creator.api.earnings.getEarnings({})).toMatchObject(untouched);
});

test('a release that is withdrawn finishes what runs and starts nothing more', async () => {
  const stranger = await world.member('gina');
  const creator = await world.creator('mira-solberg');
  const running = await start(member, { release_id });
  const quote = await member.api.generation.createQuote({ release_id, input: SMALL });

  await expectRefusal(
    stranger.api.registry.createWithdrawal({ id: release_id, reason: 'envy' }),
    'NOT_FOUND',
  );
  const withdrawn = await creator.api.registry.createWithdrawal({
    id: release_id,
    reason: 'a better one comes',
  });
  expect(withdrawn.withdrawn_at).toBe(clock.now().toISOString());
  await expectRefusal(
    creator.api.registry.createWithdrawal({ id: release_id, reason: 'again' }),
    'RELEASE_WITHDRAWN',
  );

  await expectRefusal(member.api.generation.createQuote({ release_id, input: SMALL }), 'RELEASE_WITHDRAWN');
  await expectRefusal(start(member, { release_id }), 'RELEASE_WITHDRAWN');
  await expectRefusal(start(member, { release_id, quote: quote.quote }), 'RELEASE_WITHDRAWN');
  const page = await member.api.registry.getModel({ slug: 'drift' });
  expect(page).toMatchObject({ release_id: null, release: null, can: { generate: { allowed: false } } });

  const receipt = await finish(member, running.id);
  expect(receipt).toMatchObject({ state: 'succeeded', release: { id: release_id } });
  expect(total(receipt.parts)).toBe(BigInt(receipt.charged_micros));
});
