import { makeBoard } from '../../flows/change-board.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const createBoard = os.generation.createBoard.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return boardFor(context, me, await makeBoard(context, me, input.name));
  },
);
