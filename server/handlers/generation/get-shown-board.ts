import { asId, type BoardId } from '../../ids.ts';
import { shownBoard } from '../../views/shown-boards.ts';
import { os } from '../base.ts';

export const getShownBoard = os.generation.getShownBoard.handler(({ input, context: { context, caller } }) =>
  shownBoard(context, caller.account?.id ?? null, asId<BoardId>(input.id)),
);
