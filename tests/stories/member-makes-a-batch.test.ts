import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { creditsOf, ended, expectEverythingHolds, releaseOf, SMALL, start } from '../acts.ts';
import { eventually } from '../eventually.ts';
import { expectRefusal } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let release_id: string;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(asPrompted) });
  release_id = await releaseOf(await world.member('looks'));
});
afterAll(() => world.end());

type Member = Awaited<ReturnType<World['member']>>;
type Batch = Parameters<Member['api']['generation']['createBatch']>[0]['body'];

const seeds = (count: number, input: Record<string, unknown> = SMALL) =>
  Array.from({ length: count }, (_, place) => ({ release_id, input: { ...input, seed: 7 + place } }));

function press(member: Member, generations: Batch['generations'], more: Partial<Batch> = {}, key?: string) {
  const batch_id = more.batch_id ?? randomUUID();
  return member.api.generation.createBatch({
    headers: { 'idempotency-key': key ?? batch_id },
    body: { ...more, batch_id, generations },
  });
}

describe('several generations of one press', () => {
  test('are started together, each with the next seed, and are found by their batch', async () => {
    const nina = await world.member('nina');
    const { batch_id, generations, refused, price_micros } = await press(nina, seeds(4));
    expect(refused).toEqual([]);
    expect(price_micros).toBe('4000000');
    expect(generations.map(({ seed }) => seed)).toEqual([7, 8, 9, 10]);
    await Promise.all(generations.map(({ id }) => ended(nina, id)));
    const { items } = await nina.api.generation.listGenerations({ batch: batch_id });
    expect(items.map(({ seed, state }) => [seed, state])).toEqual(
      [10, 9, 8, 7].map((seed) => [seed, 'succeeded']),
    );
    expect(await creditsOf(nina)).toEqual({ available: 96, held: 0 });
  });

  test('are one batch, however often and however many at once it is pressed', async () => {
    const [otto, batch_id] = [await world.member('otto'), randomUUID()];
    const presses = await Promise.all([1, 2, 3].map(() => press(otto, seeds(4), { batch_id })));
    const again = await press(otto, seeds(4), { batch_id });
    const ids = again.generations.map(({ id }) => id);
    for (const { generations } of presses) expect(generations.map(({ id }) => id)).toEqual(ids);
    await Promise.all(ids.map((id) => ended(otto, id)));
    expect(await creditsOf(otto)).toEqual({ available: 96, held: 0 });
    await expectRefusal(
      press(otto, seeds(4, { ...SMALL, prompt: 'other' }), { batch_id }),
      'IDEMPOTENCY_CONFLICT',
    );
  });

  test('pressed again after the credits went into it, they are still the same batch', async () => {
    const [rosa, batch_id] = [await world.member('rosa'), randomUUID()];
    const dear = { prompt: 'silk', width: 1024, height: 1024 };
    const first = await press(rosa, seeds(8, dear), { batch_id });
    const again = await press(rosa, seeds(8, dear), { batch_id });
    expect(again.generations.map(({ id }) => id)).toEqual(first.generations.map(({ id }) => id));
    await Promise.all(first.generations.map(({ id }) => ended(rosa, id)));
  });

  test('that cost more together than there is are refused whole', async () => {
    const poor = await world.member('poor');
    const film = await releaseOf(poor, 'drift-motion');
    const input = { prompt: 'silk', width: 512, height: 512, duration_s: 6 };
    const wanted = Array.from({ length: 8 }, () => ({ release_id: film, input }));
    expect(await expectRefusal(press(poor, wanted), 'INSUFFICIENT_CREDITS')).toMatchObject({
      price_micros: '192000000',
      available_micros: '100000000',
    });
    expect((await poor.api.generation.listGenerations({})).items).toEqual([]);
    expect(await creditsOf(poor)).toEqual({ available: 100, held: 0 });
  });

  test('are refused whole when one of them is not as it must be', async () => {
    const vera = await world.member('vera');
    const wrong = [...seeds(3), { release_id, input: { ...SMALL, width: 3 } }];
    await expectRefusal(press(vera, wrong), 'INVALID_INPUT');
    await expectRefusal(
      press(vera, [...seeds(1), { release_id: randomUUID(), input: SMALL }]),
      'RELEASE_UNKNOWN',
    );
    await expectRefusal(press(vera, []), 'INVALID_INPUT');
    await expectRefusal(press(vera, seeds(9)), 'INVALID_INPUT');
    expect(await creditsOf(vera)).toEqual({ available: 100, held: 0 });
  });

  test('are refused whole for the prompt or the promised price of a later one', async () => {
    const ines = await world.member('ines');
    const hostile = { release_id, input: { ...SMALL, prompt: 'p0rn of two people' } };
    await expectRefusal(press(ines, [...seeds(2), hostile, hostile]), 'PROMPT_REFUSED');
    const elsewhere = { release_id, input: SMALL, quote: 'no.quote' };
    await expectRefusal(press(ines, [...seeds(2), elsewhere]), 'QUOTE_INVALID');
    expect((await ines.api.generation.listGenerations({})).items).toEqual([]);
    expect(await creditsOf(ines)).toEqual({ available: 100, held: 0 });
  });

  test('are what was pressed first: another body under their key starts nothing', async () => {
    const [kurt, batch_id] = [await world.member('kurt'), randomUUID()];
    const { generations } = await press(kurt, seeds(2), { batch_id });
    for (const other of [seeds(3), seeds(1), seeds(2).toReversed()])
      await expectRefusal(press(kurt, other, { batch_id }), 'IDEMPOTENCY_CONFLICT');
    await expectRefusal(press(kurt, seeds(2), { batch_id: randomUUID() }, batch_id), 'IDEMPOTENCY_CONFLICT');
    await Promise.all(generations.map(({ id }) => ended(kurt, id)));
    expect(await creditsOf(kurt)).toEqual({ available: 98, held: 0 });
    // of two that differ, pressed at once, one is the first
    const key = randomUUID();
    const both = await Promise.allSettled(
      [2, 3].map((count) => press(kurt, seeds(count), { batch_id: key })),
    );
    expect(both.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
  });

  test('are looked at whole under another key too, though their batch is there already', async () => {
    const [lena, batch_id] = [await world.member('lena'), randomUUID()];
    const { generations } = await press(lena, seeds(1), { batch_id });
    const hostile = { release_id, input: { ...SMALL, prompt: 'p0rn of two people' } };
    await expectRefusal(press(lena, [...seeds(2), hostile], { batch_id }, randomUUID()), 'PROMPT_REFUSED');
    const wrong = { release_id, input: { ...SMALL, width: 3 } };
    await expectRefusal(press(lena, [...seeds(2), wrong], { batch_id }, randomUUID()), 'INVALID_INPUT');
    expect((await lena.api.generation.listGenerations({ batch: batch_id })).items).toHaveLength(1);
    // what had no room is tried again for the same batch
    const rest = await press(lena, seeds(2), { batch_id }, randomUUID());
    await Promise.all([...generations, ...rest.generations].map(({ id }) => ended(lena, id)));
    expect((await lena.api.generation.listGenerations({ batch: batch_id })).items).toHaveLength(3);
    expect(await creditsOf(lena)).toEqual({ available: 97, held: 0 });
  });

  test('start as far as there is room, and the others are named', async () => {
    const busy = await world.member('busy');
    const forever = { ...SMALL, prompt: 'silk forever' };
    for (let i = 0; i < 6; i += 1) await press(busy, seeds(8, forever));
    const { generations, refused } = await press(busy, seeds(8, forever));
    expect(generations).toHaveLength(2);
    expect(refused.map(({ place, code }) => [place, code])).toEqual(
      [2, 3, 4, 5, 6, 7].map((place) => [place, 'QUEUE_FULL']),
    );
    expect(refused[0]).toMatchObject({ retry_after_s: expect.any(Number), message: expect.any(String) });
    await expectRefusal(press(busy, seeds(2)), 'QUEUE_FULL');
    const { items } = await busy.api.generation.listGenerations({ stage: 'open', limit: 100 });
    await Promise.all(items.map(({ id }) => busy.api.generation.createCancellation({ id })));
    await Promise.all(items.map(({ id }) => ended(busy, id)));
    const stopped = await busy.api.generation.listGenerations({ stage: 'stopped', limit: 100 });
    expect(stopped.items).toHaveLength(50);
    const both = await busy.api.generation.listGenerations({ stage: 'open', state: 'failed' });
    expect(both.items).toEqual([]);
    expect(await creditsOf(busy)).toEqual({ available: 100, held: 0 });
  });
});

test('history narrows by model', async () => {
  const mila = await world.member('mila');
  const { id } = await start(mila, { release_id });
  await ended(mila, id);
  const of = async (model: string) => (await mila.api.generation.listGenerations({ model })).items;
  expect((await of('drift')).map((one) => one.id)).toEqual([id]);
  expect(await of('drift-motion')).toEqual([]);
  expect(await of('no-such-model')).toEqual([]);
});

test('whoever watches hears of everything that is theirs, and of nothing else', async () => {
  const [wanda, other] = [await world.member('wanda'), await world.member('other')];
  const over = new AbortController();
  const watch = () => wanda.api.generation.watchGenerations({}, { signal: over.signal });
  type Event = Awaited<ReturnType<typeof watch>> extends AsyncIterable<infer One> ? One : never;
  const heard: { type: string; id?: string; state?: string; assets?: number }[] = [];
  const hearGeneration = ({ id, state, assets }: Extract<Event, { type: 'generation' }>['generation']) =>
    heard.push({ type: 'generation', id, state, assets: assets.length });
  const listening = (async () => {
    while (!over.signal.aborted) {
      for await (const event of await watch()) {
        if (event.type === 'generation') hearGeneration(event.generation);
        else heard.push({ type: event.type, ...('id' in event ? { id: event.id } : {}) });
      }
      // a line may end without a word; whoever watches comes again, and looks at what was missed
      (await wanda.api.generation.listGenerations({})).items.forEach(hearGeneration);
    }
  })();
  listening.catch(() => {});
  await eventually('it begins', () => heard.length > 0);
  expect(heard[0]).toEqual({ type: 'open' });

  const foreign = await start(other, { release_id });
  const { id } = await start(wanda, { release_id });
  const has = (wanted: Partial<(typeof heard)[number]>) =>
    Promise.race([
      eventually(JSON.stringify(wanted), () =>
        heard.some((one) => Object.entries(wanted).every(([name, value]) => one[name as 'id'] === value)),
      ),
      listening,
    ]);
  // it may be running before anybody has looked
  await has({ id, type: 'generation' });
  await has({ id, state: 'succeeded', assets: 1 });
  const { assets } = await ended(wanda, id);
  await wanda.api.generation.deleteAsset({ id: assets[0]?.id ?? '' });
  await has({ id, state: 'succeeded', assets: 0 });
  await wanda.api.generation.createRestoration({ id: assets[0]?.id ?? '' });
  await wanda.api.generation.createBoard({ name: 'Silk' });
  await has({ type: 'boards' });
  await ended(other, foreign.id);
  expect(heard.some((one) => one.id === foreign.id)).toBe(false);
  over.abort();
});

test('everything holds', () => expectEverythingHolds(world));
