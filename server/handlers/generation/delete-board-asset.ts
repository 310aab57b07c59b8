import { takeOffBoard } from '../../flows/change-board.ts';
import { asId, type AssetId, type BoardId } from '../../ids.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const deleteBoardAsset = os.generation.deleteBoardAsset.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<BoardId>(input.id);
    await takeOffBoard(context, me, id, asId<AssetId>(input.asset_id));
    return boardFor(context, me, id);
  },
);
