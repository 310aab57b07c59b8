import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type GenerationId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import { present } from '../../server/kit/assert.ts';
import * as generation from '../../server/modules/generation/index.ts';
import * as marketplace from '../../server/modules/marketplace/index.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { buy, ended, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { eventually } from '../eventually.ts';
import { financePerson, generate, idOf } from '../finance.ts';
import { expectRefusal } from '../refusal.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

const clock = settableClock(new Date('2026-06-01T10:00:00Z'));
let world: World;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(), clock });
  // the models of the house are told of, and then they are found
  const { items } = await world.visitor().api.registry.listModels({ limit: 60 });
  await eventually(
    'all of them are listed',
    async () => (await explore({ limit: 100 })).items.length === items.length,
  );
}, 60_000);
afterAll(() => world.end());

async function payersOf(slug: string): Promise<number> {
  const { id } = present(await registry.modelBySlug(world.context.db, slug), 'a model');
  return (await marketplace.payersOf(world.context.db, [id])).get(id) ?? 0;
}

type Wish = Parameters<ReturnType<World['visitor']>['api']['marketplace']['exploreModels']>[0];
const explore = (wish: Wish) => world.visitor().api.marketplace.exploreModels(wish);
const slugs = async (wish: Wish) => (await explore(wish)).items.map(({ model }) => model.slug);

test('a visitor finds models by name, by what is said of them, and mistyped; each says why it is here', async () => {
  const drift = await explore({ search: 'drift' });
  expect(drift.items[0]).toMatchObject({
    model: { slug: 'drift' },
    why: { match: 'Its name, a tag or its creator has “drift”.' },
  });
  const mistyped = await explore({ search: 'vitrial ' });
  expect(mistyped.items[0]).toMatchObject({
    model: { slug: 'vitrail' },
    why: { match: 'It has a word close to “vitrial”.' },
  });
  expect(mistyped.spelling).toEqual([{ typed: 'vitrial', taken: ['vitrail'] }]);
  expect(await slugs({ search: 'solberg' })).toContain('drift');
  expect(await slugs({ search: 'nothing has all of this' })).toEqual([]);
});

test('lists are narrowed, ordered, and go on without an end that comes twice', async () => {
  const videos = await explore({ modality: 'video' });
  expect(new Set(videos.items.map(({ model }) => model.modality))).toEqual(new Set(['video']));
  const prices = (await explore({ order: 'price' })).items.map(({ model }) => BigInt(model.from_micros));
  expect(prices).toEqual(prices.toSorted((a, b) => Number(a - b)));
  const dear = prices.at(-1) ?? 0n;
  expect((await explore({ price_max_micros: String(dear - 1n) })).items.length).toBeLessThan(prices.length);
  expect(await slugs({ new_days: 1, licence: 'no-such-licence' })).toEqual([]);

  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await explore({ limit: 2, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ model }) => model.slug));
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(await slugs({ limit: 100 }));
  expect(new Set(seen).size).toBe(seen.length);
  const { next_cursor } = await explore({ limit: 2 });
  await expectRefusal(explore({ limit: 2, order: 'newest', cursor: next_cursor ?? '' }), 'INVALID_INPUT');
});

test('samples are found by their prompts, creators by their names', async () => {
  const { api } = world.visitor();
  const { items } = await api.marketplace.exploreSamples({ modality: 'image' });
  const first = items.find(({ prompt }) => prompt.length > 8);
  if (!first) throw new Error('no sample has a prompt');
  const found = await api.marketplace.exploreSamples({
    modality: 'image',
    search: first.prompt.slice(0, 80),
  });
  expect(found.items.map(({ prompt }) => prompt)).toContain(first.prompt);
  expect(found.items[0]?.why.match).toBe('Its prompt has your words.');
  const creators = await api.marketplace.exploreCreators({ search: 'mira' });
  expect(creators.items[0]).toMatchObject({ handle: 'mira-solberg' });
  const filters = await api.marketplace.listFilters({});
  expect(filters.licences.reduce((total, { models }) => total + models, 0)).toBe(
    (await explore({ limit: 100 })).items.length,
  );
});

test(
  'who pays makes a model trend, once a person; refunded, they no longer do',
  { timeout: 60_000 },
  async () => {
    const [fan, owner, finance] = [
      await world.member('kira'),
      await world.creator('mira-solberg'),
      await financePerson(world, 'lena'),
    ];
    await buy(fan, 'pack-1000');
    await buy(owner, 'pack-1000');
    const release_id = await releaseOf(fan);
    const promo = await generate(fan, release_id, 'promo');
    const own = await generate(owner, release_id, 'paid');
    const paid = [await generate(fan, release_id, 'paid'), await generate(fan, release_id, 'paid')];
    const counted = await generation.paidUses(world.context.db, [promo, own, ...paid]);
    expect([...counted.keys()].toSorted()).toEqual(paid.toSorted());

    const drift = await eventually('it trends', async () => {
      const [top] = (await explore({})).items;
      return top?.model.slug === 'drift' && (await payersOf('drift')) === 1 && top;
    });
    // fewer than five are not told: who asks before and after would learn of one of them
    expect(drift.why).toMatchObject({ match: null, ranked: { by: 'payers', people: 0 } });
    await eventually('it is warm', async () => (await slugs({ ready: 'warm' })).join() === 'drift');
    expect(await slugs({ ready: 'cold', limit: 100 })).not.toContain('drift');
    // one person who paid once outweighs any number of generations that nobody else paid for
    const other = await releaseOf(fan, 'vitrail');
    for (let time = 0; time < 4; time += 1) await generate(fan, other, 'promo');
    await eventually(
      'the other ran more often',
      async () => ((await explore({ search: 'vitrail' })).items[0]?.model.generations ?? 0) >= 4,
    );
    const [most] = (await explore({ order: 'used' })).items;
    expect(most).toMatchObject({ model: { slug: 'drift' }, why: { ranked: { by: 'used', people: 0 } } });
    const [popular] = (await world.visitor().api.registry.listModels({})).items;
    expect(popular?.slug).toBe('drift');

    for (const id of paid)
      await finance.api.finance.createRefund({ id: asId<GenerationId>(id), reason: 'The picture was black' });
    await eventually('nobody counts any more', async () => (await payersOf('drift')) === 0);
  },
);

test('what people show is found by its title, its shown prompt, its maker and its tags', async () => {
  const [maker, viewer] = [await world.member('mona'), await world.member('otto')];
  await buy(maker, 'pack-1000');
  const release_id = await releaseOf(maker);
  const show = async (title: string, show_prompt: boolean) => {
    const made = await ended(maker, (await start(maker, { release_id })).id);
    const id = made.assets[0]?.id ?? '';
    await maker.api.marketplace.showCreation({ id, title, show_prompt });
    return id;
  };
  const heron = await show('Heron at dawn', true);
  const crane = await show('Crane', false);
  const find = async (search: string, who: Visitor = world.visitor(), more = {}) =>
    who.api.marketplace.exploreCreations({ search, ...more });
  const ids = async (...asked: Parameters<typeof find>) =>
    (await find(...asked)).items.map(({ creation }) => creation.id);
  await eventually('both are found', async () => (await ids('')).length === 2);

  expect((await find('hero')).items[0]).toMatchObject({
    creation: { id: heron, title: 'Heron at dawn' },
    why: {
      match: 'Its title, a tag or its maker has “hero”.',
      rank: 'Nobody whose like ranks liked it in the last 7 days; among such creations the newest stand first.',
    },
  });
  expect((await find('herron ')).spelling).toEqual([{ typed: 'herron', taken: ['heron'] }]);
  expect(await ids(SMALL.prompt)).toEqual([heron]); // the other keeps its prompt
  expect(await ids('mona')).toEqual([crane, heron]);
  expect(await ids('', world.visitor(), { modality: 'video' })).toEqual([]);
  expect(await ids('', world.visitor(), { licence: 'no-such-licence' })).toEqual([]);
  expect(await ids('', world.visitor(), { price_max_micros: '1' })).toEqual([]);
  expect(await ids('', world.visitor(), { new_days: 1, order: 'newest' })).toEqual([crane, heron]);
  const first = await find('', world.visitor(), { limit: 1 });
  expect(await ids('', world.visitor(), { limit: 1, cursor: first.next_cursor ?? '' })).toEqual([heron]);
  await expectRefusal(find('', viewer, { limit: 1, cursor: first.next_cursor ?? '' }), 'INVALID_INPUT');

  const { account } = await maker.api.identity.getMe();
  await viewer.api.marketplace.blockPerson({ handle: account?.handle ?? '', kind: 'mute' });
  expect(await ids('', viewer)).toEqual([]);

  await maker.api.identity.updateMe({ display_name: 'Zephyrine' });
  await eventually('it is found by the new name', async () => (await ids('zephyr')).length === 2);
  await maker.api.marketplace.showCreation({ id: crane, title: 'Crane', listed: false });
  await eventually('it is found by its link alone', async () => !(await ids('crane')).includes(crane));
  await maker.api.marketplace.withdrawCreation({ id: heron });
  expect(await ids('')).toEqual([]);
});

test('likes of others who pay make a creation trend, each once, until they are taken back', async () => {
  const [maker, payer, guest] = [
    await world.member('rita'),
    await world.member('paul'),
    await world.member('gus'),
  ];
  await buy(payer, 'pack-1000');
  const release_id = await releaseOf(maker);
  await generate(payer, release_id, 'paid');
  await eventually('who paid is counted', async () => {
    const { rows } =
      await sql`select from marketplace.model_payer where payer_id = ${await idOf(payer)}`.execute(
        world.context.db,
      );
    return rows.length > 0;
  });
  const shown: string[] = [];
  for (const title of ['First', 'Second']) {
    const made = await ended(maker, (await start(maker, { release_id })).id);
    const id = made.assets[0]?.id ?? '';
    await maker.api.marketplace.showCreation({ id, title });
    shown.push(id);
  }
  const [first = '', second = ''] = shown;
  const top = async () =>
    (await world.visitor().api.marketplace.exploreCreations({ order: 'trending' })).items.map(
      ({ creation, why }) => [creation.id, why.ranked],
    );
  await eventually('the newest stands first', async () => (await top())[0]?.[0] === second);
  for (const who of [maker, guest]) await who.api.marketplace.likeCreation({ id: first });
  expect((await top())[0]?.[0]).toBe(second);
  for (let n = 0; n < 3; n += 1) await payer.api.marketplace.likeCreation({ id: first });
  expect((await top())[0]).toEqual([first, { by: 'likes', people: 1 }]);
  // what is said of it anew keeps its place
  await maker.api.marketplace.showCreation({ id: first, title: 'First of all' });
  await eventually('its new title is found', async () => {
    const { items } = await world.visitor().api.marketplace.exploreCreations({ search: 'all' });
    return items[0]?.creation.id === first && (await top())[0]?.[0] === first;
  });
  await payer.api.marketplace.unlikeCreation({ id: first });
  expect((await top())[0]?.[0]).toBe(second);
});

test('what its creator edits is found by its new words, and unlisted it is not found', async () => {
  const owner = await world.creator('mira-solberg');
  const change = async (fields: { tags?: string[]; visibility?: string }) => {
    const { items } = await owner.api.registry.listOwnModels({});
    const version = items.find(({ slug }) => slug === 'drift')?.version ?? 0;
    await owner.api.registry.createEditSet({ changes: [{ slug: 'drift', version, ...fields }] });
  };
  await change({ tags: ['Film Noir'] });
  await eventually('it has the tag', async () => (await slugs({ tag: 'film-noir' })).includes('drift'));
  expect((await slugs({ search: 'noi' }))[0]).toBe('drift');
  await eventually('one can filter by it', async () => {
    const { tags } = await world.visitor().api.marketplace.listFilters({});
    return JSON.stringify(tags) === JSON.stringify([{ tag: 'film-noir', models: 1 }]);
  });
  await change({ visibility: 'unlisted' });
  await eventually('it is gone', async () => !(await slugs({ search: 'drift' })).includes('drift'));
  await change({ visibility: 'listed' });
  await eventually('it is back', async () => (await slugs({ search: 'drift' })).includes('drift'));
});

test('search engines are told every address, in parts', async () => {
  const { api } = world.visitor();
  // a page hides at once what is unlisted and shows it at once again, so the news of that may still be on their way
  await eventually('drift stands in the lists again', async () => {
    const { parts } = await api.marketplace.listAddresses({});
    const { models } = await api.marketplace.listAddresses({ from: parts[0] });
    const told = models.find(({ slug }) => slug === 'drift');
    return (
      parts.length === 1 &&
      told?.creator === 'mira-solberg' &&
      (await slugs({ limit: 100 })).includes('drift')
    );
  });
  const { parts } = await api.marketplace.listAddresses({});
  const { models } = await api.marketplace.listAddresses({ from: parts[0] });
  expect(models.map(({ slug }) => slug).toSorted()).toEqual((await slugs({ limit: 100 })).toSorted());
});
