import type { Context } from '../context.ts';
import { type AccountId, type AssetId, type BoardId, newId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { demandNotBlocked } from './block-person.ts';
import { judgeWords } from './judge-words.ts';

const BOARDS_MAX = 200;

export async function makeBoard(context: Context, owner_id: AccountId, name: string): Promise<BoardId> {
  const at = context.clock.now();
  const id = newId<BoardId>(at);
  await change(context, owner_id, at, async (tx) => {
    await refuseAnotherOf(tx, owner_id, name);
    await generation.insertBoard(tx, { id, owner_id, name, created_at: at });
  });
  return id;
}

type Change = Partial<Pick<generation.Board, 'name' | 'description' | 'visibility' | 'cover_id'>>;

/** Says otherwise what it is called and about, who sees it, what stands for it. What others may read is judged. */
export const changeBoard = (context: Context, owner_id: AccountId, id: BoardId, change: Change) =>
  changeOne(context, owner_id, id, async (tx, at, board) => {
    const { name, cover_id } = change;
    if (name !== undefined && name !== board.name) {
      // counted first: it makes two who would take the same name wait for each other
      await generation.countBoards(tx, owner_id);
      if (await generation.isNameTaken(tx, owner_id, name, id)) refuse('BOARD_NAME_TAKEN');
    }
    if (cover_id && !(await generation.isOnBoard(tx, id, cover_id))) refuse('NOT_FOUND');
    const next = { ...board, ...change };
    const isShown = next.visibility !== 'private';
    if (isShown) judgeWords(`${next.name}\n${next.description}`);
    await generation.changeBoard(tx, id, {
      ...{ name: next.name, description: next.description, cover_id: next.cover_id },
      ...{ visibility: next.visibility, shown_at: isShown ? (board.shown_at ?? at) : null },
    });
  });

/** Puts these first. All of them lie on it, or nothing moves. */
export const arrangeBoard = (
  context: Context,
  owner_id: AccountId,
  id: BoardId,
  asset_ids: readonly AssetId[],
) =>
  changeOne(context, owner_id, id, async (tx) => {
    if ((await generation.arrangeBoard(tx, id, asset_ids)) === 0) refuse('NOT_FOUND');
  });

/** The assets that lie on it stay in the library, and on it, should it be restored. */
export const deleteBoard = (context: Context, owner_id: AccountId, id: BoardId) =>
  changeOne(context, owner_id, id, (tx, at) => generation.changeBoard(tx, id, { deleted_at: at }));

export async function restoreBoard(context: Context, owner_id: AccountId, id: BoardId): Promise<void> {
  await change(context, owner_id, context.clock.now(), async (tx) => {
    const board = await generation.lockBoard(tx, id, owner_id);
    if (!board) refuse('NOT_FOUND');
    if (!board.deleted_at) return;
    await refuseAnotherOf(tx, owner_id, board.name);
    await generation.changeBoard(tx, id, { deleted_at: null });
  });
}

export const putOnBoard = (
  context: Context,
  owner_id: AccountId,
  id: BoardId,
  asset_ids: readonly AssetId[],
) =>
  changeOne(context, owner_id, id, async (tx, at) => {
    const wanted = [...new Set(asset_ids)];
    const owned = await generation.ownedAmong(tx, owner_id, wanted);
    await demandShown(
      tx,
      owner_id,
      wanted.filter((asset_id) => !owned.has(asset_id)),
    );
    await generation.addToBoard(tx, id, wanted, at);
  });

export const takeOffBoard = (context: Context, owner_id: AccountId, id: BoardId, asset_id: AssetId) =>
  changeOne(context, owner_id, id, async (tx) => {
    if (!(await generation.takeOffBoard(tx, id, asset_id))) refuse('NOT_FOUND');
  });

/** What others made lies on a board while they show it. */
async function demandShown(tx: Tx, owner_id: AccountId, asset_ids: readonly AssetId[]): Promise<void> {
  const creations = await marketplace.creationsByIds(tx, asset_ids);
  if (creations.filter(marketplace.isShown).length < asset_ids.length) refuse('NOT_FOUND');
  for (const maker_id of new Set(creations.map((creation) => creation.maker_id)))
    await demandNotBlocked(tx, owner_id, maker_id);
}

async function refuseAnotherOf(tx: Tx, owner_id: AccountId, name: string): Promise<void> {
  // counted first: it makes two who would take the same name wait for each other
  if ((await generation.countBoards(tx, owner_id)) >= BOARDS_MAX)
    refuse('BOARDS_FULL', { limit: BOARDS_MAX });
  if (await generation.isNameTaken(tx, owner_id, name)) refuse('BOARD_NAME_TAKEN');
}

const changeOne = (
  context: Context,
  owner_id: AccountId,
  id: BoardId,
  act: (tx: Tx, at: Date, board: generation.Board) => Promise<void>,
) =>
  change(context, owner_id, context.clock.now(), async (tx, at) => {
    const board = await generation.lockBoard(tx, id, owner_id);
    if (!board || board.deleted_at) refuse('NOT_FOUND');
    await act(tx, at, board);
  });

async function change(
  context: Context,
  owner_id: AccountId,
  at: Date,
  act: (tx: Tx, at: Date) => Promise<void>,
): Promise<void> {
  await context.database.inTransaction(async (tx) => {
    await act(tx, at);
    await tell(tx, 'boards.changed', { owner_id }, at);
  });
  context.wake.send('news');
}
