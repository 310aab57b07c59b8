import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishModel, publishRelease } from '../../server/flows/publish-model.ts';
import { type AccountId, asId, type ModelId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { ImpossibleSplit } from '../../server/modules/earnings/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, expectEverythingHolds, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-11-22T12:00:00Z'));
let world: World;
let payer: Visitor;
let mira: Visitor;

beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock, roles: 'web,relay' });
  payer = await world.member('paula');
  mira = await world.creator('mira-solberg');
  await buy(mira, 'pack-1000');
});
afterAll(async () => {
  await expectEverythingHolds(world);
  await world.end();
});

const idOf = async (person: Visitor) =>
  asId<AccountId>(present((await person.api.identity.getMe({})).account, 'an account').id);

type Parent = { slug: string; royalty_ppm: number };

/** A model with the body of Drift, made from releases of others. */
async function publish(creator: Visitor, slug: string, parents: readonly Parent[]): Promise<string> {
  const creator_id = await idOf(creator);
  await publishModel(world.context, {
    creator_id,
    slug,
    title: slug,
    modality: 'image',
    summary: `${slug}, made from others`,
    description: '',
    agreement: { terms_version: '2026-11', share_ppm: 700_000 },
    split: [{ person_id: creator_id, role: 'creator', part_ppm: 1_000_000 }],
    content: await contentFrom('1.0.0', parents),
  });
  return releaseOf(payer, slug);
}

async function contentFrom(version: string, parents: readonly Parent[]) {
  const drift = present(
    await registry.releaseById(world.context.db, asId<ReleaseId>(await releaseOf(payer))),
    'Drift',
  );
  const { binding, files, input_schema, metering, price_class, licence } = drift;
  return {
    ...{ version, binding, files, input_schema, metering, price_class, licence, samples: [] },
    parents: await Promise.all(
      parents.map(async ({ slug, royalty_ppm }) => ({
        release_id: asId<ReleaseId>(await releaseOf(payer, slug)),
        royalty_ppm,
      })),
    ),
  };
}

async function generate(person: Visitor, release_id: string) {
  clock.advance(60_000);
  const quote = await person.api.generation.createQuote({ release_id, input: SMALL });
  const { id } = await start(person, { release_id, quote: quote.quote });
  await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
  expect(await settleDelivered(world.context)).toBe(1);
  const receipt = await person.api.earnings.getReceipt({ id });
  expect(partsOf(receipt)).toEqual(
    quote.recipients.map(({ role, person: who, amount_micros }) => [
      role,
      who?.handle ?? null,
      amount_micros,
    ]),
  );
  return { receipt, quote };
}

const partsOf = (receipt: {
  parts: { role: string; person: { handle: string } | null; amount_micros: string }[];
}) => receipt.parts.map(({ role, person, amount_micros }) => [role, person?.handle ?? null, amount_micros]);

test('whoever made a model that another was made from is paid from its share', async () => {
  const kai = await world.member('kai');
  const tide = await publish(kai, 'tide', [{ slug: 'drift', royalty_ppm: 100_000 }]);
  const { handle } = present((await kai.api.identity.getMe({})).account, 'kai');

  const page = await payer.api.registry.getModel({ slug: 'tide' });
  expect(page.release?.parents).toEqual([{ slug: 'drift', title: 'Drift' }]);
  expect(page.split.parts.map(({ role, part_ppm }) => [role, part_ppm])).toEqual([
    ['creator', 900_000],
    ['parent', 100_000],
  ]);

  const before = await mira.api.earnings.getEarnings({});
  const { receipt } = await generate(payer, tide);
  expect(partsOf(receipt)).toEqual([
    ['creator', handle, '630000'],
    ['parent', 'mira-solberg', '70000'],
    ['platform', null, '300000'],
  ]);
  const after = await mira.api.earnings.getEarnings({});
  expect(BigInt(after.total_micros) - BigInt(before.total_micros)).toBe(70_000n);

  const { terms } = JSON.parse(receipt.canonical) as { terms: Record<string, unknown> };
  expect(terms).toMatchObject({
    split_parts: [{ person_id: await idOf(kai), role: 'creator', part_ppm: 1_000_000 }],
    royalties: [{ release_id: await releaseOf(payer), person_id: await idOf(mira), royalty_ppm: 100_000 }],
  });
  // who was paid may read it, as the creator may
  expect((await mira.api.earnings.getReceipt({ id: receipt.generation_id })).digest).toBe(receipt.digest);
});

test('whoever would be paid for a parent earns nobody anything by paying', async () => {
  const { quote, receipt } = await generate(mira, await releaseOf(payer, 'tide'));
  expect(quote.related).toBe(true);
  expect(partsOf(receipt)).toEqual([['platform', null, '1000000']]);
  // a royalty that was given up is no reason
  const nell = await world.member('nell');
  const free = await publish(nell, 'ebb', [{ slug: 'drift', royalty_ppm: 0 }]);
  expect((await generate(mira, free)).quote.related).toBe(false);
});

test('whoever owns two parents, or the model and its parent, has one line for all of it', async () => {
  const olga = await world.member('olga');
  const two = await publish(olga, 'delta', [
    { slug: 'drift', royalty_ppm: 100_000 },
    { slug: 'drift-motion', royalty_ppm: 50_000 },
  ]);
  const { receipt } = await generate(payer, two);
  expect(receipt.parts.map(({ role, amount_micros }) => [role, amount_micros])).toEqual([
    ['creator', '595000'],
    ['parent', '70000'],
    ['parent', '35000'],
    ['platform', '300000'],
  ]);
  const own = await publish(mira, 'surf', [{ slug: 'drift', royalty_ppm: 200_000 }]);
  await generate(payer, own);
  const first = await mira.api.earnings.listEarningsLines({ limit: 1 });
  const second = await mira.api.earnings.listEarningsLines({
    limit: 1,
    cursor: present(first.next_cursor, 'a second page'),
  });
  expect([...first.items, ...second.items].map((line) => [line.model.slug, line.amount_micros])).toEqual([
    ['surf', '700000'],
    ['delta', '105000'],
  ]);
});

test('a new release has its own royalties, and what cannot be divided is refused', async () => {
  const { context } = world;
  const model = present(await registry.modelBySlug(context.db, 'tide'), 'tide');
  const model_id = asId<ModelId>(model.id);
  const greedy = [
    { slug: 'drift', royalty_ppm: 600_000 },
    { slug: 'drift-motion', royalty_ppm: 500_000 },
  ];
  await expect(publishRelease(context, model_id, await contentFrom('2.0.0', greedy))).rejects.toThrow(
    ImpossibleSplit,
  );
  clock.advance(60_000);
  await publishRelease(context, model_id, await contentFrom('2.0.0', []));
  const { receipt } = await generate(payer, await releaseOf(payer, 'tide'));
  expect(receipt.parts.map(({ role }) => role)).toEqual(['creator', 'platform']);
});
