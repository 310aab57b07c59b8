import { shownBoardList } from '../../views/shown-boards.ts';
import { os } from '../base.ts';

export const listShownBoards = os.generation.listShownBoards.handler(
  ({ input, context: { context, caller } }) => shownBoardList(context, caller.account?.id ?? null, input),
);
