import { changeBoard } from '../../flows/change-board.ts';
import { asId, type AssetId, type BoardId } from '../../ids.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const updateBoard = os.generation.updateBoard.handler(
  async ({ input: { id, cover_id, ...change }, context: { context, caller } }) => {
    const me = member(caller);
    const board_id = asId<BoardId>(id);
    const cover = typeof cover_id === 'string' ? asId<AssetId>(cover_id) : cover_id;
    await changeBoard(context, me, board_id, {
      ...change,
      ...(cover !== undefined && { cover_id: cover }),
    });
    return boardFor(context, me, board_id);
  },
);
