import type { Board } from '#api/generation/board-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, AssetId, BoardId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { picture } from './media.ts';

/** Boards as their owner sees them, with what lies on them. */
async function presentBoards(
  context: Context,
  boards: readonly generation.Board[],
  asked: AssetId | null = null,
): Promise<Board[]> {
  const contentOf = await generation.contentOfBoards(
    context.db,
    boards.map(({ id }) => id),
    asked,
  );
  const covers = await generation.assetsByIds(
    context.db,
    boards.flatMap(({ id }) => contentOf(id).cover ?? []),
  );
  return boards.map(({ id, name, created_at, deleted_at }) => {
    const content = contentOf(id);
    const cover = covers.find((asset) => asset.id === content.cover);
    return {
      id,
      name,
      assets: content.assets,
      cover: cover
        ? {
            modality: cover.modality,
            thumbnail: picture(context, cover.thumbnail),
            poster: picture(context, cover.poster),
            thumbhash: cover.thumbhash,
            waveform: cover.waveform,
          }
        : null,
      holds_asset: asked && content.holds,
      created_at: created_at.toISOString(),
      deleted_at: deleted_at?.toISOString() ?? null,
    };
  });
}

export const boardsFor = async (context: Context, owner_id: AccountId, asked: AssetId | null) =>
  presentBoards(context, await generation.boardsOf(context.db, owner_id), asked);

/** One for its owner, also right after it was deleted; to anybody else it does not exist. */
export async function boardFor(context: Context, owner_id: AccountId, id: BoardId): Promise<Board> {
  const [board] = await generation.boardsByIds(context.db, owner_id, [id]);
  if (!board) refuse('NOT_FOUND');
  const [shown] = await presentBoards(context, [board]);
  return present(shown, 'a board that was just read');
}
