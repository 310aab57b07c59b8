import { asId, type BoardId } from '../../ids.ts';
import { boardFor } from '../../views/boards.ts';
import { member, os } from '../base.ts';

export const getBoard = os.generation.getBoard.handler(({ input, context: { context, caller } }) =>
  boardFor(context, member(caller), asId<BoardId>(input.id)),
);
