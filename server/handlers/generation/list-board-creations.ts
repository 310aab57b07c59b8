import { asId, type BoardId } from '../../ids.ts';
import { creationsOnBoard } from '../../views/shown-boards.ts';
import { os } from '../base.ts';

export const listBoardCreations = os.generation.listBoardCreations.handler(
  ({ input: { id, of_others, ...asked }, context: { context, caller } }) =>
    creationsOnBoard(context, caller.account?.id ?? null, asId<BoardId>(id), {
      ...asked,
      of_others: of_others === 'true',
    }),
);
