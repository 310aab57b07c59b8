import { arrangeBoard } from '../../flows/change-board.ts';
import { asId, type AssetId, type BoardId } from '../../ids.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const updateBoardOrder = os.generation.updateBoardOrder.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<BoardId>(input.id);
    await arrangeBoard(context, me, id, input.asset_ids.map(asId<AssetId>));
    return boardFor(context, me, id);
  },
);
