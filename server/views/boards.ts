import type { Board } from '#api/generation/board-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, AssetId, BoardId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { refuse } from '../refuse.ts';
import { picture } from './media.ts';

/** Boards as their owner sees them, with what lies on them. */
async function presentBoards(
  context: Context,
  boards: readonly generation.Board[],
  asked: AssetId | null = null,
): Promise<Board[]> {
  const { db } = context;
  const contentOf = await generation.contentOfBoards(
    db,
    boards.map(({ id }) => id),
    asked,
  );
  const shown = await marketplace.shownAmong(
    db,
    boards.flatMap(({ id }) => contentOf(id).of_others),
  );
  const stillShown = (id: BoardId) => contentOf(id).of_others.filter((asset_id) => shown.has(asset_id));
  const candidates = ({ id, cover_id, owner_id }: generation.Board) =>
    [cover_id, contentOf(id).first, stillShown(id)[0]].flatMap((asset_id) =>
      asset_id ? [{ asset_id, owner_id }] : [],
    );
  const assets = await generation.assetsByIds(
    db,
    boards.flatMap((board) => candidates(board).map(({ asset_id }) => asset_id)),
  );
  const assetOf = new Map(assets.map((asset) => [asset.id, asset]));
  /** What its owner may look at: their own that is not in the bin, and what others still show. */
  const coverOf = (board: generation.Board) =>
    candidates(board)
      .flatMap(({ asset_id }) => assetOf.get(asset_id) ?? [])
      .find(({ id, owner_id, deleted_at }) =>
        owner_id === board.owner_id ? deleted_at === null : stillShown(board.id).some((one) => one === id),
      );
  return boards.map((board) => {
    const { id, name, description, visibility, cover_id, created_at, deleted_at, hidden_at } = board;
    const content = contentOf(id);
    const of_others = stillShown(id).length;
    return {
      ...{ id, name, description, visibility, cover_id, of_others },
      hidden: hidden_at !== null,
      assets: content.assets + of_others,
      cover: presentCover(context, coverOf(board)),
      holds_asset: asked && content.holds,
      created_at: created_at.toISOString(),
      deleted_at: deleted_at?.toISOString() ?? null,
    };
  });
}

export const presentCover = (context: Context, asset: generation.Asset | undefined): Board['cover'] =>
  asset
    ? {
        modality: asset.modality,
        thumbnail: picture(context, asset.thumbnail),
        poster: picture(context, asset.poster),
        thumbhash: asset.thumbhash,
        waveform: asset.waveform,
      }
    : null;

export const boardsFor = async (context: Context, owner_id: AccountId, asked: AssetId | null) =>
  presentBoards(context, await generation.boardsOf(context.db, owner_id), asked);

/** One for its owner, also right after it was deleted; to anybody else it does not exist. */
export async function boardFor(context: Context, owner_id: AccountId, id: BoardId): Promise<Board> {
  const [board] = await generation.boardsByIds(context.db, owner_id, [id]);
  if (!board) refuse('NOT_FOUND');
  const [shown] = await presentBoards(context, [board]);
  return present(shown, 'a board that was just read');
}
