import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Board } from './board-shapes.ts';

export const createBoardRestoration = endpoint
  .route({
    method: 'POST',
    path: '/boards/{id}/restoration',
    tags: ['Library'],
    summary: 'Restore a deleted board',
  })
  .errors(may('NOT_FOUND', 'BOARD_NAME_TAKEN', 'BOARDS_FULL'))
  .input(z.strictObject({ id: Id }))
  .output(Board);
