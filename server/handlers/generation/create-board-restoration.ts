import { restoreBoard } from '../../flows/change-board.ts';
import { asId, type BoardId } from '../../ids.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const createBoardRestoration = os.generation.createBoardRestoration.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<BoardId>(input.id);
    await restoreBoard(context, me, id);
    return boardFor(context, me, id);
  },
);
