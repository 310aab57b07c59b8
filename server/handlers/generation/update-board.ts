import { renameBoard } from '../../flows/change-board.ts';
import { asId, type BoardId } from '../../ids.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const updateBoard = os.generation.updateBoard.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<BoardId>(input.id);
    await renameBoard(context, me, id, input.name);
    return boardFor(context, me, id);
  },
);
