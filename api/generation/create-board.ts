import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Board, BoardName } from './board-shapes.ts';

export const createBoard = endpoint
  .route({ method: 'POST', path: '/boards', tags: ['Library'], summary: 'Make a board' })
  .errors(may('BOARD_NAME_TAKEN', 'BOARDS_FULL'))
  .input(z.strictObject({ name: BoardName }))
  .output(Board);
