import { asId, type AssetId } from '../../ids.ts';
import { boardsFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const listBoards = os.generation.listBoards.handler(
  async ({ input, context: { context, caller } }) => ({
    items: await boardsFor(context, member(caller), input.asset ? asId<AssetId>(input.asset) : null),
  }),
);
