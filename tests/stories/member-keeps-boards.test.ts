import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import { expectRefusal } from '../refusal.ts';
import { asPrompted, scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let release_id: string;
let ida: Awaited<ReturnType<World['member']>>;
let stranger: Awaited<ReturnType<World['member']>>;
beforeAll(async () => {
  world = await startWorld({ engine: scriptedEngine(asPrompted) });
  ida = await world.member('ida');
  stranger = await world.member('stranger');
  release_id = await releaseOf(ida);
});
afterAll(() => world.end());

const onBoard = async (board: string) =>
  (await ida.api.generation.listAssets({ board })).items.map(({ generation_id }) => generation_id);

test('what is generated for a board lands on it, and what is not does not', async () => {
  const { api } = ida;
  const board = await api.generation.createBoard({ name: '  Covers ' });
  expect(board).toMatchObject({ name: 'Covers', assets: 0, cover: null, deleted_at: null });
  const batch_id = randomUUID();
  const { generations } = await api.generation.createBatch({
    headers: { 'idempotency-key': batch_id },
    body: { batch_id, board_id: board.id, generations: [{ release_id, input: SMALL }] },
  });
  const beside = await start(ida, { release_id });
  await Promise.all([...generations, beside].map(({ id }) => ended(ida, id)));
  expect(await onBoard(board.id)).toEqual(generations.map(({ id }) => id));
  const [shown] = (await api.generation.listBoards({})).items;
  expect(shown).toMatchObject({ id: board.id, assets: 1, cover: { modality: 'image' }, holds_asset: null });
  const started = await api.generation.listGenerations({ board: board.id });
  expect(started.items.map(({ id, board_id }) => [id, board_id])).toEqual([[generations[0]?.id, board.id]]);
});

test('assets are put on boards and taken off; the bin hides them meanwhile', async () => {
  const { api } = ida;
  const board = await api.generation.createBoard({ name: 'Picked' });
  const { items } = await api.generation.listAssets({});
  const ids = items.map(({ id }) => id);
  const first = ids[0] ?? '';
  const put = (asset_ids: string[]) => api.generation.createBoardAssets({ id: board.id, asset_ids });
  expect(await put([...ids, first])).toMatchObject({ assets: 2 });
  expect(await put([first])).toMatchObject({ assets: 2 });
  const asked = await api.generation.listBoards({ asset: first });
  expect(asked.items.map(({ name, holds_asset }) => [name, holds_asset])).toEqual([
    ['Picked', true],
    ['Covers', false],
  ]);
  await api.generation.deleteAsset({ id: first });
  expect(await api.generation.getBoard({ id: board.id })).toMatchObject({ assets: 1 });
  expect(await onBoard(board.id)).toHaveLength(1);
  await api.generation.createRestoration({ id: first });
  expect(await api.generation.deleteBoardAsset({ id: board.id, asset_id: first })).toMatchObject({
    assets: 1,
  });
  await expectRefusal(api.generation.deleteBoardAsset({ id: board.id, asset_id: first }), 'NOT_FOUND');
  await expectRefusal(put([first, randomUUID()]), 'NOT_FOUND');
  expect(await api.generation.getBoard({ id: board.id })).toMatchObject({ assets: 1 });
});

test('a deleted board leaves its assets alone, and comes back with them', async () => {
  const { api } = ida;
  const before = (await api.generation.listAssets({})).items.length;
  const [board] = (await api.generation.listBoards({})).items;
  const id = board?.id ?? '';
  expect((await api.generation.deleteBoard({ id })).deleted_at).not.toBeNull();
  expect((await api.generation.listBoards({})).items.map((one) => one.id)).not.toContain(id);
  expect((await api.generation.listAssets({})).items).toHaveLength(before);
  await expectRefusal(api.generation.deleteBoard({ id }), 'NOT_FOUND');
  await expectRefusal(api.generation.updateBoard({ id, name: 'Gone' }), 'NOT_FOUND');
  const batch_id = randomUUID();
  const toNowhere = api.generation.createBatch({
    headers: { 'idempotency-key': batch_id },
    body: { batch_id, board_id: id, generations: [{ release_id, input: SMALL }] },
  });
  await expectRefusal(toNowhere, 'NOT_FOUND');

  const namesake = await api.generation.createBoard({ name: 'picked' });
  await expectRefusal(api.generation.createBoardRestoration({ id }), 'BOARD_NAME_TAKEN');
  await api.generation.updateBoard({ id: namesake.id, name: 'Other' });
  expect(await api.generation.createBoardRestoration({ id })).toMatchObject({ assets: 1, deleted_at: null });
  expect(await api.generation.createBoardRestoration({ id })).toMatchObject({ assets: 1, deleted_at: null });
});

test('a name is there once, whatever its letters', async () => {
  const { api } = ida;
  await expectRefusal(api.generation.createBoard({ name: 'COVERS' }), 'BOARD_NAME_TAKEN');
  await expectRefusal(api.generation.createBoard({ name: '   ' }), 'INVALID_INPUT');
  const { items } = await api.generation.listBoards({});
  const other = items.find(({ name }) => name === 'Other')?.id ?? '';
  await expectRefusal(api.generation.updateBoard({ id: other, name: 'Covers' }), 'BOARD_NAME_TAKEN');
  expect(await api.generation.updateBoard({ id: other, name: 'OTHER' })).toMatchObject({ name: 'OTHER' });
  // nobody else is in the way of a name, and two at once are not either
  const [one, two] = await Promise.allSettled([
    stranger.api.generation.createBoard({ name: 'Covers' }),
    stranger.api.generation.createBoard({ name: 'Covers' }),
  ]);
  expect([one.status, two.status].toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('of two boards renamed alike at once one gets the name, and the other is told that it is taken', async () => {
  const { api } = await world.member('renames');
  const [one, two] = [
    await api.generation.createBoard({ name: 'One' }),
    await api.generation.createBoard({ name: 'Two' }),
  ];
  for (let time = 0; time < 8; time += 1) {
    const name = `Same ${time}`;
    const both = await Promise.allSettled(
      [one, two].map(({ id }) => api.generation.updateBoard({ id, name })),
    );
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(refused).toEqual(['BOARD_NAME_TAKEN']);
  }
});

test('a foreign board does not exist, nor does a foreign asset for one’s own', async () => {
  const { api } = stranger;
  const [mine] = (await ida.api.generation.listBoards({})).items;
  const [its] = (await api.generation.listBoards({})).items;
  const [asset] = (await ida.api.generation.listAssets({})).items;
  const id = mine?.id ?? '';
  const asset_id = asset?.id ?? '';
  await expectRefusal(api.generation.getBoard({ id }), 'NOT_FOUND');
  await expectRefusal(api.generation.updateBoard({ id, name: 'Mine' }), 'NOT_FOUND');
  await expectRefusal(api.generation.deleteBoard({ id }), 'NOT_FOUND');
  await expectRefusal(api.generation.createBoardRestoration({ id }), 'NOT_FOUND');
  await expectRefusal(api.generation.deleteBoardAsset({ id, asset_id }), 'NOT_FOUND');
  await expectRefusal(
    api.generation.createBoardAssets({ id: its?.id ?? '', asset_ids: [asset_id] }),
    'NOT_FOUND',
  );
  expect((await api.generation.listAssets({ board: id })).items).toEqual([]);
  expect((await api.generation.listGenerations({ board: id })).items).toEqual([]);
});

test('there is an end to boards', async () => {
  const hoarder = await world.member('hoarder');
  const { api } = hoarder;
  for (let place = 0; place < 200; place += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => api.generation.createBoard({ name: `Board ${place + i}` })),
    );
  await expectRefusal(api.generation.createBoard({ name: 'One more' }), 'BOARDS_FULL');
  const [board] = (await api.generation.listBoards({})).items;
  await api.generation.deleteBoard({ id: board?.id ?? '' });
  await api.generation.createBoard({ name: 'One more' });
  await expectRefusal(api.generation.createBoardRestoration({ id: board?.id ?? '' }), 'BOARDS_FULL');
});
