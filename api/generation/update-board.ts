import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board, BoardName } from './board-shapes.ts';

export const updateBoard = endpoint
  .route({ method: 'PATCH', path: '/boards/{id}', tags: ['Library'], summary: 'Rename a board' })
  .errors(may('NOT_FOUND', 'BOARD_NAME_TAKEN'))
  .input(z.strictObject({ id: Id, name: BoardName }))
  .output(Board);
